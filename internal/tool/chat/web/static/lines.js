// How messages and events look as elements. All text goes in as text.
const time = new Intl.DateTimeFormat([], {hour: '2-digit', minute: '2-digit'});
const day = new Intl.DateTimeFormat([], {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
const moment = new Intl.DateTimeFormat([], {dateStyle: 'medium', timeStyle: 'short'});
const link = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

export function element(name, className, ...children) {
  const e = document.createElement(name);
  if (className) e.className = className;
  e.append(...children);
  return e;
}

// linked returns text with its links.
function linked(text) {
  const out = element('bdi');
  let end = 0;
  for (const m of text.matchAll(link)) {
    const a = element('a', '', m[0]);
    a.href = m[0];
    a.target = '_blank';
    a.rel = 'noopener noreferrer nofollow';
    out.append(text.slice(end, m.index), a);
    end = m.index + m[0].length;
  }
  out.append(text.slice(end));
  return out;
}

// name returns a name in its colour: all have the same lightness, so that each is
// readable on both backgrounds.
export function name(nick) {
  const e = element('bdi', 'nick', nick);
  let hash = 0;
  for (const c of nick) hash = Math.imul(hash ^ c.codePointAt(0), 0x9e3779b1);
  const hue = (hash >>> 8) % 360;
  e.style.color = `light-dark(oklch(42% .14 ${hue}), oklch(83% .1 ${hue}))`;
  return e;
}

function stamp(l, format) {
  const at = new Date(l.time);
  const e = element('time', '', format.format(at));
  e.dateTime = l.time;
  e.title = moment.format(at);
  return e;
}

// content returns what a line says, without its time.
function content(l, text = linked(l.text)) {
  switch (l.kind) {
    case 'message': return [name(l.nick), ': ', text];
    case 'notice': return [element('span', 'label', 'notice'), ' ', name(l.nick), ': ', text];
    case 'action': return ['* ', name(l.nick), ' ', text];
  }
  return l.nick ? [name(l.nick), ' ', text] : [text];
}

// line returns the element of a line.
export function line(l, me) {
  const li = element('li', l.kind ?? l.op, stamp(l, time), element('div', 'content', ...content(l)));
  if (l.seq) li.dataset.seq = l.seq;
  if (mentions(l, me)) li.classList.add('mention');
  return li;
}

// waiting returns the element of a line that is not confirmed yet.
export function waiting(l, me) {
  const li = line(l, me);
  li.classList.add('pending');
  li.lastChild.append(element('span', 'label', 'being sent'));
  return li;
}

// found returns the element of a line that was searched for; go shows where it is.
export function found(l, go) {
  const b = element('button', '', stamp(l, moment), ' ', ...content(l, element('bdi', '', l.text)));
  b.type = 'button';
  b.addEventListener('click', go);
  return element('li', '', b);
}

// mentions reports whether somebody else's line has our name in it.
export function mentions(l, me) {
  if (!me || !l.kind || !l.nick || l.nick === me) return false;
  const quoted = me.replace(/[\\^$.*+?()[\]{}|\/-]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${quoted}(?![\\p{L}\\p{N}_])`, 'iu').test(l.text);
}

export function dayOf(l) { return day.format(new Date(l.time)); }

export function divider(className, text) { return element('li', className, element('span', '', text)); }
