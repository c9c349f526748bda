// The log of the current room, as it is on the screen.
import {dayOf, divider, line} from './lines.js';

const shown = 300; // lines of a room that are drawn when it is opened
const log = document.getElementById('log');
const list = document.getElementById('lines');
const older = document.getElementById('load-older');
const latest = document.getElementById('latest');

export class View {
  #room = null;
  #from = 0; // index of the first line that is drawn
  #pending = new Map(); // id -> element
  me = '';

  constructor(loadOlder) {
    this.loadOlder = loadOlder;
    older.addEventListener('click', () => this.#more());
    log.addEventListener('scroll', () => {
      if (log.scrollTop < 80) this.#more();
      if (this.atEnd()) latest.hidden = true;
    });
    latest.addEventListener('click', () => this.toEnd());
  }

  atEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 60; }

  toEnd() {
    log.scrollTop = log.scrollHeight;
    latest.hidden = true;
  }

  // open draws a room, with a mark before what was not read.
  open(room) {
    this.#room = room;
    this.#from = Math.max(0, room.lines.length - shown);
    this.#draw();
    const mark = list.querySelector('.unread');
    if (mark) mark.scrollIntoView({block: 'center'});
    else this.toEnd();
  }

  // redraw draws the room again, such as after lines were put between others.
  redraw() {
    const end = this.atEnd();
    this.#draw();
    if (end) this.toEnd();
  }

  #draw() {
    const room = this.#room;
    log.setAttribute('aria-live', 'off'); // what is old is not read out
    list.replaceChildren(...this.#elements(room.lines.slice(this.#from)));
    for (const e of this.#pending.values()) if (e.room === room) list.append(e.element);
    this.#sentinel();
    requestAnimationFrame(() => log.setAttribute('aria-live', 'polite'));
  }

  #elements(lines) {
    const room = this.#room;
    const out = [];
    let before = '';
    let marked = !room.firstUnread;
    for (const l of lines) {
      const d = dayOf(l);
      if (d !== before) out.push(divider('day', before = d));
      if (!marked && l.seq >= room.firstUnread) {
        out.push(divider('unread', 'new'));
        marked = true;
      }
      out.push(line(l, this.me));
    }
    return out;
  }

  // add draws a line that has been added at the end.
  add(room, l) {
    if (room !== this.#room) return;
    const end = this.atEnd();
    const previous = room.lines.at(-2);
    const first = list.querySelector('.pending');
    const put = (e) => (first ? first.before(e) : list.append(e));
    if (!previous || dayOf(previous) !== dayOf(l)) put(divider('day', dayOf(l)));
    put(line(l, this.me));
    if (end) this.toEnd();
    else latest.hidden = false;
  }

  // wait draws a line of our own that is not confirmed yet.
  wait(room, id, l) {
    const e = line({...l, pending: true}, this.me);
    this.#pending.set(id, {room, element: e});
    if (room === this.#room) {
      list.append(e);
      this.toEnd();
    }
  }

  // settle removes it.
  settle(id) {
    this.#pending.get(id)?.element.remove();
    this.#pending.delete(id);
  }

  #more() {
    const room = this.#room;
    if (!room) return;
    if (this.#from > 0) {
      const to = this.#from;
      this.#from = Math.max(0, to - shown);
      this.#keepPlace(() => list.prepend(...this.#elements(room.lines.slice(this.#from, to))));
    } else if (room.more) {
      this.loadOlder(room);
    }
  }

  // prepended draws lines that have been added at the beginning.
  prepended(room, lines) {
    if (room !== this.#room) return;
    this.#keepPlace(() => list.prepend(...this.#elements(lines)));
  }

  #keepPlace(change) {
    const before = log.scrollHeight;
    log.setAttribute('aria-live', 'off');
    change();
    log.scrollTop += log.scrollHeight - before;
    this.#sentinel();
    requestAnimationFrame(() => log.setAttribute('aria-live', 'polite'));
  }

  #sentinel() { older.hidden = !this.#room || !(this.#room.more || this.#from > 0); }
}
