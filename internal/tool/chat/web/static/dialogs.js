// The dialogs: the name, the search, and the list of all rooms.
import {browser} from './keep.js';
import {element, found} from './lines.js';

const at = (id) => document.getElementById(id);

export class Dialogs {
  #offered = ''; // the name that the dialog came with

  constructor(chat) {
    this.chat = chat;
    for (const b of document.querySelectorAll('dialog .close')) {
      b.addEventListener('click', () => b.closest('dialog').close());
    }
    this.#onSubmit('hello-form', () => this.#enter());
    this.#onSubmit('search-form', () => this.#search());
    // There is nothing behind it before there is a name.
    at('hello').addEventListener('cancel', (e) => e.preventDefault());
    at('hello').addEventListener('close', () => this.entered || at('hello').showModal());
  }

  #onSubmit(form, then) {
    at(form).addEventListener('submit', (e) => {
      e.preventDefault();
      then();
    });
  }

  // hello asks for a name; text says what was wrong with the last one.
  hello(text) {
    this.entered = false;
    const nick = at('nick');
    nick.value ||= this.chat.identity.nick || browser.get('nick');
    at('hello-error').textContent = text;
    at('enter').disabled = false;
    if (text) nick.setAttribute('aria-invalid', 'true');
    else nick.removeAttribute('aria-invalid');
    if (!at('hello').open) at('hello').showModal();
    nick.select();
    nick.focus();
  }

  #enter() {
    const nick = at('nick').value.trim();
    if (!nick) return;
    at('enter').disabled = true;
    at('hello-error').textContent = '';
    this.chat.enter(nick, at('password').value);
  }

  // welcome closes it.
  welcome() {
    this.entered = true;
    at('enter').disabled = false;
    at('hello').close();
  }

  // search opens the search in the current room, and searches if there are words.
  search(words) {
    const room = this.chat.current;
    if (!room || room.direct) {
      this.chat.note('There is nothing to search in.', 'error');
      return;
    }
    at('search-title').textContent = `Search in ${room.name}`;
    if (!at('search').open) at('search').showModal();
    at('query').value = words || at('query').value;
    at('query').select();
    if (words) this.#search();
  }

  #search() {
    const room = this.chat.current;
    const query = at('query').value.trim();
    if (!query) return;
    at('found-count').textContent = 'Searching…';
    this.chat.ask({op: 'search', room: room.name, query, limit: 100}, (e) => {
      const list = (e.messages ?? []).toReversed();
      at('found').replaceChildren(...list.map((m) => found(m, () => {
        at('search').close();
        this.chat.goTo(room, m.seq);
      })));
      at('found-count').textContent = e.op === 'error' ? (e.text || 'The connection broke.') : count(list.length);
    });
  }

  // browse shows all rooms.
  browse() {
    if (!at('browse').open) at('browse').showModal();
    at('browse-count').textContent = 'One moment…';
    at('all-rooms').replaceChildren();
    this.chat.ask({op: 'rooms'}, (e) => {
      at('browse-count').textContent = e.op === 'error' ? e.text : '';
      at('all-rooms').replaceChildren(...(e.rooms ?? []).map((r) => this.#listed(r)));
    });
  }

  #listed(r) {
    const people = r.members === 1 ? '1 person' : `${r.members} people`;
    const b = element('button', '', element('bdi', 'nick', r.room), ' ', element('span', 'label', people), ' ', element('bdi', '', r.topic));
    b.type = 'button';
    b.addEventListener('click', () => {
      at('browse').close();
      this.chat.join(r.room);
    });
    return element('li', '', b);
  }
}

function count(n) {
  if (n === 0) return 'No message has all these words.';
  if (n === 1) return 'One message, select it to see where it is.';
  return n < 100 ? `${n} messages, the newest first.` : 'The last 100 messages, the newest first.';
}
