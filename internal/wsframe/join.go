package wsframe

import (
	"time"
	"unicode/utf8"
)

// A Joiner puts the fragments of messages together. The zero value is ready, and as
// long as no message is in parts it holds nothing. It is for one goroutine.
type Joiner struct{ part *part }

// A part is what has come of a message.
type part struct {
	op    Op
	data  []byte
	since time.Time
}

// Add takes the next frame, which is none of control. With the last fragment of a
// message it returns the message, of at most limit bytes, and true: a message in one
// frame is the payload itself, and text is valid UTF-8. The error is an [*Error].
func (j *Joiner) Add(h Header, payload []byte, limit int) (op Op, message []byte, whole bool, err error) {
	switch {
	case h.Op == Continuation && j.part == nil:
		return 0, nil, false, protocolError("a fragment of no message")
	case h.Op != Continuation && j.part != nil:
		return 0, nil, false, protocolError("a message within another one")
	case h.Op != Continuation && h.Fin:
		return h.Op, payload, true, valid(h.Op, payload)
	case j.part == nil:
		j.part = &part{op: h.Op, since: time.Now()}
	}
	p := j.part
	if len(payload) > limit-len(p.data) {
		return p.op, nil, false, tooBig(limit)
	}
	p.data = append(p.data, payload...)
	if !h.Fin {
		return p.op, nil, false, nil
	}
	j.part = nil
	return p.op, p.data, true, valid(p.op, p.data)
}

// Since returns when the message began whose last fragment hasn't come, or the zero
// time if there is none: who sends fragments for ever holds memory for ever.
func (j *Joiner) Since() time.Time {
	if j.part == nil {
		return time.Time{}
	}
	return j.part.since
}

func valid(op Op, message []byte) error {
	if op == Text && !utf8.Valid(message) {
		return &Error{Code: Invalid, Why: "text that is no UTF-8"}
	}
	return nil
}
