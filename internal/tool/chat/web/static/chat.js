// What the page knows, and what it can do: app.js puts it together.
import {browser, tab} from './keep.js';
import {mentions} from './lines.js';
import {receive} from './events.js';
import {Room} from './rooms.js';
import {Socket} from './socket.js';
import {View} from './view.js';

const page = 100; // messages that are asked for at once
const maxText = 4096; // bytes of a message

export class Chat {
  rooms = new Map(); // name in lower case -> Room
  current = null;
  me = '';
  epoch = '';
  account = '';
  motd = []; // lines that are still to be shown
  identity = {nick: '', password: ''}; // for hello
  wanted = ''; // room that is to be opened when we are in it
  #asked = new Map(); // ref -> what is done with the answer
  #lastRef = 0;

  // show is what draws, see app.js.
  constructor(show) {
    this.show = show;
    this.view = new View((room) => this.older(room));
    this.socket = new Socket({
      hello: () => ({...this.identity, password: this.identity.password || undefined, resume: this.#resume()}),
      onEvent: (e) => (this.#answer(e) || receive(this, e)),
      onState: (state, reason) => this.#stateChanged(state, reason),
    });
    document.addEventListener('visibilitychange', () => this.looked());
  }

  // resume returns the rooms to be in, with the last message that we have of each.
  #resume() {
    const resume = {};
    for (const r of this.rooms.values()) if (!r.direct) resume[r.name] = r.resume;
    if (!this.me) for (const name of tab.get('rooms').split(' ').filter(Boolean)) resume[name] = 0;
    if (this.wanted.startsWith('#')) resume[this.wanted] ??= 0;
    return Object.keys(resume).length ? resume : undefined;
  }

  #stateChanged(state, reason) {
    if (state !== 'connected') {
      const waiting = [...this.#asked.values()];
      this.#asked.clear();
      for (const done of waiting) done({op: 'error', text: ''});
    }
    this.show.state(state, reason);
  }

  // enter connects with a name.
  enter(nick, password) {
    this.identity = {nick, password};
    this.socket.open();
  }

  // leave ends it all, until somebody enters again.
  leave(reason) {
    this.socket.stop(reason);
    tab.set('nick', '');
    tab.set('rooms', '');
    tab.set('session', '');
    this.rooms.clear();
    this.me = this.account = this.epoch = '';
    this.#close();
    this.show.left();
  }

  // join goes into a room.
  join(name, key) {
    const whole = name.startsWith('#') ? name : `#${name}`;
    const known = this.room(whole);
    if (known) this.open(known);
    else if (this.send({op: 'join', room: whole, key})) this.wanted = whole;
    else return false;
    return true;
  }

  #close() {
    this.current = null;
    this.view.close();
    this.show.header();
    this.show.members();
    this.show.rooms();
  }

  // named notes our name.
  named(nick) {
    this.me = this.view.me = this.identity.nick = nick;
    tab.set('nick', nick);
    browser.set('nick', nick);
    this.show.rooms();
  }

  room(name) { return this.rooms.get(name.toLowerCase()); }

  // makeRoom returns a room, a new one if there is none.
  makeRoom(name) {
    let r = this.room(name);
    if (!r) {
      r = new Room(name);
      this.rooms.set(name.toLowerCase(), r);
      this.#roomsChanged();
    }
    return r;
  }

  rename(room, name) {
    this.rooms.delete(room.name.toLowerCase());
    room.name = name;
    this.rooms.set(name.toLowerCase(), room);
    this.#roomsChanged();
    if (room === this.current) this.show.header();
  }

  removeRoom(room) {
    this.rooms.delete(room.name.toLowerCase());
    if (room === this.current) {
      const next = this.sorted()[0];
      if (next) this.open(next);
      else this.#close();
    }
    this.#roomsChanged();
  }

  #roomsChanged() {
    const names = [...this.rooms.values()].filter((r) => !r.direct).map((r) => r.name);
    tab.set('rooms', names.join(' '));
    this.show.rooms();
  }

