// Package memo remembers the results of a function: a concurrent cache that loads
// what it doesn't have, once, whoever asks.
//
//	pages := memo.New(memo.Options[string, []byte]{MaxEntries: 1000}, download)
//	defer pages.Close()
//
//	body, err := pages.Get(ctx, "https://example.org/")
//
// All who ask for a key that is being loaded wait for that load, each as long as
// their own context lives, as package flight has it; the rest is kept in an otter
// cache (github.com/maypok86/otter), which chooses well what to forget when it is
// full. What the two don't have alone: failures and cancelled loads are not
// remembered, unless you say which and how long; values can be renewed before
// they are too old, and outlive a failing source.
//
// # Consistency
//
// A cache is linearizable: once [Cache.Set] or [Cache.Invalidate] has returned, no
// [Cache.Get] that begins later sees what was there before, even if it was being
// loaded at the time. Loads of one key never overlap.
package memo

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"baton/flight"
	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// ErrClosed is the error of a cache that was closed.
var ErrClosed = errors.New("memo: closed")

// Options configure a cache; the zero value is useful. None of the functions may
// call methods of the cache. They are called without a lock, by several goroutines.
type Options[K comparable, V any] struct {
	// Name is what package watch shows; the default is "memo".
	Name string
	// MaxEntries is how many results are kept; the default is 10,000, unless there
	// is a MaxWeight. Up to a hundredth more, 8 at most, stay until the next hit.
	MaxEntries int
	// MaxWeight is the most that the results kept may weigh together, by Weigh. A
	// cache has MaxEntries or MaxWeight.
	MaxWeight uint64
	Weigh     func(K, V) uint32
	// TTL is how long a value is good for; 0 or less means not to keep it. The
	// default is to keep it until it is forgotten for want of room.
	TTL func(K, V) time.Duration
	// ErrorTTL is how long an error is remembered; 0 or less means not at all, which
	// is the default. The error of a load that was cancelled is never remembered.
	ErrorTTL func(K, error) time.Duration
	// RefreshAfter is the age at which the next Get of a value starts to load it
	// anew, and returns the old one meanwhile. It is up to a tenth less for each
	// value, so that they don't all come at once. If such a load fails, the old value
	// stays for as long again, or its TTL. The default is never.
	RefreshAfter time.Duration
	// StaleIfError is for how long after its TTL a value is returned when it can't
	// be loaded anew. The default is not at all.
	StaleIfError time.Duration
}

// A Cache remembers the results of a function. It is made by [New]; its methods
// may be called concurrently.
type Cache[K comparable, V any] struct {
	opts    Options[K, V]
	load    func(context.Context, K) (V, error)
	timed   bool // entries have times, so that a hit has to look at the clock
	store   *otter.Cache[K, *entry[V]]
	counter *stats.Counter // of the store: looked up and found, evicted
	count   counters
	unwatch func()
	epoch   time.Time // what the times of entries count from

	flight      flight.Group[K, V]
	fills       func(context.Context, K) (V, error) // fill
	fillsInline func(context.Context, K) (V, error) // the same for a context that has no end
	crew        crew
	places      chan struct{} // one for each refresh at work

	life     context.Context // ends with Close
	ctx      context.Context // of refreshes; that with the cache's node
	cancel   context.CancelCauseFunc
	closed   atomic.Bool
	untidy   atomic.Bool                     // the store wants to be tidied
	panicked atomic.Pointer[task.PanicError] // the first of a refresh

	mu      schedule.Mutex // held while a key is changed, and while a load's result is kept
	kept    int            // how many results were; guarded by mu
	batch   int            // after how many of them the store is tidied at the latest
	changes atomic.Uint64  // counts the beginnings and ends of changes, with mu held: odd while one is under way
}

// New returns an empty cache of load. [Cache.Close] ends it. New panics if load
// is nil, a limit is negative, or there is a MaxWeight without Weigh or beside
// MaxEntries.
func New[K comparable, V any](opts Options[K, V], load func(context.Context, K) (V, error)) *Cache[K, V] {
	switch {
	case load == nil:
		panic("memo: nil function")
	case opts.MaxEntries < 0 || opts.RefreshAfter < 0 || opts.StaleIfError < 0:
		panic("memo: negative limit")
	case opts.MaxWeight > 0 && opts.Weigh == nil:
		panic("memo: MaxWeight without Weigh")
	case opts.MaxWeight > 0 && opts.MaxEntries > 0:
		panic("memo: both MaxEntries and MaxWeight")
	case opts.MaxWeight == 0 && opts.MaxEntries == 0:
		opts.MaxEntries = 10_000
	}
	c := &Cache[K, V]{
		opts:    opts,
		load:    load,
		epoch:   time.Now(),
		timed:   opts.TTL != nil || opts.ErrorTTL != nil || opts.RefreshAfter > 0,
		counter: stats.NewCounter(),
		batch:   min(max(1, opts.MaxEntries/100), 8),
		places:  make(chan struct{}, maxRefreshes),
	}
	c.store = newStore(c)
	c.flight.Name = opts.Name
	c.fills = c.fill
	c.fillsInline = func(ctx context.Context, key K) (V, error) { return c.fill(lifetime{ctx, c.life}, key) }
	c.crew.most = runtime.GOMAXPROCS(0)
	c.flight.Go = c.crew.start
	c.life, c.cancel = context.WithCancelCause(context.Background())
	c.ctx, c.unwatch = watch.Start(c.life, "memo", opts.Name, c.describe)
	return c
}

