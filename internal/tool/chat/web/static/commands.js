// What may be typed after a slash.
const help = [
  '/join ROOM [KEY]: go into a room; it is made if it does not exist',
  '/part: leave the room',
  '/nick NAME: take another name',
  '/me TEXT: say what you do',
  '/msg NAME TEXT: tell something to one person',
  '/rooms: show the rooms',
  '/search WORDS: show the messages with all these words',
  '/topic TEXT: set the topic of the room',
  '/away [TEXT]: say that you are away, or that you are back',
  '/register PASSWORD: make an account that protects your name',
  '/login NAME PASSWORD: log in to an account',
  '/quit: leave the chat',
  'For operators: /invite /kick /ban /unban /mute /unmute /op /deop /voice /devoice NAME, /close ROOM, /kill NAME',
  'Keys: Alt with the up and down arrows goes to another room, Page Up and Page Down scroll, Escape closes what is open.',
];
const operators = 'invite kick ban unban mute unmute op deop voice devoice close kill'.split(' ');

// run does what was typed, and reports whether the field may be emptied.
export function run(chat, typed) {
  const text = typed.replace(/\s*[\r\n]+\s*/g, ' ').trim();
  if (!text) return false;
  if (!text.startsWith('/') || text.startsWith('//')) {
    if (!chat.current) return false;
    return chat.say(chat.current, 'message', text.replace(/^\/\//, '/'));
  }
  const [, word, arg] = text.match(/^\/(\S*)\s*(.*)$/);
  const name = word.toLowerCase();
  if (commands[name]) return commands[name](chat, arg) !== false;
  if (operators.includes(name)) return chat.send({op: 'command', room: chat.current?.name, text});
  chat.note(`There is no command /${word}; /help lists them.`, 'error');
  return false;
}

// usage tells how a command is used.
function usage(chat, name) {
  chat.note(`Usage: ${help.find((line) => line.startsWith(`/${name} `))}`, 'error');
  return false;
}

function join(chat, arg) {
  const [name, key] = arg.split(/\s+/);
  return name ? chat.join(name, key) : usage(chat, 'join');
}

function part(chat) {
  const room = chat.current;
  if (room?.direct) chat.removeRoom(room);
  else if (room) return chat.send({op: 'part', room: room.name});
}

function msg(chat, arg) {
  const [, name, text] = arg.match(/^(\S*)\s*(.*)$/);
  if (!name) return usage(chat, 'msg');
  const room = name.startsWith('#') ? chat.room(name) : chat.makeRoom(name);
  if (!room) {
    chat.note(`You are not in ${name}.`, 'error');
    return false;
  }
  chat.open(room);
  return !text || chat.say(room, 'message', text);
}

const commands = {
  join, part, leave: part, msg,
  me: (chat, arg) => (arg && chat.current ? chat.say(chat.current, 'action', arg) : usage(chat, 'me')),
  nick: (chat, arg) => (arg ? chat.send({op: 'nick', nick: arg}) : usage(chat, 'nick')),
  topic: (chat, arg) => (arg && chat.current ? chat.send({op: 'topic', room: chat.current.name, text: arg}) : usage(chat, 'topic')),
  away: (chat, arg) => chat.send({op: 'command', room: chat.current?.name, text: `/away ${arg}`}),
  rooms: (chat) => chat.show.browse(),
  search: (chat, arg) => chat.show.search(arg),
  register(chat, arg) {
    return arg ? chat.send({op: 'register', password: arg}) : usage(chat, 'register');
  },
  login(chat, arg) {
    const [, account, password] = arg.match(/^(\S*)\s*(.*)$/); // which may have spaces
    if (!password) return usage(chat, 'login');
    return chat.send({op: 'login', account, password});
  },
  help(chat) { for (const line of help) chat.note(line); },
  quit: (chat) => chat.leave('You have left.'),
};
