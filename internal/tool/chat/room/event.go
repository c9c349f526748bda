package room

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"baton/internal/tool/chat/store"
)

// A Kind says what has happened.
type Kind uint8

// The kinds. Those up to Action are what somebody said; their numbers are in the
// store and must not change.
const (
	Message Kind = 1 + iota
	Notice
	Action // a message that says what its sender does: /me

	TagMsg   // tags without a text; not kept
	Join     // From came into Room; Text is why it is away, if it is
	Part     // From left Room; Text is why
	Quit     // From left the server; Text is why
	Nick     // From has the new name Target
	Topic    // From set the topic to Text
	Mode     // From changed the modes in Changes
	Kick     // From removed Target; Text is why
	Invite   // From invited Target, who gets this
	Invited  // the same for the members of Room
	Away     // From is away; Text is why
	Back     // From isn't away any more
	SetName  // From has the new real name Text
	Account  // From is logged in as Target, or "" when logged out
	Closed   // From closed Room, and Target, who gets this, had to leave; Text is why
	Failed   // what Origin sent could not be kept: Err is why; only Origin gets it
	Presence // Origin has missed comings and goings: Present is who is in Room now
)

// Said reports whether somebody said something, which is kept in the store.
func (k Kind) Said() bool { return k >= Message && k <= Action }

// fleeting reports whether the kind is about presence, which is left out for
// clients that are behind: a fresh list of members makes up for it.
func (k Kind) fleeting() bool {
	switch k {
	case Join, Part, Quit, Nick, Away, Back, SetName, Account, TagMsg:
		return true
	}
	return false
}

// An Identity is who a client is. It doesn't change; a client that changes gets
// another one.
type Identity struct {
	Nick, User, Host, Account, RealName string
}

// An Event is something that has happened. It doesn't change once it is published.
type Event struct {
	Stamp    uint64 // its place in the server's order, from 1
	Room     *Room  // nil if it concerns several rooms or none
	RoomName string
	Msg      uint64 // number of what was said in its room, from 1; else 0
	Epoch    string // of the store that has given the number
	Time     time.Time
	Kind     Kind
	From     Identity
	Target   string // the name of whom it is done to, see the kinds
	Text     string
	Tags     string // client-only tags as they are sent on, already valid
	Changes  []Change
	Present  []Present // of Presence
	// Gone is who was in Room when Origin began to miss comings and goings, and has
	// left it since, unseen by Origin, or has another name. With Complete, that and
	// who is New make up for all that was missed; without it that isn't known any more.
	Gone     []*Identity
	Complete bool
	Err      error // of Failed

	Origin *Client // whose doing it is, or nil
	Label  string  // Origin's own id for it, for Origin only

	session, sessionID string // see Line

	encoded atomic.Pointer[encoding]
}

// A Present is a member as a list of members has it.
type Present struct {
	Identity  *Identity
	Op, Voice bool
	Away      string // why it is away, if it is
	New       bool   // came, or got its name, after Origin began to miss that
	Altered   bool   // likewise it, or its account or real name, became another
}

// Unchanged reports whether Origin is known to have missed nothing of who comes and goes.
func (e *Event) Unchanged() bool {
	return e.Complete && len(e.Gone) == 0 && !slices.ContainsFunc(e.Present, func(p Present) bool { return p.New })
}

// Prefix is that of [Member.Prefix].
func (p Present) Prefix(all bool) string { return prefix(p.Op, p.Voice, all) }

// ID returns the event's message id: the same for the same message at any time, and
// different for different messages. Events that aren't kept have one too.
func (e *Event) ID() string {
	b := make([]byte, 0, 40)
	b = append(b, e.Epoch...)
	if e.Msg == 0 {
		b = append(b, '!')
		b = strconv.AppendUint(b, uint64(e.Time.UnixMilli()), 36)
		b = append(b, '-')
		b = strconv.AppendUint(b, e.Stamp, 36)
		return string(b)
	}
	b = append(b, '-')
	b = strconv.AppendUint(b, e.Msg, 36)
	b = append(b, e.RoomName...) // starts with #
	return string(b)
}

// FromStore returns the event of a message in the history of a room, for encoding.
func FromStore(roomName, epoch string, m store.Message) *Event {
	return &Event{
		RoomName: roomName,
		Msg:      m.Seq,
		Epoch:    epoch,
		Time:     m.Time,
		Kind:     Kind(m.Kind),
		From:     Identity(m.From),
		Text:     m.Text,
		Tags:     m.Tags,
	}
}

func (e *Event) message() store.Message {
	return store.Message{
		Room: e.Room.key, Seq: e.Msg, Time: e.Time, Kind: uint8(e.Kind), From: store.Sender(e.From),
		Text: e.Text, Tags: e.Tags, Client: e.session, ClientID: e.sessionID,
	}
}

// A Shape is which form of an event a client gets, such as its capabilities: the
// encoder's own.
type Shape uint32

// An Encoder turns events into what a transport's clients read.
type Encoder interface {
	// Encode appends the event as a client with that shape sees it, or nothing
	// when the event is hidden from it. Self says that the client is ev.Origin
	// and gets the event for its own doing. Encode is called concurrently and
	// must not use the hub. Without self, the result is kept for the other
	// clients that have the same encoder and shape.
	Encode(dst []byte, ev *Event, shape Shape, self bool) []byte
}

// A Farewell is an encoder that has a last line for clients whose connection the hub
// ends, such as [ErrKilled] or [ErrDrained]. It may be called concurrently, and must
// not use the hub.
type Farewell interface {
	Farewell(reason error) []byte
}

// An encoding is an event as encoded for one shape.
type encoding struct {
	enc   Encoder
	shape Shape
	data  []byte
	next  *encoding
}

// Append appends the event as a client of that encoder and shape sees it that isn't
// its origin. It may be called at any time.
func (e *Event) Append(dst []byte, enc Encoder, shape Shape) []byte {
	first := e.encoded.Load()
	for x := first; x != nil; x = x.next {
		if x.shape == shape && x.enc == enc {
			return append(dst, x.data...)
		}
	}
	start := len(dst)
	dst = enc.Encode(dst, e, shape, false)
	x := &encoding{enc: enc, shape: shape, data: append([]byte(nil), dst[start:]...), next: first}
	// If another goroutine was faster, its encodings are kept and this one isn't.
	e.encoded.CompareAndSwap(first, x)
	return dst
}

// appendTo appends the event for c to dst.
func (e *Event) appendTo(dst []byte, c *Client, shape Shape, self bool) []byte {
	if self {
		return c.enc.Encode(dst, e, shape, true)
	}
	return e.Append(dst, c.enc, shape)
}
