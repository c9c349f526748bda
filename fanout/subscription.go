package fanout

import (
	"context"
	"iter"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// A Policy says what happens when a subscriber is as far behind as it may be and
// another message comes. In any case the numbers show what it has missed.
type Policy int

const (
	// Wait makes the publishers wait for it.
	Wait Policy = iota
	// DropOldest lets it miss the oldest messages that it has not read.
	DropOldest
	// DropNewest lets it miss the new messages until it has read those before,
	// as far as the log still has them then.
	DropNewest
	// Kick ends its subscription with [ErrSlow].
	Kick
)

// SubscribeOptions configure a subscription; the zero value gets every message
// from now on, and makes publishers wait.
type SubscribeOptions struct {
	// Name is what package watch shows; the default is "subscription".
	Name string
	// From is the number of the first message to get. If the log has it no more,
	// the first is the oldest that the log has; 0 means the next to be published.
	// What was there at the time of subscribing doesn't count as being behind.
	From uint64
	// Buffer is how far the subscriber may be behind, in messages. The default, and
	// the most, is what the log keeps.
	Buffer int
	// WhenFull says what happens when it is that far behind.
	WhenFull Policy
}

// A Subscription is one listener's place in a topic. There may be tens of
// thousands that wait, so its channels are made when someone needs them.
type Subscription[T any] struct {
	topic   *Topic[T]
	ctx     context.Context
	policy  Policy
	buffer  uint64
	base    uint64 // the last message when it was made
	unwatch func()
	undo    func() bool   // keeps the end of ctx from ending it; nil if ctx has no end
	signal  chan struct{} // gets a token when waiting was set and no longer is; made and used by All

	cursor atomic.Uint64 // the last message that it has had, or missed
	skip   atomic.Uint64 // with DropNewest: the first message to miss, or 0
	read   atomic.Uint64 // how many it has had
	ended  atomic.Bool   // written with the topic's mutex held

	// Guarded by the topic's mutex.
	place   int // in topic.subs
	seat    int // in topic.idle, while waiting
	waiting bool
	done    chan struct{} // closed when it has ended; nil until someone asks
	gone    chan struct{} // closed when what waits for the end of ctx is gone; nil until someone waits
	joined  bool          // what waited for the end of ctx is gone
	err     error
}

// Subscribe returns a new subscription, which lasts until ctx ends, until a loop
// over [Subscription.All] is left, or until it is kicked out. Subscribe panics if
// Buffer is negative or WhenFull is no policy.
func (t *Topic[T]) Subscribe(ctx context.Context, opts SubscribeOptions) *Subscription[T] {
	if opts.Buffer < 0 {
		panic("fanout: negative buffer")
	}
	if opts.WhenFull < Wait || opts.WhenFull > Kick {
		panic("fanout: unknown policy")
	}
	s := &Subscription[T]{
		topic:  t,
		ctx:    ctx,
		policy: opts.WhenFull,
		buffer: min(uint64(opts.Buffer), t.keep),
	}
	if s.buffer == 0 {
		s.buffer = t.keep
	}
	name := opts.Name
	if name == "" {
		name = "subscription"
	}
	_, s.unwatch = watch.StartUnlabelled(ctx, "fanout", name, s.describe)
	var undo func() bool
	if s.joined = ctx.Done() == nil; !s.joined {
		// Publishers may be waiting for a listener who doesn't range any more.
		undo = context.AfterFunc(ctx, s.contextEnded)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.undo = undo
	if s.ended.Load() { // ctx had ended
		return s
	}
	s.base = t.log.head.Load()
	s.cursor.Store(s.base)
	if opts.From > 0 {
		s.cursor.Store(opts.From - 1)
	}
	s.place = len(t.subs)
	t.subs = append(t.subs, s)
	t.limit = 0 // the next publisher is to look
	return s
}

// contextEnded ends s, in a goroutine that the end of its context has started.
func (s *Subscription[T]) contextEnded() {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	s.end(task.Cause(s.ctx))
	s.joined = true
	if s.gone != nil {
		close(s.gone)
	}
}

// All returns the messages and their numbers, as they come. It waits for the next
// until there is one, the topic is closed, or the subscription ends; [Subscription.Err]
// then says why. Leaving the loop ends the subscription. Only one goroutine may
// range over it at a time.
func (s *Subscription[T]) All() iter.Seq2[uint64, T] {
	return func(yield func(uint64, T) bool) {
		defer s.finish()
		for {
			seq, v, ok := s.next()
			if !ok || !yield(seq, v) {
				return
			}
		}
	}
}

// next returns the next message, once there is one.
func (s *Subscription[T]) next() (seq uint64, v T, ok bool) {
	t := s.topic
	for {
		if s.over() {
			return 0, v, false
		}
		head := t.log.head.Load()
		seq := s.cursor.Load() + 1
		if seq > head {
			if !s.wait() {
				return 0, v, false
			}
			continue
		}
		if first := s.skip.Load(); first != 0 && seq >= first {
			s.catchUp()
			continue
		}
		if oldest := s.oldest(head); seq < oldest {
			s.advance(oldest - 1)
			continue
		}
		if v, ok := t.log.at(seq); ok {
			s.advance(seq)
			s.read.Add(1)
			return seq, v, true
		}
	}
}

// oldest returns the number of the first message that s may still get.
func (s *Subscription[T]) oldest(head uint64) uint64 {
	var oldest uint64 = 1
	if head > s.topic.keep {
		oldest = head - s.topic.keep + 1
	}
	if s.policy == DropOldest && head > s.base+s.buffer {
		oldest = max(oldest, head-s.buffer+1)
	}
	return oldest
}

// last returns the number of the last message that may be published without s
// being too far behind. The mutex is held.
func (s *Subscription[T]) last() uint64 { return max(s.cursor.Load(), s.base) + s.buffer }

// advance moves the cursor, and lets publishers in who wait for that.
func (s *Subscription[T]) advance(seq uint64) {
	s.cursor.Store(seq)
	schedule.Point("fanout: advance")
	if s.policy == Wait && s.topic.held.Load() {
		s.topic.letIn()
	}
}

// catchUp ends a time of missing messages, with DropNewest.
func (s *Subscription[T]) catchUp() {
	t := s.topic
	t.mu.Lock()
	defer t.mu.Unlock()
	s.cursor.Store(t.log.head.Load())
	s.skip.Store(0)
	t.limit = 0
}

// over reports whether the subscription has ended.
func (s *Subscription[T]) over() bool {
	if s.ended.Load() {
		return true
	}
	if s.ctx.Err() != nil {
		s.topic.mu.Lock()
		defer s.topic.mu.Unlock()
		s.end(task.Cause(s.ctx))
		return true
	}
	return false
}

// wait waits for a message after the cursor and reports whether there may be one.
func (s *Subscription[T]) wait() bool {
	t := s.topic
	schedule.Point("fanout: wait")
	t.mu.Lock()
	if s.cursor.Load() < t.log.head.Load() {
		t.mu.Unlock()
		return true
	}
	if t.closed || s.ended.Load() {
		t.mu.Unlock()
		return false
	}
	if s.signal == nil {
		s.signal = make(chan struct{}, 1)
	}
	s.waiting = true
	s.seat = len(t.idle)
	t.idle = append(t.idle, s)
	t.mu.Unlock()
	<-s.signal // from a publisher, Close, or the end of s, be it by its context
	return true
}

// finish ends s after a loop and joins what waited for the end of its context.
func (s *Subscription[T]) finish() {
	t := s.topic
	t.mu.Lock()
	s.end(nil)
	if s.joined {
		t.mu.Unlock()
		return
	}
	if s.gone == nil {
		s.gone = make(chan struct{})
	}
	gone := s.gone
	t.mu.Unlock()
	<-gone // it runs
}

// end ends s, unless it has ended already. The topic's mutex is held.
func (s *Subscription[T]) end(err error) {
	if s.ended.Load() {
		return
	}
	t := s.topic
	s.err = err
	s.ended.Store(true)
	if len(t.subs) > 0 && t.subs[s.place] == s {
		last := t.subs[len(t.subs)-1]
		t.subs[s.place], last.place = last, s.place
		t.subs[len(t.subs)-1] = nil
		t.subs = t.subs[:len(t.subs)-1]
	}
	if s.waiting {
		last := t.idle[len(t.idle)-1]
		t.idle[s.seat], last.seat = last, s.seat
		t.idle[len(t.idle)-1] = nil
		t.idle = t.idle[:len(t.idle)-1]
		s.wake()
	}
	t.letInLocked()
	if s.undo != nil && s.undo() {
		s.joined = true
	}
	s.unwatch()
	if s.done != nil {
		close(s.done)
	}
}

// wake ends a wait of s. The topic's mutex is held.
func (s *Subscription[T]) wake() {
	s.waiting = false
	s.signal <- struct{}{} // there is room: one token for each wait
}

// Err says why the subscription ended: nil if its loop was left or the topic
// closed, [ErrSlow], or the cause of its context. While it lasts, Err returns nil.
func (s *Subscription[T]) Err() error {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	return s.err
}

// Done returns a channel that is closed when the subscription has ended. A
// listener that may be stuck, such as in a write to a connection, can be got out
// by whoever waits for it.
func (s *Subscription[T]) Done() <-chan struct{} {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	if s.done == nil {
		s.done = make(chan struct{})
		if s.ended.Load() {
			close(s.done)
		}
	}
	return s.done
}

func (s *Subscription[T]) describe(n *watch.Node) {
	head, cursor := s.topic.log.head.Load(), s.cursor.Load()
	n.Out = s.read.Load()
	n.In = n.Out
	if head > cursor {
		n.Queue = int(min(head-cursor, s.topic.keep))
		n.In += head - cursor
	}
	n.QueueCap = int(s.buffer)
}
