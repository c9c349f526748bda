// What is around the log: the header, the list of rooms and the list of members.
import {element, name} from './lines.js';

const at = (id) => document.getElementById(id);
const narrow = matchMedia('(max-width: 50rem)');

export class Panels {
  constructor(chat) {
    this.chat = chat;
    this.#toggle('show-rooms', 'rooms');
    this.#toggle('show-members', 'members');
    narrow.addEventListener('change', () => this.close());
    at('log').addEventListener('pointerdown', () => this.close());
  }

  // toggle makes a button open and close a panel, where there is no room for it.
  #toggle(button, panel) {
    at(button).addEventListener('click', () => {
      const open = !at(panel).classList.contains('open');
      this.close();
      at(panel).classList.toggle('open', open);
      at(button).setAttribute('aria-expanded', open);
      if (open) at(panel).querySelector('button, input')?.focus();
    });
  }

  // close closes the panels, and reports whether one was open.
  close() {
    let was = false;
    for (const panel of ['rooms', 'members']) {
      if (!at(panel).classList.contains('open')) continue;
      was = true;
      const inside = at(panel).contains(document.activeElement);
      at(panel).classList.remove('open');
      at(`show-${panel}`).setAttribute('aria-expanded', false);
      if (inside) at(`show-${panel}`).focus();
    }
    return was;
  }

  header() {
    const room = this.chat.current;
    at('room').textContent = room ? room.name : 'No room';
    at('topic').textContent = room?.direct ? 'private' : (room?.topic ?? '');
    at('topic').title = room?.topic ?? '';
    at('text').placeholder = room ? `Message to ${room.name}, or /help` : 'Join a room, or /help';
    at('show-search').disabled = !room || room.direct;
    at('leave').textContent = room?.direct ? 'Close the conversation' : 'Leave the room';
    at('leave').hidden = !room;
  }

  state(state, reason) {
    const texts = {
      connecting: 'Connecting…',
      connected: 'Connected',
      waiting: 'Offline, trying again…',
      stopped: `Not connected${reason ? `: ${reason}` : ''}`,
    };
    const e = at('state');
    if (e.textContent !== texts[state]) e.textContent = texts[state];
    e.classList.toggle('off', state !== 'connected');
    at('again').hidden = state !== 'waiting' && state !== 'stopped';
  }

  rooms() {
    const {chat} = this;
    const focused = document.activeElement?.dataset?.room;
    let total = 0, elsewhere = 0;
    const items = chat.sorted().map((r) => {
      total += r.unread;
      if (r !== chat.current) elsewhere += r.unread;
      return element('li', '', this.#roomButton(r));
    });
    at('room-list').replaceChildren(...items);
    if (focused) items.find((li) => li.firstChild.dataset.room === focused)?.firstChild.focus();
    at('elsewhere').hidden = !elsewhere;
    at('elsewhere').textContent = elsewhere;
    at('me').textContent = chat.me || 'nobody yet';
    document.title = `${total ? `(${total}) ` : ''}${chat.current ? `${chat.current.name} – ` : ''}Chat`;
  }

  #roomButton(r) {
    const b = element('button', r.direct ? 'direct' : '', element('bdi', '', r.name));
    b.type = 'button';
    b.dataset.room = r.name;
    if (r === this.chat.current) b.setAttribute('aria-current', 'true');
    if (r.unread) {
      const badge = element('span', 'badge', `${r.unread}`, element('span', 'unseen', r.mentioned ? ' unread, for you' : ' unread'));
      badge.classList.toggle('hot', r.mentioned);
      b.append(badge);
    }
    b.addEventListener('click', () => {
      this.close();
      this.chat.open(r);
      this.focusText();
    });
    return b;
  }

  // focusText puts the cursor into the field, unless that covers the screen with a
  // keyboard.
  focusText() {
    if (!matchMedia('(pointer: coarse)').matches) at('text').focus();
  }

  members() {
    const room = this.chat.current;
    const focused = document.activeElement?.dataset?.member;
    const list = room?.direct ? [] : (room?.sorted() ?? []);
    at('members-title').textContent = room && !room.direct ? `People (${list.length})` : 'People';
    const items = list.map((m) => element('li', m.away ? 'away' : '', this.#memberButton(m)));
    at('member-list').replaceChildren(...items);
    if (focused) items.find((li) => li.firstChild.dataset.member === focused)?.firstChild.focus();
  }

  #memberButton(m) {
    const b = element('button', '', name(m.nick));
    b.type = 'button';
    b.dataset.member = m.nick;
    b.disabled = m.nick === this.chat.me;
    const what = [m.nick === this.chat.me && 'you', m.op && 'operator', !m.op && m.voice && 'voice', m.away && 'away'].filter(Boolean);
    if (what.length) b.append(' ', element('span', 'label', what.join(', ')));
    b.title = m.account ? `logged in as ${m.account}` : '';
    b.addEventListener('click', () => {
      this.close();
      this.chat.open(this.chat.makeRoom(m.nick));
      this.focusText();
    });
    return b;
  }
}
