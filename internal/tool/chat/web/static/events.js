// What the server tells, and what becomes of it.
const far = 1000; // more missed messages than that are not fetched at once

// receive takes an event of the server's.
export function receive(chat, e) { handlers[e.op]?.(chat, e); }

const because = (text) => (text ? ` (${text})` : '');

const handlers = {
  welcome(chat, e) {
    const first = !chat.me;
    if (chat.epoch && chat.epoch !== e.epoch) for (const r of chat.rooms.values()) forget(chat, r);
    chat.epoch = e.epoch;
    chat.motd = first ? (e.motd ?? []) : [];
    chat.account = e.account ?? '';
    chat.named(e.nick);
  },

  room(chat, e) {
    const room = chat.makeRoom(e.room);
    if (room.name !== e.room) chat.rename(room, e.room);
    room.topic = e.topic ?? '';
    room.setMembers(e.members ?? []);
    if (e.reset && room.last) forget(chat, room);
    backlog(chat, room, e);
    const wanted = chat.wanted.toLowerCase() === e.room.toLowerCase();
    if (wanted) chat.wanted = '';
    if (wanted || !chat.current) chat.open(room);
    if (room === chat.current) redraw(chat, room);
    for (const line of chat.motd.splice(0)) chat.note(line, 'note', room);
  },

  message(chat, e) {
    if (e.id) chat.settle(e.id);
    const room = chat.room(e.room);
    if (room) chat.put(room, e);
  },

  direct(chat, e) {
    if (e.id) chat.settle(e.id);
    const mine = e.from === chat.me;
    const room = chat.makeRoom(mine ? e.to : e.from);
    const line = {kind: e.kind, time: e.time, nick: e.from, text: e.text};
    chat.put(room, line);
  },

  ack(chat, e) { chat.settle(e.id); },

  error(chat, e) {
    if (!chat.socket.connected) {
      chat.show.refused(e.text);
      return;
    }
    chat.wanted = '';
    const mine = e.id && chat.settle(e.id);
    if (mine) chat.note(`${e.text} Not sent: ${mine.line.text}`, 'error', mine.room);
    else chat.note(e.text, 'error');
  },

  notice(chat, e) { chat.note(e.text); },
  closing(chat, e) { chat.note(e.text); },

  join(chat, e) {
    const room = chat.room(e.room);
    if (!room || e.nick === chat.me) return;
    room.members.set(e.nick, {nick: e.nick, account: e.account, away: Boolean(e.text)});
    moved(chat, room, e.op, e.nick, '');
  },

  part(chat, e) {
    const room = chat.room(e.room);
    if (!room) return;
    if (e.nick === chat.me) chat.removeRoom(room);
    else if (room.members.delete(e.nick)) moved(chat, room, e.op, e.nick, e.text);
  },

  quit(chat, e) {
    for (const room of chat.rooms.values()) {
      if (room.members.delete(e.nick)) moved(chat, room, e.op, e.nick, e.text === 'connection closed' ? '' : e.text);
    }
  },

  nick(chat, e) {
    if (e.nick === chat.me) chat.named(e.new);
    const talk = chat.room(e.nick);
    if (talk && !chat.room(e.new)) chat.rename(talk, e.new);
    for (const room of chat.rooms.values()) {
      const here = room.change(e.nick, {nick: e.new});
      if (here || room === talk) about(chat, room, e.nick, `is now called ${e.new}`);
    }
    chat.show.members();
  },

  topic(chat, e) {
    const room = chat.room(e.room);
    if (!room) return;
    room.topic = e.text;
    if (room === chat.current) chat.show.header();
    about(chat, room, e.nick, e.text ? `has set the topic: ${e.text}` : 'has removed the topic');
  },

  mode(chat, e) {
    const room = chat.room(e.room);
    if (!room) return;
    const what = [];
    for (const c of e.changes ?? []) {
      if (c.mode === 'o') room.change(c.arg, {op: c.set});
      if (c.mode === 'v') room.change(c.arg, {voice: c.set});
      what.push(described(c));
    }
    about(chat, room, e.nick, what.join(', '));
    chat.show.members();
  },

  kick(chat, e) {
    const room = chat.room(e.room);
    if (!room) return;
    if (e.target === chat.me) {
      chat.removeRoom(room);
      chat.note(`${e.nick} has removed you from ${e.room}${because(e.text)}.`, 'error');
      return;
    }
    room.members.delete(e.target);
    about(chat, room, e.nick, `has removed ${e.target}${because(e.text)}`);
    chat.show.members();
  },

  closed(chat, e) {
    const room = chat.room(e.room);
    if (room) chat.removeRoom(room);
    chat.note(`${e.nick} has closed ${e.room}${because(e.text)}.`, 'error');
  },

  invite(chat, e) { chat.note(`${e.nick} invites you into ${e.room}: /join ${e.room} takes you there.`); },
  away(chat, e) { state(chat, e, {away: true}, `is away${because(e.text)}`); },
  back(chat, e) { state(chat, e, {away: false}, 'is back'); },

  account(chat, e) {
    if (e.nick === chat.me) {
      chat.account = e.account ?? '';
      chat.note(e.account ? `You are logged in as ${e.account}.` : 'You are logged out.');
    }
    for (const room of chat.rooms.values()) room.change(e.nick, {account: e.account});
    chat.show.members();
  },

  members(chat, e) {
    const room = chat.room(e.room);
    if (!room) return;
    room.setMembers(e.members ?? []);
    chat.show.members();
  },
};

