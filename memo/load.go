package memo

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"baton/internal/schedule"
	"baton/task"
)

// A running is a load under way.
type running struct {
	cancel   context.CancelCauseFunc
	outdated bool // its result must not be kept; guarded by the cache's mutex
}

// fill loads key for a Get that has not found it, unless it is there by now.
func (c *Cache[K, V]) fill(ctx context.Context, key K) (V, error) {
	r, ctx, err := c.begin(ctx, key)
	if err != nil {
		var zero V
		return zero, err
	}
	defer c.end(key, r)
	c.count.fills.Add(1)
	var old *entry[V]
	if e, ok := c.store.GetEntryQuietly(key); ok {
		old = e.Value
		if !c.timed || !old.expired(c.now()) {
			return old.v, old.err
		}
	}
	v, err := c.loadAndKeep(ctx, key, r)
	if err != nil && old != nil && old.err == nil && c.now() < old.dies && ctx.Err() == nil {
		c.count.stale.Add(1)
		return old.v, nil
	}
	return v, err
}

// begin notes that a load for key begins.
func (c *Cache[K, V]) begin(ctx context.Context, key K) (*running, context.Context, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	r := &running{cancel: cancel}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed.Load() {
		cancel(ErrClosed)
		return nil, nil, ErrClosed
	}
	c.loads[key] = r
	return r, ctx, nil
}

// end notes that the load r has ended, in whatever way.
func (c *Cache[K, V]) end(key K, r *running) {
	c.mu.Lock()
	delete(c.loads, key) // executions of a key never overlap, so it is r's
	c.mu.Unlock()
	r.cancel(nil)
}

// loadAndKeep calls load and keeps its result, unless the load was cancelled or
// the key was changed meanwhile.
func (c *Cache[K, V]) loadAndKeep(ctx context.Context, key K, r *running) (V, error) {
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
		c.keep(key, r, e)
	}
	return v, err
}

// keep stores e, unless the load was overtaken. An error takes no usable value's
// place: that is for StaleIfError to return.
func (c *Cache[K, V]) keep(key K, r *running, e *entry[V]) {
	if e.err != nil {
		if old, ok := c.store.GetEntryQuietly(key); ok && old.Value.err == nil && c.now() < old.Value.dies {
			return
		}
	}
	schedule.Point("memo: keep")
	c.mu.Lock()
	defer c.mu.Unlock()
	if !r.outdated {
		c.store.Set(key, e)
	}
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
	c.refreshes.Go(func() { // ends with the load, which Close cancels
		defer func() {
			if r := recover(); r != nil {
				c.panicked.CompareAndSwap(nil, task.Recovered(r))
			}
			<-c.places
		}()
		c.count.refreshes.Add(1)
		c.flight.Do(c.ctx, key, func(ctx context.Context) (V, error) {
			r, ctx, err := c.begin(ctx, key)
			if err != nil {
				var zero V
				return zero, err
			}
			defer c.end(key, r)
			return c.loadAndKeep(ctx, key, r)
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
