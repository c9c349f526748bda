// Package monitor confines state to one goroutine at a time.
//
// A [Monitor] owns a value. Functions that work on it are calls, made with
// [Call] from any goroutine, and run one after the other:
//
//	m := monitor.New(Account{}, monitor.Options[Account]{})
//	defer m.Close()
//	balance, err := monitor.Call(ctx, m, func(a *Account) (int, error) {
//		if a.Balance < 100 {
//			return a.Balance, ErrFunds
//		}
//		a.Balance -= 100 // nobody comes in between
//		return a.Balance, nil
//	})
//
// The nearest relative is a [sync.Mutex] around the value, which is faster where
// the critical section is a few loads and stores. A monitor's callers may stop
// waiting when their context ends; a function can't leave the lock held; and with
// [Options.Commit] all calls that wait form a batch with one commit, such as one
// write to a disk, before any of their callers goes on: group commit.
package monitor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

var (
	// ErrClosed is the error of calls that come after Close.
	ErrClosed = errors.New("monitor: closed")
	// ErrUnknown is the error of a call whose context ended after the monitor had
	// taken it: whether it has had an effect isn't known to its caller.
	ErrUnknown = errors.New("monitor: outcome unknown")
)

// Options configure a monitor; the zero value is useful.
type Options[S any] struct {
	// Name is what package watch shows; the default is "monitor".
	Name string
	// Batch is how many calls may share a commit; the default is 256.
	Batch int
	// Commit makes the effects of the calls since the last commit last. It runs
	// after each batch of calls, on the monitor's goroutine, and its error is that
	// of every call in the batch. It has to bring the state back to where the last
	// commit left it, if that matters, before it returns an error. Without Commit,
	// a caller goes on as soon as its own call has ended.
	Commit func(*S) error
	// Gather, if not nil, is called on the monitor's goroutine when calls have come
	// and before they run, with a function that returns how many there are by now. It
	// may wait a moment for more to share their commit, where that costs more than the
	// moment. It must not panic.
	Gather func(waiting func() int)
}

// A Monitor owns a value of type S. It is made by [New].
type Monitor[S any] struct {
	state S // the monitor's goroutine's
	opts  Options[S]

	batch batch[S] // likewise

	mu     schedule.Mutex
	queue  queue[S] // calls that wait; guarded by mu, as are the next
	closed bool
	idle   bool   // run waits for a signal
	in     uint64 // calls that came
	left   uint64 // of these, whose callers left before they were taken

	signal  chan struct{} // has a token when idle was set and there is work
	done    chan struct{} // closed when run has returned
	unwatch func()

	spare sync.Pool // of *call[S], to use again

	begun       atomic.Uint64 // calls whose turn has come, also if their callers have left
	out, failed atomic.Uint64
}

// New returns a monitor that owns state, and starts its goroutine, which ends
// with Close. It panics if Batch is negative.
func New[S any](state S, opts Options[S]) *Monitor[S] {
	if opts.Batch < 0 {
		panic("monitor: negative batch")
	}
	if opts.Batch == 0 {
		opts.Batch = 256
	}
	m := &Monitor[S]{
		state:  state,
		opts:   opts,
		signal: make(chan struct{}, 1),
		done:   make(chan struct{}),
	}
	ctx, unwatch := watch.Start(context.Background(), "monitor", opts.Name, m.describe)
	m.unwatch = unwatch
	go m.run(ctx) // ends after Close, when the queue is empty
	return m
}

// Call runs fn with m's state, and returns its results once it has run and, if
// there is a Commit, been committed. Calls run one at a time, in the order in
// which they came. fn must not keep the pointer, nor wait for other calls of the
// same monitor, which can't run before it returns.
//
// If ctx ends before fn's turn, fn is not run and Call returns the cause. If it
// ends later, Call returns the cause and [ErrUnknown]: fn has run or will. After
// Close, Call returns [ErrClosed].
//
// A failing Commit's error is joined to fn's own. A panic of fn is raised in the
// caller as a [*task.PanicError], Goexit is [task.ErrGoexit]; the state is as fn
// has left it, and the monitor goes on.
func Call[S, R any](ctx context.Context, m *Monitor[S], fn func(*S) (R, error)) (R, error) {
	if fn == nil {
		panic("monitor: nil function")
	}
	f := &function[S, R]{fn: fn}
	c := m.newCall()
	c.work = f
	if err := m.call(ctx, c); err != nil {
		if errors.Is(err, ErrUnknown) {
			var zero R
			return zero, err // fn may be writing its result
		}
		return f.r, err
	}
	c.work = nil
	m.spare.Put(c)
	return f.r, nil
}

