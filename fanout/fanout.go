// Package fanout broadcasts to many listeners, none of whom can stop the others.
//
// A [Topic] is a log of the latest messages, numbered from 1. A [Subscription] is
// a cursor into it:
//
//	news := fanout.New[string](fanout.Options{})
//	sub := news.Subscribe(ctx, fanout.SubscribeOptions{WhenFull: fanout.DropOldest})
//	go func() { … news.Publish(ctx, "hello") … }()
//	for seq, line := range sub.All() {
//		fmt.Println(seq, line)
//	}
//
// The usual way is a channel for each listener and a loop that sends to all of
// them: every message is copied to each, and the loop stands still at the first
// channel that is full. Here a message is written once, listeners read it where it
// is, without a lock, and a listener that falls behind costs no memory. All see
// the messages in one order, and the numbers show whoever missed some.
//
// How far a listener may fall behind, and what happens then, is the listener's
// own choice, see [Policy].
package fanout

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

var (
	// ErrSlow is why a subscription with the policy [Kick] ended that fell behind.
	ErrSlow = errors.New("fanout: subscriber is too slow")
	// ErrClosed is the error of publishing to a closed topic.
	ErrClosed = errors.New("fanout: topic closed")
)

// Options configure a topic; the zero value is useful.
type Options struct {
	// Name is what package watch shows; the default is "fanout".
	Name string
	// Log is how many messages the topic keeps; the default is 1024. It is the
	// bound of the topic's memory, and the farthest that anyone can be behind.
	Log int
}

// A Topic is a log of messages that subscribers follow. It is made by [New]; its
// methods may be called concurrently.
type Topic[T any] struct {
	name    string
	keep    uint64 // how many messages are in the log
	log     log[T]
	unwatch func()

	mu     schedule.Mutex
	subs   []*Subscription[T] // guarded by mu, as are the next
	idle   []*Subscription[T] // those who wait for a message
	limit  uint64             // a message up to this number needs no look at subs
	closed bool
	room   chan struct{} // closed when a subscriber for whom a publisher waits gets on; else nil

	held atomic.Bool // room isn't nil
}

// New returns a topic without messages. [Topic.Close] ends it. New panics if Log
// is negative.
func New[T any](opts Options) *Topic[T] {
	if opts.Log < 0 {
		panic("fanout: negative log")
	}
	if opts.Log == 0 {
		opts.Log = 1024
	}
	t := &Topic[T]{name: opts.Name, keep: uint64(opts.Log), log: newLog[T](opts.Log)}
	_, t.unwatch = watch.Start(context.Background(), "fanout", opts.Name, t.describe)
	return t
}

// Publish appends v to the log and returns its number. All subscribers see the
// messages in the order of the numbers.
//
// Publish waits while a subscriber with the policy [Wait] is as far behind as it
// may be. If ctx ends first, v has not been published, and the error is the
// cause. After Close, it is [ErrClosed].
func (t *Topic[T]) Publish(ctx context.Context, v T) (seq uint64, err error) {
	if ctx.Err() != nil {
		return 0, task.Cause(ctx)
	}
	for {
		schedule.Point("fanout: publish")
		t.mu.Lock()
		if t.closed {
			t.mu.Unlock()
			return 0, ErrClosed
		}
		seq = t.log.head.Load() + 1
		if seq <= t.limit || t.admit(seq) {
			t.log.append(seq, v)
			t.wakeIdle()
			t.mu.Unlock()
			return seq, nil
		}
		if t.room == nil {
			t.room = make(chan struct{})
			t.held.Store(true)
		}
		room := t.room
		schedule.Point("fanout: hold")
		blocked := !t.admit(seq) // who got on before held was set didn't see it
		schedule.Point("fanout: held")
		t.mu.Unlock()
		if !blocked {
			continue
		}
		select {
		case <-room:
		case <-ctx.Done():
			return 0, task.Cause(ctx)
		}
	}
}

// admit sees to the subscribers that are full when the message seq comes, and
// reports whether it may. It finds the number up to which nobody will be. The
// mutex is held.
func (t *Topic[T]) admit(seq uint64) bool {
	ok := true
	t.limit = ^uint64(0)
	for _, s := range slices.Backward(t.subs) { // whoever is kicked out leaves the place to one already seen
		if s.policy == DropOldest {
			continue
		}
		last := s.last()
		if seq > last {
			switch s.policy {
			case Wait:
				ok = false
			case Kick:
				s.end(ErrSlow)
				continue
			case DropNewest:
				if s.skip.Load() == 0 {
					s.skip.Store(seq)
				}
				continue // what it reads next is decided when it gets there
			}
		}
		t.limit = min(t.limit, last)
	}
	return ok
}

// wakeIdle tells those who wait for a message that there is one. The mutex is held.
func (t *Topic[T]) wakeIdle() {
	for i, s := range t.idle {
		s.wake()
		t.idle[i] = nil
	}
	t.idle = t.idle[:0]
}

// letIn wakes publishers that wait for a subscriber to get on.
func (t *Topic[T]) letIn() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.letInLocked()
}

func (t *Topic[T]) letInLocked() {
	if t.room != nil {
		close(t.room)
		t.room = nil
		t.held.Store(false)
	}
}

// Close ends the topic: later publishing fails, subscribers end when they have
// read what is in the log. Calling it again does nothing.
func (t *Topic[T]) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	t.closed = true
	t.unwatch()
	t.wakeIdle()
	t.letInLocked()
}

func (t *Topic[T]) describe(n *watch.Node) {
	n.In = t.log.head.Load()
	n.Out = n.In
	n.QueueCap = int(t.keep)
	n.Queue = int(min(n.In, t.keep))
}