// Get returns the remembered result for key, or loads it, or waits for a load that
// another has begun. If ctx ends first, it returns the cause; the load goes on as
// long as somebody waits for it. The load's context has the values of the first
// caller's. A panic of the load is raised in all who wait for it as a
// [*task.PanicError], Goexit is [task.ErrGoexit]; see [flight.Group.Do].
func (c *Cache[K, V]) Get(ctx context.Context, key K) (V, error) {
	if e, ok := c.store.GetIfPresent(key); ok && !c.closed.Load() {
		if c.untidy.Load() {
			c.tidy()
		}
		if !c.timed || c.good(key, e) {
			return e.v, e.err
		}
	}
	return c.miss(ctx, key)
}

// miss is Get for what the store doesn't have.
func (c *Cache[K, V]) miss(ctx context.Context, key K) (V, error) {
	if c.closed.Load() {
		var zero V
		return zero, ErrClosed
	}
	fill := c.fills
	if ctx.Done() == nil {
		fill = c.fillsInline
	}
	v, _, err := c.flight.DoKey(ctx, key, fill)
	return v, err
}

// Peek returns the value for key if it is there and good, without loading it or
// counting as use of it.
func (c *Cache[K, V]) Peek(key K) (V, bool) {
	e, ok := c.store.GetEntryQuietly(key)
	if !ok || c.closed.Load() || e.Value.err != nil || c.timed && e.Value.expired(c.now()) {
		var zero V
		return zero, false
	}
	return e.Value.v, true
}

// Set makes v the value for key, as if it had been loaded. The result of a load for
// key that is under way is not remembered: those who wait for it get v, if it is
// still there then.
func (c *Cache[K, V]) Set(key K, v V) {
	e := c.newEntry(key, v, nil)
	c.changeKey(key, func() {
		if e == nil {
			c.store.Invalidate(key)
		} else if !c.closed.Load() {
			c.store.Set(key, e)
		}
	})
}

// Invalidate forgets what is known for keys. A load for one of them that is under
// way is still the result of those who wait for it, and is not remembered.
func (c *Cache[K, V]) Invalidate(keys ...K) {
	for _, key := range keys {
		c.changeKey(key, func() { c.store.Invalidate(key) })
	}
}

// InvalidateAll is Invalidate for every key.
func (c *Cache[K, V]) InvalidateAll() {
	c.change(c.flight.ForgetAll, c.store.InvalidateAll)
}

// changeKey is change for one key.
func (c *Cache[K, V]) changeKey(key K, apply func()) {
	c.change(func() { c.flight.Forget(key) }, apply)
}

// change changes the store and forgets the loads that are under way, in one
// step as far as loads are concerned, which take the mutex to keep their results:
// a forgotten load's is not kept. Who has seen the change must not be given such a
// result either, so the loads are forgotten first.
func (c *Cache[K, V]) change(forget, apply func()) {
	schedule.Point("memo: change")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes.Add(1)
	defer c.changes.Add(1)
	c.tidy()
	forget()
	apply()
}

// Close forgets everything, ends the contexts of all loads with [ErrClosed], and
// returns when they have ended. Later calls of Get fail with ErrClosed. Calling
// Close again waits likewise. It must not be called by a load.
//
// Its error is nil, or the first panic of a load that was to refresh a value, as a
// [*task.PanicError]: nobody waited for that one's result.
func (c *Cache[K, V]) Close() error {
	c.mu.Lock()
	first := !c.closed.Swap(true)
	c.mu.Unlock()
	c.cancel(ErrClosed)
	c.flight.Cancel(ErrClosed)
	c.flight.Wait(context.Background())
	c.crew.close()
	if first {
		c.InvalidateAll()
		c.store.StopAllGoroutines()
		c.unwatch()
	}
	if p := c.panicked.Load(); p != nil {
		return p
	}
	return nil
}
