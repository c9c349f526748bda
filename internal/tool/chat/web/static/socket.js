// The connection: it is made again when it breaks, and what was not confirmed is sent
// again. The secret of the session stays in this tab.
import {tab} from './keep.js';

const firstPause = 500, maxPause = 30000;
const silence = 45000; // after which the server is asked whether it is still there
const patience = 15000; // for its answer, and for a connection
const forbidden = 1008; // the code of a connection that is not to be made again

export class Socket {
  #ws = null;
  #pause = firstPause;
  #retry = 0; // timer of the next try
  #watch = 0; // timer of a silent connection
  #welcomed = false;
  #pending = new Map(); // id -> request, in the order of sending
  #written = new Set(); // ids of those that the server may have had
  // Two pages may have the same session, when a tab is copied: ids are of the page.
  #page = [...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join('');
  #lastID = 0;

  // hello returns the first request of each connection; onEvent gets each event, and
  // onState 'connecting', 'connected', 'waiting' or 'stopped' with the reason.
  constructor({hello, onEvent, onState}) {
    Object.assign(this, {hello, onEvent, onState});
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => document.hidden || this.retry());
  }

  get connected() { return this.#welcomed; }

  open() {
    this.#drop();
    this.onState('connecting', '');
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const ws = new WebSocket(`${scheme}//${location.host}/ws`);
    this.#ws = ws;
    ws.onopen = () => this.#write({op: 'hello', ...this.hello(), session: tab.get('session') || undefined});
    ws.onmessage = (m) => ws === this.#ws && this.#receive(JSON.parse(m.data));
    ws.onclose = (e) => ws === this.#ws && this.#closed(e.code, e.reason);
    this.#alive();
  }

  // stop ends the connection, for a reason, until open makes another.
  stop(reason) {
    this.#drop();
    this.onState('stopped', reason);
  }

  // retry connects at once, if it is waiting to.
  retry() {
    if (this.#retry) this.open();
  }

  // say sends a request that is to be confirmed, now or when there is a connection,
  // and returns its id.
  say(request) {
    const id = `${this.#page}-${++this.#lastID}`;
    const whole = {...request, id};
    this.#pending.set(id, whole);
    if (this.#welcomed) this.#writePending(whole);
    return id;
  }

  // send sends a request that is not worth keeping, and reports whether it could.
  send(request) {
    if (this.#welcomed) this.#write(request);
    return this.#welcomed;
  }

  #confirm(id) {
    this.#pending.delete(id);
    this.#written.delete(id);
  }

  #write(request) { this.#ws.send(JSON.stringify(request)); }

  #writePending(request) {
    const again = this.#written.has(request.id);
    this.#written.add(request.id);
    this.#write(again ? {...request, again} : request);
  }

  #receive(event) {
    this.#alive();
    if (event.op === 'pong') return;
    if (event.id) this.#confirm(event.id);
    if (event.op !== 'welcome') {
      this.onEvent(event);
      return;
    }
    tab.set('session', event.session);
    this.#welcomed = true;
    this.#pause = firstPause;
    this.onEvent(event);
    this.onState('connected', '');
    for (const request of this.#pending.values()) this.#writePending(request);
  }

  // alive notes that the server is there. When it says nothing for a while it is
  // asked; without an answer the connection is broken, whatever the system thinks.
  #alive() {
    clearTimeout(this.#watch);
    const broken = () => this.#closed(0, 'no answer');
    this.#watch = setTimeout(() => {
      this.send({op: 'ping'});
      this.#watch = setTimeout(broken, patience);
    }, this.#welcomed ? silence : patience);
  }

  #drop() {
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#retry = 0;
    this.#welcomed = false;
    const ws = this.#ws;
    this.#ws = null;
    ws?.close();
  }

  #closed(code, reason) {
    this.#drop();
    if (code === forbidden) { // such as another tab with this session
      this.onState('stopped', reason);
      return;
    }
    const wait = this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(this.#pause * 2, maxPause);
    this.onState('waiting', reason);
    this.#retry = setTimeout(() => this.open(), wait);
  }
}
