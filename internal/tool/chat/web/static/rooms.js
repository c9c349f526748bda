// What is known of each room: its messages, members, and what was not read yet. A
// conversation with one person is a room too, without numbers and history.
const keep = 3000; // lines of a room
const together = 10 * 60 * 1000; // for so long comings and goings are one line
const names = 8; // that such a line has

export class Room {
  constructor(name) {
    this.name = name;
    this.topic = '';
    this.members = new Map(); // nick -> member
    this.lines = []; // messages and events, the oldest first
    this.pending = new Map(); // id -> line of our own that is not confirmed
    this.forget();
    this.read();
    this.mark = null; // the first line that was not read when we came
  }

  get direct() { return !this.name.startsWith('#'); }

  // first returns the number of the oldest message.
  get first() { return this.lines.find((l) => l.seq)?.seq ?? 0; }

  // resume returns after which message a new connection goes on.
  get resume() { return this.gap || this.last; }

  // forget makes the room one of which nothing was seen.
  forget() {
    this.lines = [];
    this.last = 0; // number of the last message
    this.gap = 0; // after that message some are missing, or 0
    this.more = false; // there are older messages than the first
    this.loading = false; // they were asked for
  }

  read() {
    this.unread = 0;
    this.mentioned = false;
  }

  // miss counts a line that is not read.
  miss(line, mention) {
    if (!this.unread || !this.mark || line.seq < this.mark.seq) this.mark = line;
    this.unread++;
    this.mentioned ||= mention;
  }

  // add adds a line at the end, and reports whether it is new.
  add(line) {
    if (line.seq) {
      if (line.seq <= this.last) return false;
      this.last = line.seq;
    }
    this.lines.push(line);
    return true;
  }

  // trim forgets lines from long ago.
  trim() {
    if (this.lines.length <= keep + 500) return;
    this.lines.splice(0, this.lines.length - keep);
    this.more = !this.direct;
  }

  // prepend adds older messages, and returns those that are new.
  prepend(messages) {
    const first = this.first;
    const older = messages.filter((m) => !first || m.seq < first);
    this.lines.unshift(...older);
    this.last = Math.max(this.last, older.at(-1)?.seq ?? 0);
    return older;
  }

  // insert puts messages where they belong, and returns those that are new.
  insert(messages) {
    const known = new Set(this.lines.map((l) => l.seq));
    const fresh = messages.filter((m) => !known.has(m.seq));
    for (const m of fresh) {
      const at = m.seq > this.last ? -1 : this.lines.findIndex((l) => l.seq > m.seq);
      this.lines.splice(at < 0 ? this.lines.length : at, 0, m);
      this.last = Math.max(this.last, m.seq);
    }
    return fresh;
  }

  // moved notes that somebody has come or gone, as a line of its own or in the last
  // one. It returns the line, and whether it is new.
  moved(op, nick, why) {
    let line = this.lines.at(-1);
    const fresh = !line?.came || Date.now() - Date.parse(line.time) > together;
    if (fresh) {
      line = {op: 'event', time: new Date().toISOString(), came: [], left: []};
      this.lines.push(line);
    }
    const whole = why ? `${nick} (${why})` : nick;
    const list = op === 'join' ? line.came : line.left;
    if (!list.includes(whole)) list.push(whole);
    line.text = [sentence(line.came, 'came in'), sentence(line.left, 'left')].filter(Boolean).join('; ');
    return {line, fresh};
  }

  setMembers(list) { this.members = new Map(list.map((m) => [m.nick, m])); }

  // change changes what is known of a member, and reports whether it is one.
  change(nick, changes) {
    const m = this.members.get(nick);
    if (!m) return false;
    this.members.delete(nick);
    const changed = {...m, ...changes};
    this.members.set(changed.nick, changed);
    return true;
  }

  // sorted returns the members, operators first.
  sorted() {
    return [...this.members.values()].sort((a, b) =>
      Boolean(b.op) - Boolean(a.op) || a.nick.localeCompare(b.nick));
  }
}

function sentence(list, verb) {
  if (!list.length) return '';
  const more = list.length - names;
  const some = more > 1 ? [...list.slice(0, names), `${more} others`] : list;
  return `${new Intl.ListFormat('en').format(some)} ${verb}`;
}