  // sorted returns the rooms as they are listed.
  sorted() {
    const order = (r) => (r.name === '#lobby' ? 0 : r.direct ? 2 : 1);
    return [...this.rooms.values()].sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name));
  }

  open(room) {
    if (this.current && this.current !== room) this.view.unmark(this.current);
    this.current = room;
    room.read();
    this.view.open(room);
    history.replaceState(null, '', room.direct ? location.pathname : `#${encodeURIComponent(room.name.slice(1))}`);
    this.show.header();
    this.show.members();
    this.show.rooms();
  }

  // step opens the next room in the list, or the one before.
  step(by) {
    const list = this.sorted();
    if (list.length) this.open(list.at((list.indexOf(this.current) + by + list.length) % list.length));
  }

  reading(room) { return room === this.current && !document.hidden; }

  // looked notes that the page is seen again.
  looked() {
    if (!this.current || document.hidden) return;
    this.current.read();
    this.show.rooms();
  }

  // put adds a line to a room.
  put(room, line) {
    if (!room.add(line)) return;
    this.missed(room, [line]);
    if (room !== this.current || this.view.stuck) room.trim();
    this.view.add(room, line);
  }

  // missed counts what was not read.
  missed(room, lines) {
    if (this.reading(room)) return;
    const before = room.unread;
    for (const l of lines) {
      if (l.kind && l.nick !== this.me) room.miss(l, room.direct || mentions(l, this.me));
    }
    if (room.unread !== before) this.show.rooms();
  }

  // note puts a line of the page or the server into a room.
  note(text, op = 'note', room = this.current) {
    if (!text) return;
    const line = {op, time: new Date().toISOString(), text};
    if (room) this.put(room, line);
    else this.view.loose(line);
  }

  // say says something in a room, or to whom the conversation is with. It reports
  // whether it may be said.
  say(room, kind, text) {
    const over = new TextEncoder().encode(text).length - maxText;
    if (over > 0) {
      this.note(`The message is too long, by ${over} bytes.`, 'error');
      return false;
    }
    const request = room.direct ? {op: 'direct', to: room.name} : {op: 'say', room: room.name};
    const id = this.socket.say({...request, kind, text});
    const line = {id, time: new Date().toISOString(), nick: this.me, kind, text};
    room.pending.set(id, line);
    this.view.unmark(room);
    this.view.wait(room, line);
    return true;
  }

  // settle removes the line of ours that is confirmed, and returns it.
  settle(id) {
    for (const room of this.rooms.values()) {
      const line = room.pending.get(id);
      if (!line) continue;
      room.pending.delete(id);
      this.view.settle(line);
      return {room, line};
    }
    return null;
  }

  // send sends a request that makes no sense later.
  send(request) {
    const sent = this.socket.send(request);
    if (!sent) this.note('There is no connection; try again later.', 'error');
    return sent;
  }

  // ask sends a request; done gets its answer, or an error.
  ask(request, done) {
    const ref = `r${++this.#lastRef}`;
    this.#asked.set(ref, done);
    if (!this.socket.send({...request, ref})) {
      this.#asked.delete(ref);
      done({op: 'error', text: 'There is no connection; try again later.'});
    }
  }

  #answer(e) {
    const done = this.#asked.get(e.ref);
    if (!done) return false;
    this.#asked.delete(e.ref);
    done(e);
    return true;
  }

  // older gets older messages of a room.
  older(room, then = () => {}) {
    if (room.loading || !this.socket.connected) return;
    room.loading = true;
    this.ask({op: 'history', room: room.name, before: room.first, limit: page}, (e) => {
      room.loading = false;
      if (e.op === 'error') {
        this.note(e.text, 'error', room);
        return;
      }
      room.more = Boolean(e.more);
      this.view.prepended(room, room.prepend(e.messages));
      then();
    });
  }

  // fill gets what is missing after a message and before another.
  fill(room, before) {
    this.ask({op: 'history', room: room.name, after: room.gap, before, limit: 2 * page}, (e) => {
      if (e.op === 'error') return; // the next connection begins at the gap
      this.missed(room, room.insert(e.messages));
      this.view.redraw(room);
      if (e.more && e.messages.length) this.fill(room, e.messages[0].seq);
      else room.gap = 0;
    });
  }

  // goTo shows a message, if it is not too far back.
  goTo(room, seq, pages = 20) {
    if (room !== this.current) this.open(room);
    if (this.view.reveal(room, seq)) return;
    if (pages && room.more) this.older(room, () => this.goTo(room, seq, pages - 1));
    else this.note('That message is too far back.');
  }
}
