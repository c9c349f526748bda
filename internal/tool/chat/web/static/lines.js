// How messages and events look as elements. All text goes in as text.
const time = new Intl.DateTimeFormat([], {hour: '2-digit', minute: '2-digit'});
const day = new Intl.DateTimeFormat([], {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
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

// name returns a name in its colour, which is readable on both backgrounds.
export function name(nick) {
  const e = element('bdi', 'nick', nick);
  let hash = 0;
  for (const c of nick) hash = (hash * 31 + c.codePointAt(0)) % 360;
  e.style.color = `light-dark(hsl(${hash} 75% 30%), hsl(${hash} 65% 75%))`;
  return e;
}

// line returns the element of a line.
export function line(l, me) {
  const li = element('li', l.kind ?? l.op);
  const at = element('time', '', time.format(new Date(l.time)));
  at.dateTime = l.time;
  li.append(at);
  switch (l.kind) {
    case 'message': li.append(name(l.nick), ': ', linked(l.text)); break;
    case 'notice': li.append('notice from ', name(l.nick), ': ', linked(l.text)); break;
    case 'action': li.append('* ', name(l.nick), ' ', linked(l.text)); break;
    case 'private': li.append('private, ', name(l.nick), l.to ? ` to ${l.to}: ` : ': ', linked(l.text)); break;
    default: li.append(linked(l.text));
  }
  if (l.seq) li.dataset.seq = l.seq;
  if (l.pending) {
    li.classList.add('pending');
    li.title = 'being sent';
  }
  if (me && l.nick && l.nick !== me && l.text.toLowerCase().includes(me.toLowerCase())) li.classList.add('mention');
  return li;
}

export function dayOf(l) { return day.format(new Date(l.time)); }

export function divider(className, text) { return element('li', className, text); }
