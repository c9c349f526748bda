package memo_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/internal/schedule/orders"
	"baton/memo"
	"baton/task"
	"baton/watch"
)

var (
	errLoad = errors.New("no such page")
	errUser = errors.New("the user went away")
)

type options = memo.Options[string, int]

// a source counts its loads, and fails as it is told.
type source struct {
	loads atomic.Int32
	took  time.Duration
	end   func(n int) (int, error) // what the n-th load returns; n by default
}

func (s *source) load(ctx context.Context, _ string) (int, error) {
	n := int(s.loads.Add(1))
	if s.took > 0 {
		select {
		case <-time.After(s.took):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	if s.end != nil {
		return s.end(n)
	}
	return n, nil
}

// get is Get with a panic as an error.
func get(ctx context.Context, c *memo.Cache[string, int], key string) (v int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(*task.PanicError)
		}
	}()
	return c.Get(ctx, key)
}

// inBubble runs a test with a cache in a bubble, and closes it.
func inBubble(t *testing.T, opts options, s *source, test func(t *testing.T, c *memo.Cache[string, int])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := memo.New(opts, s.load)
		defer c.Close()
		test(t, c)
	})
}

// expect checks what Get returns.
func expect(t *testing.T, c *memo.Cache[string, int], want int, wantErr error) {
	t.Helper()
	if v, err := get(t.Context(), c, "key"); v != want || !errors.Is(err, wantErr) || wantErr == nil && err != nil {
		t.Errorf("got %d, %v, want %d, %v", v, err, want, wantErr)
	}
}

