// The connection: it is made again when it breaks, and what was not confirmed is sent
// again. The secret of the session stays in this tab.
const key = 'chat-session';
const firstPause = 500, maxPause = 30000;

export class Socket {
  #ws = null;
  #pause = firstPause;
  #timer = 0;
  #pending = new Map(); // id -> request, in the order of sending
  #lastID = Number(sessionStorage.getItem('chat-last-id') ?? 0);
  #welcomed = false;
  #stopped = false;

  // hello returns the first request of each connection; onEvent gets each event, and
  // onState 'connecting', 'connected', 'waiting' or 'stopped'.
  constructor({hello, onEvent, onState}) {
    this.hello = hello;
    this.onEvent = onEvent;
    this.onState = onState;
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => document.hidden || this.retry());
  }

  open() {
    clearTimeout(this.#timer);
    this.#stopped = false;
    this.onState('connecting');
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const ws = new WebSocket(`${scheme}//${location.host}/ws`);
    this.#ws = ws;
    ws.onopen = () => this.#write({op: 'hello', ...this.hello(), session: sessionStorage.getItem(key) ?? undefined});
    ws.onmessage = (m) => ws === this.#ws && this.#receive(JSON.parse(m.data));
    ws.onclose = (e) => ws === this.#ws && this.#closed(e);
  }

  // retry connects at once, if it is waiting to.
  retry() {
    if (this.#timer && !this.#stopped) {
      this.#timer = 0;
      this.open();
    }
  }

  // say sends a request that is to be confirmed, and returns its id.
  say(request) {
    const id = `${++this.#lastID}`;
    sessionStorage.setItem('chat-last-id', id);
    const whole = {...request, id};
    this.#pending.set(id, whole);
    if (this.#welcomed) this.#write(whole);
    return id;
  }

  // send sends a request that is not worth keeping, and reports whether it could.
  send(request) {
    if (this.#welcomed) this.#write(request);
    return this.#welcomed;
  }

  confirm(id) { this.#pending.delete(id); }

  // greet says hello once more, after a name was refused.
  greet() {
    if (this.#ws?.readyState === WebSocket.OPEN) {
      this.#write({op: 'hello', ...this.hello(), session: sessionStorage.getItem(key) ?? undefined});
    } else {
      this.open();
    }
  }

  #write(request) { this.#ws.send(JSON.stringify(request)); }

  #receive(event) {
    if (event.op === 'welcome') {
      sessionStorage.setItem(key, event.session);
      this.#welcomed = true;
      this.#pause = firstPause;
      this.onEvent(event);
      this.onState('connected');
      for (const request of this.#pending.values()) this.#write({...request, again: true});
      return;
    }
    if (event.id) this.confirm(event.id);
    this.onEvent(event);
  }

  #closed(e) {
    this.#welcomed = false;
    this.#ws = null;
    // Another tab has taken the session over, or an operator has ended it.
    if (e.code === 1008) {
      this.#stopped = true;
      this.onState('stopped', e.reason);
      return;
    }
    const wait = this.#pause * (0.5 + Math.random());
    this.#pause = Math.min(this.#pause * 2, maxPause);
    this.onState('waiting', e.reason);
    this.#timer = setTimeout(() => this.open(), wait);
  }
}
