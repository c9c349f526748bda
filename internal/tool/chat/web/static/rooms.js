// What is known of each room: its messages, members, and what was not read yet.
const keep = 3000; // lines of a room

export class Room {
  constructor(name) {
    this.name = name;
    this.topic = '';
    this.members = new Map(); // nick -> member
    this.lines = [];          // messages and events, the oldest first
    this.last = 0;            // number of the last message
    this.more = false;        // there are older messages than the first
    this.unread = 0;
    this.firstUnread = 0;     // number of the first message that was not read
  }

  // first returns the number of the oldest message.
  get first() { return this.lines.find((l) => l.seq)?.seq ?? 0; }

  // add adds a line at the end, and reports whether it is new.
  add(line) {
    if (line.seq) {
      if (line.seq <= this.last) return false;
      this.last = line.seq;
    }
    this.lines.push(line);
    if (this.lines.length > keep) {
      this.lines.splice(0, this.lines.length - keep);
      this.more = true;
    }
    return true;
  }

  // prepend adds older messages.
  prepend(messages) {
    const first = this.first;
    const older = messages.filter((m) => !first || m.seq < first);
    this.lines.unshift(...older);
    return older;
  }

  // insert adds messages that were missed, before those that came after them.
  insert(messages) {
    const known = new Set(this.lines.map((l) => l.seq));
    for (const m of messages) {
      if (known.has(m.seq)) continue;
      const at = this.lines.findIndex((l) => l.seq > m.seq);
      this.lines.splice(at < 0 ? this.lines.length : at, 0, m);
      this.last = Math.max(this.last, m.seq);
    }
  }

  setMembers(list) { this.members = new Map(list.map((m) => [m.nick, m])); }

  rename(from, to) {
    const m = this.members.get(from);
    if (!m) return false;
    this.members.delete(from);
    this.members.set(to, {...m, nick: to});
    return true;
  }

  // sorted returns the members, operators first.
  sorted() {
    return [...this.members.values()].sort((a, b) =>
      Boolean(b.op) - Boolean(a.op) || a.nick.localeCompare(b.nick));
  }
}