// TestEndings has the first load end in each way; only success is remembered.
func TestEndings(t *testing.T) {
	for name, fail := range map[string]func() (int, error){
		"ok":     func() (int, error) { return 1, nil },
		"error":  func() (int, error) { return 0, errLoad },
		"panic":  func() (int, error) { panic(errLoad) },
		"goexit": func() (int, error) { runtime.Goexit(); return 0, nil },
	} {
		t.Run(name, func(t *testing.T) {
			orders.Run(t, 20, func(t *testing.T) {
				s := &source{took: time.Second, end: func(n int) (int, error) {
					if n == 1 {
						return fail()
					}
					return n, nil
				}}
				c := memo.New(options{}, s.load)
				defer c.Close()
				var wg sync.WaitGroup
				for range orders.Crowd {
					wg.Go(func() {
						v, err := get(t.Context(), c, "key")
						var p *task.PanicError
						switch {
						case name == "ok" && v == 1 && err == nil:
						case name == "error" && err == errLoad:
						case name == "panic" && errors.As(err, &p) && p.Value == errLoad && strings.Contains(string(p.Stack), "TestEndings"):
						case name == "goexit" && err == task.ErrGoexit:
						default:
							t.Errorf("got %d, %v", v, err)
						}
					})
				}
				wg.Wait()
				if n := s.loads.Load(); n != 1 {
					t.Errorf("%d loads", n)
				}
				want := 2
				if name == "ok" {
					want = 1
				}
				expect(t, c, want, nil)
				expect(t, c, want, nil)
				st := c.Stats()
				if st.Hits+st.Misses != orders.Crowd+2 || st.Loads != uint64(want) || st.LoadErrors != uint64(want-1) || st.Joined != orders.Crowd-1 || st.Entries != 1 {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

// TestLeave has the first caller leave, then the last: the second loses nothing,
// and a cancelled load is not remembered.
func TestLeave(t *testing.T) {
	s := &source{took: 300 * time.Millisecond}
	inBubble(t, options{ErrorTTL: func(string, error) time.Duration { return time.Hour }}, s, func(t *testing.T, c *memo.Cache[string, int]) {
		begin := time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 220*time.Millisecond, errUser)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.Get(ctx, "key"); !errors.Is(err, errUser) || time.Since(begin) != 220*time.Millisecond {
				t.Errorf("first: %v after %v", err, time.Since(begin))
			}
		})
		synctest.Wait()
		expect(t, c, 1, nil)
		if time.Since(begin) != 300*time.Millisecond {
			t.Errorf("second: after %v", time.Since(begin))
		}
		wg.Wait()

		ctx, cancel2 := context.WithTimeoutCause(t.Context(), time.Millisecond, errUser)
		defer cancel2()
		if _, err := c.Get(ctx, "other"); !errors.Is(err, errUser) {
			t.Errorf("alone: %v", err)
		}
		synctest.Wait()
		if v, err := c.Get(t.Context(), "other"); v != 3 || err != nil {
			t.Errorf("after a cancelled load: %d, %v", v, err)
		}
	})
}

func TestExpiry(t *testing.T) {
	opts := options{
		TTL: func(_ string, v int) time.Duration {
			return []time.Duration{0, time.Minute, math.MaxInt64, -1}[v]
		},
		ErrorTTL: func(string, error) time.Duration { return time.Second },
	}
	s := &source{end: func(n int) (int, error) {
		if n == 2 {
			return 0, errLoad
		}
		return []int{0, 1, 0, 2}[n], nil
	}}
	inBubble(t, opts, s, func(t *testing.T, c *memo.Cache[string, int]) {
		expect(t, c, 1, nil)
		time.Sleep(59 * time.Second)
		expect(t, c, 1, nil)
		if _, ok := c.Peek("key"); !ok {
			t.Error("not there")
		}
		time.Sleep(time.Second)
		if _, ok := c.Peek("key"); ok {
			t.Error("still there")
		}
		expect(t, c, 0, errLoad)
		expect(t, c, 0, errLoad) // remembered
		time.Sleep(time.Second)
		expect(t, c, 2, nil)
		time.Sleep(3 * time.Hour)
		expect(t, c, 2, nil)
		c.Set("key", 3) // not to be kept, and the old one is not right any more
		if _, ok := c.Peek("key"); ok {
			t.Error("kept without a TTL")
		}
		if n := s.loads.Load(); n != 3 {
			t.Errorf("%d loads", n)
		}
	})
}

func TestRefresh(t *testing.T) {
	s := &source{}
	inBubble(t, options{RefreshAfter: time.Minute}, s, func(t *testing.T, c *memo.Cache[string, int]) {
		expect(t, c, 1, nil)
		synctest.Wait()
		s.took = time.Second
		time.Sleep(50 * time.Second) // before the earliest
		expect(t, c, 1, nil)
		synctest.Wait()
		if n := s.loads.Load(); n != 1 {
			t.Errorf("%d loads", n)
		}
		time.Sleep(10 * time.Second)
		for range 100 { // the old one, at once, and one load
			expect(t, c, 1, nil)
		}
		time.Sleep(2 * time.Second)
		expect(t, c, 2, nil)

		synctest.Wait()
		s.end = func(int) (int, error) { return 0, errLoad }
		time.Sleep(time.Minute)
		expect(t, c, 2, nil)
		time.Sleep(2 * time.Second)
		expect(t, c, 2, nil) // it failed, and there is no hurry
		if n := s.loads.Load(); n != 3 {
			t.Errorf("%d loads", n)
		}

		synctest.Wait()
		s.end = func(int) (int, error) { panic(errLoad) }
		time.Sleep(time.Minute)
		expect(t, c, 2, nil)
		time.Sleep(2 * time.Second)
		var p *task.PanicError
		if err := c.Close(); !errors.As(err, &p) || p.Value != errLoad {
			t.Errorf("Close: %v", err)
		}
	})
}

func TestStaleIfError(t *testing.T) {
	fails := false
	s := &source{end: func(n int) (int, error) {
		if fails {
			return 0, errLoad
		}
		return n, nil
	}}
	opts := options{
		TTL:          func(string, int) time.Duration { return time.Minute },
		ErrorTTL:     func(string, error) time.Duration { return time.Second },
		StaleIfError: time.Hour,
	}
	inBubble(t, opts, s, func(t *testing.T, c *memo.Cache[string, int]) {
		expect(t, c, 1, nil)
		synctest.Wait()
		fails = true
		time.Sleep(time.Minute)
		expect(t, c, 1, nil)
		time.Sleep(time.Hour - 1)
		expect(t, c, 1, nil)
		time.Sleep(time.Nanosecond)
		expect(t, c, 0, errLoad)
		if st := c.Stats(); st.Stale != 2 {
			t.Errorf("stats %+v", st)
		}
		synctest.Wait()
		fails = false
		time.Sleep(time.Second)
		expect(t, c, 5, nil)
		c.Invalidate("key")
		synctest.Wait()
		fails = true
		expect(t, c, 0, errLoad) // what was invalidated is not stale but wrong
	})
}

// TestChangedWhileLoading sets, invalidates and invalidates all while a load and
// a refresh are under way. Those who wait get it; it isn't remembered.
func TestChangedWhileLoading(t *testing.T) {
	for name, change := range map[string]func(c *memo.Cache[string, int]){
		"set":            func(c *memo.Cache[string, int]) { c.Set("key", 100) },
		"invalidate":     func(c *memo.Cache[string, int]) { c.Invalidate("other", "key") },
		"invalidate all": func(c *memo.Cache[string, int]) { c.InvalidateAll() },
	} {
		for _, refresh := range []bool{false, true} {
			t.Run(fmt.Sprint(name, refresh), func(t *testing.T) {
				opts := options{}
				if refresh {
					opts.RefreshAfter = time.Second
				}
				s := &source{took: time.Second / 2}
				inBubble(t, opts, s, func(t *testing.T, c *memo.Cache[string, int]) {
					if refresh {
						expect(t, c, 1, nil)
						time.Sleep(time.Second)
						expect(t, c, 1, nil) // starts it
					} else {
						waiting := 1
						if name == "set" {
							waiting = 100 // or else they might have something newer than those who ask next
						}
						go expect(t, c, waiting, nil)
					}
					synctest.Wait()
					change(c)
					want := int(s.loads.Load()) + 1
					if name == "set" {
						want = 100
					}
					for range 2 {
						expect(t, c, want, nil)
					}
					time.Sleep(time.Second / 2)
					synctest.Wait()
					expect(t, c, want, nil)
					c.Close()
				})
			})
		}
	}
}

func TestKeysLoadInParallel(t *testing.T) {
	inBubble(t, options{}, &source{took: time.Second}, func(t *testing.T, c *memo.Cache[string, int]) {
		begin := time.Now()
		var wg sync.WaitGroup
		for i := range 256 {
			wg.Go(func() { c.Get(t.Context(), fmt.Sprint(i)) })
		}
		wg.Wait()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestGetAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var loads atomic.Int32
		c := memo.New(memo.Options[int, int]{}, func(_ context.Context, key int) (int, error) {
			loads.Add(1)
			time.Sleep(time.Second)
			if key%3 == 0 {
				return 0, errLoad
			}
			return 10 * key, nil
		})
		defer c.Close()
		begin := time.Now()
		c.Set(5, 5)
		got, err := c.GetAll(t.Context(), []int{1, 2, 3, 4, 5, 6, 2, 1})
		if diff := cmp.Diff(map[int]int{1: 10, 2: 20, 4: 40, 5: 5}, got); diff != "" {
			t.Error(diff)
		}
		if !errors.Is(err, errLoad) || !strings.Contains(err.Error(), "3: no such page") || !strings.Contains(err.Error(), "6: no such page") {
			t.Errorf("error %v", err)
		}
		if loads.Load() != 5 || time.Since(begin) != time.Second {
			t.Errorf("%d loads in %v", loads.Load(), time.Since(begin))
		}
		if got, err := c.GetAll(t.Context(), nil); len(got) != 0 || err != nil {
			t.Errorf("of nothing: %v, %v", got, err)
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second/2, errUser)
		defer cancel()
		if got, err := c.GetAll(ctx, []int{1, 7}); len(got) != 1 || !errors.Is(err, errUser) {
			t.Errorf("cut short: %v, %v", got, err)
		}
	})
}

// TestClose closes a cache with a load, a refresh and an idle value.
func TestClose(t *testing.T) {
	s := &source{}
	inBubble(t, options{RefreshAfter: time.Second}, s, func(t *testing.T, c *memo.Cache[string, int]) {
		expect(t, c, 1, nil)
		time.Sleep(time.Second)
		synctest.Wait()
		s.took = time.Hour
		expect(t, c, 1, nil) // starts a refresh
		ended := make(chan error)
		go func() {
			_, err := c.Get(t.Context(), "other")
			ended <- err
		}()
		synctest.Wait()
		begin := time.Now()
		go c.Close()
		if err := <-ended; !errors.Is(err, memo.ErrClosed) {
			t.Errorf("a load under way: %v", err)
		}
		if err := c.Close(); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		expect(t, c, 0, memo.ErrClosed)
		c.Set("key", 1)
		c.Invalidate("key")
		c.InvalidateAll()
		if _, ok := c.Peek("key"); ok {
			t.Error("a closed cache has a value")
		}
	})
}

func TestBounds(t *testing.T) {
	load := func(_ context.Context, key int) (int, error) { return key, nil }
	for name, tc := range map[string]struct {
		opts memo.Options[int, int]
		most int
	}{
		"default": {memo.Options[int, int]{}, 10_000},
		"entries": {memo.Options[int, int]{MaxEntries: 100}, 100},
		"weight":  {memo.Options[int, int]{MaxWeight: 1000, Weigh: func(int, int) uint32 { return 10 }}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			c := memo.New(tc.opts, load)
			defer c.Close()
			for i := range 20_000 {
				if v, err := c.Get(t.Context(), i); v != i || err != nil {
					t.Fatalf("%d: %d, %v", i, v, err)
				}
			}
			st := c.Stats()
			if st.Entries > tc.most+tc.most/10+10 || st.Entries < tc.most/2 || st.Evictions == 0 {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

// TestOptionPanics has each function of the options panic: that is the caller's,
// and the cache goes on.
func TestOptionPanics(t *testing.T) {
	boom := true
	check := func() {
		if boom {
			panic(errLoad)
		}
	}
	for name, opts := range map[string]options{
		"TTL":      {TTL: func(string, int) time.Duration { check(); return time.Hour }},
		"ErrorTTL": {ErrorTTL: func(string, error) time.Duration { check(); return time.Hour }},
		"Weigh":    {MaxWeight: 10, Weigh: func(string, int) uint32 { check(); return 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			boom = true
			s := &source{}
			if name == "ErrorTTL" {
				s.end = func(int) (int, error) { return 0, errLoad }
			}
			inBubble(t, opts, s, func(t *testing.T, c *memo.Cache[string, int]) {
				var p *task.PanicError
				if _, err := get(t.Context(), c, "key"); !errors.As(err, &p) {
					t.Errorf("got %v", err)
				}
				boom = false
				if _, err := get(t.Context(), c, "key"); errors.As(err, &p) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestVisible(t *testing.T) {
	c := memo.New(options{Name: "pages"}, (&source{}).load)
	c.Get(t.Context(), "key")
	found := false
	for _, n := range watch.Snapshot().All {
		found = found || n.Kind == "memo" && n.Name == "pages" && n.In == 1 && n.Out == 1 && n.Queue == 1 && n.QueueCap == 10_000
	}
	if !found {
		t.Errorf("no node in\n%v", watch.Snapshot())
	}
	c.Close()
}

func TestMisuse(t *testing.T) {
	load := (&source{}).load
	for want, misuse := range map[string]func(){
		"memo: nil function":            func() { memo.New[string, int](options{}, nil) },
		"memo: negative limit":          func() { memo.New(options{MaxEntries: -1}, load) },
		"memo: MaxWeight without Weigh": func() { memo.New(options{MaxWeight: 1}, load) },
		"memo: both MaxEntries and MaxWeight": func() {
			memo.New(options{MaxWeight: 1, MaxEntries: 1, Weigh: func(string, int) uint32 { return 1 }}, load)
		},
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("recovered %v, want %s", r, want)
				}
			}()
			misuse()
		}()
	}
}
