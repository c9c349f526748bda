// The page of the chat. This puts its parts together.
import {Chat} from './chat.js';
import {run} from './commands.js';
import {Dialogs} from './dialogs.js';
import {tab} from './keep.js';
import {Panels} from './panels.js';

const at = (id) => document.getElementById(id);
const text = at('text');

const chat = new Chat({
  rooms: () => panels.rooms(),
  members: () => panels.members(),
  header: () => panels.header(),
  browse: () => dialogs.browse(),
  search: (words) => dialogs.search(words),
  refused(why) {
    chat.socket.stop('');
    dialogs.hello(why);
  },
  left: () => dialogs.hello(''),
  state(state, reason) {
    panels.state(state, reason);
    if (state === 'connected' && at('hello').open) {
      dialogs.welcome();
      panels.focusText();
    } else if (state === 'waiting' && at('hello').open) {
      chat.socket.stop('');
      dialogs.hello('The server does not answer.');
    }
  },
});
const panels = new Panels(chat);
const dialogs = new Dialogs(chat);

// The field is as high as its text, up to a limit.
function fit() {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + 2}px`;
}

function submit() {
  if (run(chat, text.value)) {
    text.value = '';
    fit();
  }
}

text.addEventListener('input', fit);
text.addEventListener('keydown', (e) => {
  if (e.isComposing) return;
  if (e.key === 'Enter') {
    e.preventDefault();
    // A message is one line.
    if (e.shiftKey) text.setRangeText(' ', text.selectionStart, text.selectionEnd, 'end');
    else submit();
  } else if (e.key === 'PageUp' || e.key === 'PageDown') {
    e.preventDefault();
    chat.view.scroll(e.key === 'PageUp' ? -1 : 1);
  }
});
at('say').addEventListener('submit', (e) => {
  e.preventDefault();
  submit();
  panels.focusText();
});
at('join').addEventListener('submit', (e) => {
  e.preventDefault();
  const name = at('join-room').value.trim();
  if (!name) return;
  at('join-room').value = '';
  panels.close();
  chat.join(name);
  panels.focusText();
});
at('show-search').addEventListener('click', () => dialogs.search(''));
at('show-all').addEventListener('click', () => {
  panels.close();
  dialogs.browse();
});
at('leave').addEventListener('click', () => {
  panels.close();
  run(chat, '/part');
  panels.focusText();
});
at('quit').addEventListener('click', () => {
  panels.close();
  run(chat, '/quit');
});
at('again').addEventListener('click', () => chat.socket.open());

document.addEventListener('keydown', (e) => {
  if (document.querySelector('dialog[open]')) return;
  if (e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
    e.preventDefault();
    chat.step(e.key === 'ArrowUp' ? -1 : 1);
  } else if (e.key === 'Escape' && !panels.close()) {
    text.focus();
    chat.view.toEnd();
  }
});

// A link to a room ends in its name; a page that is loaded again has a name already.
const linked = decodeURIComponent(location.hash);
if (linked.length > 1) chat.wanted = linked;
panels.header();
panels.rooms();
if (tab.get('nick')) chat.enter(tab.get('nick'), '');
else dialogs.hello('');
