package memo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"baton/internal/schedule"
	"baton/task"
)

// A lifetime is a context with the values of one and the end of another, which is
// much cheaper than a context of its own for each load. It is for a caller's
// context that has no end, in whose goroutine the load runs.
type lifetime struct {
	context.Context
	ends context.Context
}

func (l lifetime) Done() <-chan struct{} { return l.ends.Done() }
func (l lifetime) Err() error            { return l.ends.Err() }

// Value finds what package context asks for to be told of the end, too.
func (l lifetime) Value(key any) any {
	if v := l.Context.Value(key); v != nil {
		return v
	}
	return l.ends.Value(key)
}

// begin is the first that an execution for a key does, and reports whether it may
// go on. A change that is under way is over when begin returns, and one that
// comes later finds the execution and forgets it: so it can't see what was there
// before a change, and be joined by those who have seen the change. It returns the
// number of changes so far, for keep.
func (c *Cache[K, V]) begin() (changes uint64, ok bool) {
	schedule.Point("memo: begin")
	changes = c.changes.Load()
	if changes%2 == 1 { // one is under way
		c.mu.Lock()
		changes = c.changes.Load()
		c.mu.Unlock()
	}
	schedule.Point("memo: begun")
	return changes, !c.closed.Load()
}

// fill loads key for a Get that has not found it, unless it is there by now.
func (c *Cache[K, V]) fill(ctx context.Context, key K) (V, error) {
	changes, ok := c.begin()
	if !ok {
		var zero V
		return zero, ErrClosed
	}
	c.count.fills.Add(1)
	var old *entry[V]
	if e, ok := c.store.GetEntryQuietly(key); ok {
		old = e.Value
		if !c.timed || !old.expired(c.now()) {
			return old.v, old.err
		}
	}
	v, err := c.loadAndKeep(ctx, key, changes)
	if err != nil && old != nil && old.err == nil && c.now() < old.dies && ctx.Err() == nil {
		c.count.stale.Add(1)
		return old.v, nil
	}
	return v, err
}

// loadAndKeep calls load and keeps its result, unless the load was cancelled or
// the key was changed meanwhile, after that many changes.
func (c *Cache[K, V]) loadAndKeep(ctx context.Context, key K, changes uint64) (V, error) {
	c.count.loads.Add(1)
	failed := true
	defer func() {
		if failed {
			c.count.loadErrors.Add(1)
		}
	}()
	v, err := c.load(ctx, key)
	if ctx.Err() != nil {
		if errors.Is(context.Cause(ctx), ErrClosed) && err != nil {
			err = errors.Join(ErrClosed, err)
		}
		failed = err != nil
		return v, err
	}
	failed = err != nil
	if e := c.newEntry(key, v, err); e != nil {
		e = c.keep(key, e, changes)
		return e.v, e.err
	}
	return v, err
}

// keep stores e, unless the key was changed while it was loaded, and returns what
// the load's callers get. An error takes no usable value's place: that is for
// StaleIfError to return.
//
// If the key was set meanwhile, they get what is there now. What was loaded may be
// newer, from a source that is ahead of its Set; then somebody who asks next would
// get an older value than they have.
//
// Changes is what begin has returned. As long as it stays, no key was changed.
func (c *Cache[K, V]) keep(key K, e *entry[V], changes uint64) *entry[V] {
	if e.err != nil {
		if old, ok := c.store.GetEntryQuietly(key); ok && old.Value.err == nil && c.now() < old.Value.dies {
			return e
		}
	}
	schedule.Point("memo: keep")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed.Load() {
		return e
	}
	if c.changes.Load() == changes || !c.flight.Forgotten(key) {
		c.store.Set(key, e)
		if c.kept++; c.kept%c.batch == 0 {
			c.tidy()
		}
		return e
	}
	if set, ok := c.store.GetEntryQuietly(key); ok && e.err == nil && set.Value.err == nil && !(c.timed && set.Value.expired(c.now())) {
		return set.Value
	}
	return e
}

// maxRefreshes is how many values of a cache are loaded anew at once while their
// old ones are in use.
const maxRefreshes = 16

// good reports whether e may be returned now, and starts to load it anew if it is
// old enough for that.
func (c *Cache[K, V]) good(key K, e *entry[V]) bool {
	t := c.now()
	if e.expired(t) {
		c.count.expired.Add(1)
		return false
	}
	if due := e.refresh.Load(); t >= due && e.refresh.CompareAndSwap(due, later(t, c.opts.RefreshAfter)) {
		c.refresh(key)
	}
	return true
}

// refresh loads key anew in a goroutine of the cache, unless too many are at it.
func (c *Cache[K, V]) refresh(key K) {
	select {
	case c.places <- struct{}{}:
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed.Load() {
		<-c.places
		return
	}
	c.crew.start(func() { // ends with the load, which Close cancels
		defer func() {
			if r := recover(); r != nil {
				c.panicked.CompareAndSwap(nil, task.Recovered(r))
			}
			<-c.places
		}()
		c.count.refreshes.Add(1)
		c.flight.Do(c.ctx, key, func(ctx context.Context) (V, error) {
			changes, ok := c.begin()
			if !ok {
				var zero V
				return zero, ErrClosed
			}
			return c.loadAndKeep(ctx, key, changes)
		})
	})
}

// GetAll gets several keys at once, up to 16 in parallel. It returns the values
// that it got, and the errors for the other keys, joined, each with its key.
func (c *Cache[K, V]) GetAll(ctx context.Context, keys []K) (map[K]V, error) {
	got := make(map[K]V, len(keys))
	var mu sync.Mutex // guards got
	opts := task.Options{Name: "memo", Limit: maxRefreshes, OnError: task.KeepGoing}
	err := task.Run(ctx, opts, func(_ context.Context, g *task.Group) error {
		asked := make(map[K]bool, len(keys))
		for _, key := range keys {
			if asked[key] {
				continue
			}
			asked[key] = true
			g.Go(func(ctx context.Context) error {
				v, err := c.Get(ctx, key)
				if err != nil {
					return fmt.Errorf("%v: %w", key, err)
				}
				mu.Lock()
				defer mu.Unlock()
				got[key] = v
				return nil
			})
		}
		return nil
	})
	return got, err
}