// newCall returns a call that nobody else knows.
func (m *Monitor[S]) newCall() *call[S] {
	c, _ := m.spare.Get().(*call[S])
	if c == nil {
		return &call[S]{ended: make(chan struct{}, 1)}
	}
	c.state.Store(queued)
	return c
}

// call queues c and waits for its end.
func (m *Monitor[S]) call(ctx context.Context, c *call[S]) error {
	if ctx.Err() != nil {
		return task.Cause(ctx)
	}
	if !m.push(c) {
		return ErrClosed
	}
	select {
	case <-c.ended:
	case <-ctx.Done():
		schedule.Point("monitor: leave")
		if c.state.CompareAndSwap(queued, abandoned) {
			m.abandon(c)
			return task.Cause(ctx)
		}
		select {
		case <-c.ended: // came first, after all
		default:
			return fmt.Errorf("%w: %w", ErrUnknown, task.Cause(ctx))
		}
	}
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}

// push appends c to the queue, unless the monitor is closed.
func (m *Monitor[S]) push(c *call[S]) bool {
	schedule.Point("monitor: push")
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return false
	}
	m.queue.push(c)
	m.in++
	wake := m.idle
	m.idle = false
	m.mu.Unlock()
	if wake {
		m.signal <- struct{}{}
	}
	return true
}

// abandon forgets a call whose caller has left.
func (m *Monitor[S]) abandon(c *call[S]) {
	m.failed.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.inQueue {
		m.queue.remove(c)
		m.left++
	}
}

// Close lets the calls that wait finish, makes later ones fail, and returns when
// the monitor's goroutine has ended. It may be called several times. A call must
// not close its own monitor: it would wait for itself.
func (m *Monitor[S]) Close() error {
	m.mu.Lock()
	m.closed = true
	wake := m.idle
	m.idle = false
	m.mu.Unlock()
	if wake {
		m.signal <- struct{}{}
	}
	<-m.done
	return nil
}

func (m *Monitor[S]) describe(n *watch.Node) {
	n.Out, n.Errors = m.out.Load(), m.failed.Load()
	m.mu.Lock()
	defer m.mu.Unlock()
	n.In, n.Queue = m.in, m.toRun()
}

// waiting returns how many calls have come that are still to run.
func (m *Monitor[S]) waiting() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.toRun()
}

// toRun is waiting with mu held.
func (m *Monitor[S]) toRun() int { return int(m.in - m.left - m.begun.Load()) }

// run takes batches of calls until the monitor is closed and nothing waits.
func (m *Monitor[S]) run(ctx context.Context) {
	returned := false
	defer func() {
		if !returned { // a call or Commit has ended this goroutine by Goexit
			m.exited()
			go m.run(ctx)
			return
		}
		m.unwatch()
		close(m.done)
	}()
	pprof.SetGoroutineLabels(ctx)
	for {
		m.work()
		if m.batch.list = m.take(); m.batch.list == nil {
			break
		}
		if m.opts.Gather != nil {
			m.opts.Gather(m.waiting)
			m.takeMore()
		}
	}
	returned = true
}

// takeMore adds the calls that wait to those that were taken.
func (m *Monitor[S]) takeMore() {
	end := &m.batch.list
	for *end != nil {
		end = &(*end).next
	}
	m.mu.Lock()
	*end = m.queue.takeAll()
	m.mu.Unlock()
}

// spins is how often the monitor lets its callers run before it waits for them,
// which is cheaper than to be woken if there are several: without, a call takes a
// quarter longer with two callers and half as long again or more with sixteen, and is
// no faster with one.
const spins = 4

// take waits for calls and returns all that wait, or nil after Close.
func (m *Monitor[S]) take() *call[S] {
	for try := 0; ; try++ {
		schedule.Point("monitor: take")
		m.mu.Lock()
		list, closed := m.queue.takeAll(), m.closed
		m.idle = list == nil && !closed && try >= spins
		wait := m.idle
		m.mu.Unlock()
		switch {
		case list != nil || closed:
			return list
		case wait:
			<-m.signal
		default:
			runtime.Gosched()
		}
	}
}
