// The log of the current room, as it is on the screen.
import {dayOf, divider, line, waiting} from './lines.js';

const shown = 300; // lines of a room that are drawn when it is opened
const log = document.getElementById('log');
const list = document.getElementById('lines');
const older = document.getElementById('load-older');
const latest = document.getElementById('latest');

export class View {
  #room = null;
  #first = null; // the first line that is drawn
  #elements = new WeakMap(); // line -> element
  #stuck = true; // the end is to be seen, and stays so
  #below = 0; // messages that came while it was not
  #loud = 0; // timer
  me = '';

  constructor(loadOlder) {
    this.loadOlder = loadOlder;
    older.addEventListener('click', () => this.#more());
    latest.addEventListener('click', () => this.toEnd());
    log.addEventListener('scroll', () => {
      this.#stick(log.scrollHeight - log.scrollTop - log.clientHeight < 40);
      if (log.scrollTop < 80) this.#more();
    });
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(log);
  }

  get stuck() { return this.#stuck; }

  #stick(stuck) {
    this.#stuck = stuck;
    if (stuck) this.#below = 0;
    latest.hidden = this.#below === 0;
  }

  toEnd() {
    log.scrollTop = log.scrollHeight;
    this.#stick(true);
  }

  // scroll scrolls by that many pages.
  scroll(pages) { log.scrollBy({top: pages * log.clientHeight * 0.9}); }

  // open draws a room, with a mark before what was not read.
  open(room) {
    this.#room = room;
    this.#below = 0;
    this.#tail();
    this.toEnd();
    list.querySelector('.unread')?.scrollIntoView({block: 'center'});
    this.#sentinel();
  }

  close() {
    this.#room = this.#first = null;
    list.replaceChildren();
    older.hidden = latest.hidden = true;
  }

  // loose draws a line that is of no room, while none is open.
  loose(l) { list.append(line(l, this.me)); }

  // redraw draws the room again, such as after lines were put between others.
  redraw(room) {
    if (room !== this.#room) return;
    if (this.#stuck) {
      this.#tail();
      this.toEnd();
    } else {
      this.#keepPlace(() => this.#draw());
    }
    this.#sentinel();
  }

  // tail draws the end of the room.
  #tail() {
    this.#first = this.#room.lines.at(-shown) ?? null;
    this.#draw();
  }

  #from() { return Math.max(0, this.#room.lines.indexOf(this.#first)); }

  #draw() {
    this.#quietly(() => {
      list.replaceChildren(...this.#made(this.#room.lines.slice(this.#from())));
      for (const l of this.#room.pending.values()) list.append(this.#pending(l));
    });
  }

  // quietly changes the log so that what is old is not read out.
  #quietly(change) {
    log.setAttribute('aria-live', 'off');
    change();
    clearTimeout(this.#loud);
    this.#loud = setTimeout(() => log.setAttribute('aria-live', 'polite'), 100);
  }

  #made(lines) {
    const out = [];
    let before = '';
    for (const l of lines) {
      const d = dayOf(l);
      if (d !== before) out.push(divider('day', before = d));
      if (l === this.#room.mark) out.push(divider('unread', 'New'));
      out.push(this.#line(l));
    }
    return out;
  }

  #line(l) {
    const e = line(l, this.me);
    this.#elements.set(l, e);
    return e;
  }

  #pending(l) {
    const e = waiting(l, this.me);
    this.#elements.set(l, e);
    return e;
  }

  // add draws a line that has been added at the end.
  add(room, l) {
    if (room !== this.#room) return;
    if (this.#stuck && list.childElementCount > 3 * shown) {
      this.#tail();
      this.toEnd();
      return;
    }
    const first = list.querySelector('.pending');
    const put = (e) => (first ? first.before(e) : list.append(e));
    const previous = room.lines.at(-2);
    if (!previous || dayOf(previous) !== dayOf(l)) put(divider('day', dayOf(l)));
    if (room.mark === l) {
      list.querySelector('.unread')?.remove();
      put(divider('unread', 'New'));
    }
    put(this.#line(l));
    if (this.#stuck) {
      this.toEnd();
    } else if (l.kind) {
      this.#below++;
      latest.textContent = `${this.#below} new below`;
      latest.hidden = false;
    }
  }

  // change draws a line again that is different now.
  change(room, l) {
    if (room !== this.#room) return;
    const old = this.#elements.get(l);
    old?.replaceWith(this.#line(l));
    if (this.#stuck) this.toEnd();
  }

  // wait draws a line of our own that is not confirmed yet.
  wait(room, l) {
    if (room !== this.#room) return;
    list.append(this.#pending(l));
    this.toEnd();
  }

  // settle removes it.
  settle(l) { this.#elements.get(l)?.remove(); }

  // unmark removes the mark before what was not read.
  unmark(room) {
    room.mark = null;
    if (room === this.#room) list.querySelector('.unread')?.remove();
  }

  #more() {
    const room = this.#room;
    const from = room ? this.#from() : 0;
    if (from > 0) {
      const to = Math.max(0, from - shown);
      this.#first = room.lines[to];
      this.prepended(room, room.lines.slice(to, from));
    } else if (room?.more) {
      this.loadOlder(room);
    }
  }

  // prepended draws lines that have been added at the beginning.
  prepended(room, lines) {
    if (room !== this.#room) return;
    this.#first = room.lines[room.lines.indexOf(lines[0])] ?? this.#first;
    this.#keepPlace(() => {
      const day = list.firstElementChild;
      const last = lines.at(-1);
      if (last && day?.textContent === dayOf(last)) day.remove();
      list.prepend(...this.#made(lines));
    });
    this.#sentinel();
  }

  // reveal shows the message with a number and reports whether it is there.
  reveal(room, seq) {
    const l = room.lines.find((l) => l.seq === seq);
    if (!l) return false;
    if (room.lines.indexOf(l) < this.#from()) {
      this.#first = l;
      this.#draw();
    }
    const e = this.#elements.get(l);
    e.tabIndex = -1;
    e.scrollIntoView({block: 'center'});
    e.focus({preventScroll: true});
    this.#sentinel();
    return true;
  }

  #keepPlace(change) {
    const before = log.scrollHeight - log.scrollTop;
    this.#quietly(change);
    log.scrollTop = log.scrollHeight - before;
  }

  // sentinel offers what is older, and gets it where there is room for it.
  #sentinel() {
    const more = this.#room.more || this.#from() > 0;
    older.hidden = !more;
    if (more && log.scrollHeight <= log.clientHeight) this.#more();
  }
}
