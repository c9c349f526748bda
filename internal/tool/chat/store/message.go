package store

import (
	"context"
	"fmt"
	"time"
)

// A Message is one entry of a room's log.
type Message struct {
	Room string    // key of the room
	Seq  uint64    // its number in the room, from 1, less than 1<<40
	Time time.Time // in UTC and milliseconds when it comes from the store
	Kind uint8     // the server's own, kept as it is
	From Sender
	Text string
	Tags string // tags of the sender, as they are sent on

	// Client and ClientID are the sender's account or session and its own id for
	// the line, both empty when it gave none; see [Store.Sent].
	Client, ClientID string
}

// A Sender is who sent a message, as of then.
type Sender struct {
	Nick, User, Host, Account, RealName string
}

// A Point is a place in a room's log: that of a message by its number if Seq is
// not 0, else that of a time. The zero Point is no place.
//
// Times are taken to rise with the numbers. Where the clock was set back in
// between, a place given by a time is near it and not exact.
type Point struct {
	Seq  uint64
	Time time.Time
}

// IsZero reports whether p is no place.
func (p Point) IsZero() bool { return p.Seq == 0 && p.Time.IsZero() }

// A Range is a part of a room's log. The zero Range is its first messages.
type Range struct {
	After  Point // only what comes after it, without it; zero: from the first message
	Before Point // only what comes before it, without it; zero: to the last message
	Latest bool  // where there are more than Limit: the last ones, not the first ones
	Limit  int   // at most that many messages; 0 means 100, and more than MaxLimit means MaxLimit
}

// maxSeq is the highest number that a message can have.
const maxSeq = 1<<40 - 1

// MaxLimit is how many messages one call returns at most.
const MaxLimit = 1000

func (r Range) limit() int {
	if r.Limit <= 0 {
		return 100
	}
	return min(r.Limit, MaxLimit)
}

// Around returns the messages around p, half of limit from before it and the
// rest from p on, the oldest first.
func Around(ctx context.Context, s Store, room string, p Point, limit int) ([]Message, error) {
	limit = Range{Limit: limit}.limit()
	from, err := s.Messages(ctx, room, Range{After: p.previous(), Limit: limit - limit/2})
	if err != nil || limit < 2 {
		return from, err
	}
	before, err := s.Messages(ctx, room, Range{Before: p, Latest: true, Limit: limit / 2})
	if err != nil {
		return nil, err
	}
	return append(before, from...), nil
}

// previous returns the last place before p.
func (p Point) previous() Point {
	if p.Seq > 0 {
		return Point{Seq: p.Seq - 1}
	}
	return Point{Time: p.Time.Add(-1)}
}

// bounds returns the numbers that the range begins with and ends before. first
// tells the number of the first message that is not before a time in
// milliseconds, or the one after the last.
func (r Range) bounds(first func(ms int64) (uint64, error)) (from, to uint64, err error) {
	from, to = 1, maxSeq+1
	switch {
	case r.After.Seq > 0:
		from = min(r.After.Seq, maxSeq) + 1
	case !r.After.Time.IsZero():
		from, err = first(r.After.Time.UnixMilli() + 1)
	}
	if err != nil {
		return 0, 0, err
	}
	switch {
	case r.Before.Seq > 0:
		to = min(r.Before.Seq, to)
	case !r.Before.Time.IsZero():
		to, err = first(ceilMilli(r.Before.Time))
	}
	return from, max(from, to), err
}

// ceilMilli returns the first millisecond that is not before t.
func ceilMilli(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		ms++
	}
	return ms
}

// inMilli returns t as a store keeps it.
func inMilli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// checkSequence checks that the numbers of messages go on from the last one of
// each room, as last tells it.
func checkSequence(messages []Message, last func(room string) (uint64, error)) error {
	next := make(map[string]uint64)
	for i := range messages {
		room, seq := messages[i].Room, messages[i].Seq
		if next[room] == 0 {
			n, err := last(room)
			if err != nil {
				return err
			}
			next[room] = n + 1
		}
		if seq != next[room] || seq > maxSeq {
			return fmt.Errorf("message %d of room %q comes where %d should: %w", seq, room, next[room], ErrSequence)
		}
		next[room]++
	}
	return nil
}
