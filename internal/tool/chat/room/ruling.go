package room

import (
	"slices"
	"strconv"
	"time"
)

// A ruling is a change of a room, such as a new topic, that its log doesn't have any
// more. The store doesn't have it either, and so the log keeps it for those who are
// behind.
type ruling struct {
	ev  *Event
	msg uint64 // number of the last message before it
}

// maxRulings is how many of them a log keeps.
const maxRulings = 256

// ruling reports whether the kind is one that those who are behind get as it was.
func (k Kind) ruling() bool { return k == Topic || k == Mode || k == Kick }

// rule keeps a ruling that the log drops. The caller holds mu.
func (l *log) rule(e *Event) {
	e.encoded.Store(nil) // hardly anybody will want it
	l.rulings.add(e, ruling{ev: e, msg: l.droppedMsg}, maxRulings)
}

// lost returns up to which stamp and message the log has dropped its events, and the
// rulings among them that came after a stamp.
func (l *log) lost(after uint64) (dropped, msg uint64, rulings []past[ruling]) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.dropped, l.droppedMsg, slices.Clone(l.rulings.after(after))
}

// forgotten returns the stamp of the newest ruling that isn't known any more.
func (l *log) forgotten() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.rulings.forgotten
}

func (l *log) tidyRulings(old time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rulings.tidy(old)
}

// restate tells a client the topic and the modes as they are, because it isn't known any
// more what it has missed of them.
func (tx *Tx) restate(r *Room, c *Client) {
	topic := tx.event(Topic, nil, r)
	topic.Text, topic.From.Nick = r.topic.Text, r.topic.By
	tx.toClient(topic, c)
	modes := tx.event(Mode, nil, r)
	modes.Changes = r.allModes()
	tx.toClient(modes, c)
}

// allModes returns the changes that give a room the modes it has, whatever they were.
func (r *Room) allModes() []Change {
	var set, unset []Change
	put := func(ch Change) {
		if ch.Add {
			set = append(set, ch)
		} else {
			unset = append(unset, ch)
		}
	}
	for i := range len(modeLetters) {
		if bit := Modes(1) << i; bit != Shut {
			put(Change{Add: r.Has(bit), Mode: modeLetters[i]})
		}
	}
	key, limit := Change{Add: r.password != "", Mode: 'k', Arg: "*"}, Change{Add: r.limit > 0, Mode: 'l'}
	if key.Add {
		key.Arg = r.password
	}
	if limit.Add {
		limit.Arg = strconv.Itoa(r.limit)
	}
	put(key)
	put(limit)
	return append(set, unset...)
}