const powers = {o: 'an operator', v: 'somebody with a voice'};
const settings = {i: 'only for who is invited', m: 'moderated', n: 'closed to messages from outside', s: 'secret', t: 'one whose topic operators set', k: 'protected by a key', l: 'limited in members'};

// described returns what a change of modes means.
function described({set, mode, arg}) {
  if (powers[mode]) return set ? `makes ${arg} ${powers[mode]}` : `makes ${arg} no longer ${powers[mode]}`;
  if (mode === 'b') return `${set ? 'bans' : 'no longer bans'} ${arg}`;
  if (settings[mode]) return `makes the room ${set ? '' : 'no longer '}${settings[mode]}`;
  return `sets mode ${set ? '+' : '-'}${mode} ${arg ?? ''}`.trim();
}

// about puts a line about what somebody has done into a room.
function about(chat, room, nick, text) {
  chat.put(room, {op: 'event', time: new Date().toISOString(), nick, text});
}

// state changes what is known of somebody in all rooms, and says so in the current one.
function state(chat, e, changes, text) {
  for (const room of chat.rooms.values()) {
    const here = room.change(e.nick, changes);
    if (here && room === chat.current) about(chat, room, e.nick, text);
  }
  chat.show.members();
}

function moved(chat, room, op, nick, why) {
  const {line, fresh} = room.moved(op, nick, why);
  if (fresh) chat.view.add(room, line);
  else chat.view.change(room, line);
  if (room === chat.current) chat.show.members();
}

// forget begins a room anew, whose history is another one now.
function forget(chat, room) {
  if (room.direct) return;
  room.forget();
  chat.note('The server has begun a new history.', 'note', room);
}

// backlog takes the messages that come with a room.
function backlog(chat, room, e) {
  const from = room.resume;
  const messages = e.messages ?? [];
  const next = messages[0]?.seq ?? e.last + 1; // the first that we needn't ask for
  const tooMany = from && e.last - from > far;
  if (tooMany) room.forget(); // what is between can be had by scrolling
  room.gap = from && !tooMany && next > from + 1 ? from : 0;
  const fresh = room.insert(messages);
  if (from) resumed(chat, room, fresh);
  if (!room.gap) room.more = room.more || room.first > 1 || (e.last > 0 && !room.first);
  if (room.gap) chat.fill(room, next);
}

// resumed counts what was missed while there was no connection. What is on the
// screen is read, but marked as new.
function resumed(chat, room, lines) {
  for (const l of lines) if (l.nick !== chat.me) room.miss(l, false);
  if (chat.reading(room)) room.read();
  chat.show.rooms();
}

function redraw(chat, room) {
  chat.view.redraw(room);
  chat.show.header();
  chat.show.members();
}
