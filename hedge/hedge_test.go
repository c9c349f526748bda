package hedge_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/hedge"
	"baton/task"
	"baton/watch"
)

var (
	errDown = errors.New("replica is down")
	errGone = errors.New("no such key")
	errUser = errors.New("the user went away")
)

type try = func(context.Context) (int, error)

// in is a try that ends after d.
func in(d time.Duration, v int, err error) try {
	return func(ctx context.Context) (int, error) {
		select {
		case <-time.After(d):
			return v, err
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func TestDo(t *testing.T) {
	const s = time.Second
	fatal := func(err error) bool { return err == errGone }
	for name, tc := range map[string]struct {
		opts  hedge.Options
		tries []try
		v     int
		errs  []error
		took  time.Duration
	}{
		"the first is fast enough":    {hedge.Options{Delay: s}, []try{in(s/2, 1, nil), in(0, 2, nil)}, 1, nil, s / 2},
		"the second wins":             {hedge.Options{Delay: s}, []try{in(5*s, 1, nil), in(s, 2, nil)}, 2, nil, 2 * s},
		"the first wins all the same": {hedge.Options{Delay: s}, []try{in(3*s, 1, nil), in(5*s, 2, nil)}, 1, nil, 3 * s},
		"three":                       {hedge.Options{Delay: s}, []try{in(9*s, 1, nil), in(9*s, 2, nil), in(s, 3, nil)}, 3, nil, 3 * s},
		"all at once":                 {hedge.Options{}, []try{in(3*s, 1, nil), in(2*s, 2, nil), in(4*s, 3, nil)}, 2, nil, 2 * s},
		"a failure starts the next":   {hedge.Options{Delay: 9 * s}, []try{in(s, 0, errDown), in(s, 2, nil)}, 2, nil, 2 * s},
		"a failure doesn't win":       {hedge.Options{Delay: s}, []try{in(3*s, 1, nil), in(s/2, 0, errDown)}, 1, nil, 3 * s},
		"all fail":                    {hedge.Options{Delay: s}, []try{in(s/2, 0, errDown), in(s, 0, errUser)}, 0, []error{errDown, errUser}, 3 * s / 2},
		"one fails":                   {hedge.Options{}, []try{in(s, 0, errDown)}, 0, []error{errDown}, s},
		"fatal":                       {hedge.Options{Fatal: fatal}, []try{in(9*s, 1, nil), in(s, 0, errGone)}, 0, []error{errGone}, s},
		"not fatal":                   {hedge.Options{Fatal: fatal}, []try{in(9*s, 1, nil), in(s, 0, errDown)}, 1, nil, 9 * s},
		"goexit":                      {hedge.Options{Delay: 9 * s}, []try{func(context.Context) (int, error) { runtime.Goexit(); return 0, nil }, in(s, 2, nil)}, 2, nil, s},
		"goexit alone":                {hedge.Options{}, []try{func(context.Context) (int, error) { runtime.Goexit(); return 0, nil }}, 0, []error{task.ErrGoexit}, 0},
		"no budget": {
			hedge.Options{Delay: s, Budget: &hedge.Budget{Ratio: 1e-9, Burst: 1}},
			[]try{in(9*s, 1, nil), in(9*s, 2, nil), in(0, 3, nil)},
			1, nil, 9 * s,
		},
		"a latency that knows nothing": {hedge.Options{Latency: new(hedge.Latency)}, []try{in(9*s, 1, nil), in(0, 2, nil)}, 1, nil, 9 * s},
	} {
		t.Run(name, func(t *testing.T) {
			for _, procs := range []int{1, 2, 8} {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				synctest.Test(t, func(t *testing.T) {
					opts := tc.opts
					if opts.Budget != nil {
						opts.Budget = &hedge.Budget{Ratio: opts.Budget.Ratio, Burst: opts.Budget.Burst}
					}
					var running atomic.Int32
					var tries []try
					for _, one := range tc.tries {
						tries = append(tries, func(ctx context.Context) (int, error) {
							running.Add(1)
							defer running.Add(-1)
							return one(ctx)
						})
					}
					begin := time.Now()
					v, err := hedge.Do(t.Context(), opts, tries...)
					if took := time.Since(begin); took != tc.took {
						t.Errorf("took %v", took)
					}
					if v != tc.v || (err == nil) != (tc.errs == nil) {
						t.Errorf("got %d, %v", v, err)
					}
					for _, want := range tc.errs {
						if !errors.Is(err, want) {
							t.Errorf("error %v lacks %v", err, want)
						}
					}
					if n := running.Load(); n != 0 {
						t.Errorf("%d tries still run", n)
					}
				})
			}
		})
	}
}

// TestLosers are cancelled with a cause, and joined also if they ignore that.
func TestLosers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cause error
		begin := time.Now()
		hedge.Do(t.Context(), hedge.Options{}, in(time.Second, 1, nil), func(ctx context.Context) (int, error) {
			<-ctx.Done()
			cause = context.Cause(ctx)
			time.Sleep(time.Minute)
			return 0, nil
		})
		if cause != hedge.ErrLost || time.Since(begin) != time.Minute+time.Second {
			t.Errorf("cause %v, returned after %v", cause, time.Since(begin))
		}
	})
}

func TestContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errUser)
		defer cancel()
		for range 2 { // while the tries run, and before
			_, err := hedge.Do(ctx, hedge.Options{}, in(time.Hour, 1, nil), in(time.Hour, 2, nil))
			if !errors.Is(err, errUser) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		}
	})
}

// TestPanics has three tries panic at once.
func TestPanics(t *testing.T) {
	panics := func(context.Context) (int, error) { return 0, explode(nil) }
	_, p, _ := do(t.Context(), hedge.Options{}, []try{panics, panics, panics})
	if p == nil || p.Value != errDown {
		t.Errorf("panicked with %v", p)
	}
}

func TestMisuse(t *testing.T) {
	one := in(0, 1, nil)
	for want, misuse := range map[string]func(){
		"hedge: no tries":                func() { hedge.Do[int](t.Context(), hedge.Options{}) },
		"hedge: nil function":            func() { hedge.Do(t.Context(), hedge.Options{}, one, nil) },
		"hedge: negative delay":          func() { hedge.Do(t.Context(), hedge.Options{Delay: -1}, one) },
		"hedge: quantile outside 0 to 1": func() { hedge.Do(t.Context(), hedge.Options{Quantile: 1}, one) },
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

// replica takes 5±2 ms (lognormal), and one time in twenty ten times as long.
func replica(rng *rand.Rand) time.Duration {
	sigma := math.Sqrt(math.Log(1 + 2*2/(5.*5)))
	ms := math.Exp(math.Log(5) - sigma*sigma/2 + sigma*rng.NormFloat64())
	if rng.IntN(20) == 0 {
		ms *= 10
	}
	return time.Duration(ms * float64(time.Millisecond))
}

// TestStragglers simulates 20,000 calls and compares how slow the slowest
// hundredth is without and with hedging.
func TestStragglers(t *testing.T) {
	for _, tc := range []struct {
		quantile, extra float64
		budget          *hedge.Budget
		p99             time.Duration
	}{
		{0.90, 0.11, nil, 17 * time.Millisecond},
		{0.95, 0.051, &hedge.Budget{Ratio: 0.05}, 40 * time.Millisecond},
	} {
		t.Run(fmt.Sprint(tc.quantile), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(1, 2))
				opts := hedge.Options{Latency: new(hedge.Latency), Quantile: tc.quantile, Budget: tc.budget}
				const calls = 20_000
				var took []time.Duration
				var tries atomic.Int32
				for range calls {
					a, b := replica(rng), replica(rng)
					begin := time.Now()
					try := func(d time.Duration) try {
						return func(ctx context.Context) (int, error) { tries.Add(1); return in(d, 1, nil)(ctx) }
					}
					if _, err := hedge.Do(t.Context(), opts, try(a), try(b)); err != nil {
						t.Fatal(err)
					}
					took = append(took, time.Since(begin))
				}
				slices.Sort(took)
				extra := float64(tries.Load()-calls) / calls
				p99 := took[calls*99/100]
				t.Logf("quantile %v: p99 %v, %.1f %% extra tries", tc.quantile, p99, 100*extra)
				if p99 > tc.p99 || extra > tc.extra {
					t.Errorf("p99 %v, want at most %v; %.3f extra tries, want at most %.3f", p99, tc.p99, extra, tc.extra)
				}
			})
		})
	}
}

// TestOutage makes every replica slow: the extra load stays within the budget.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := &hedge.Budget{Ratio: 0.1, Burst: 5}
		opts := hedge.Options{Delay: time.Millisecond, Budget: budget}
		extra := 0
		for range 1000 {
			hedge.Do(t.Context(), opts, in(time.Second, 1, nil), func(ctx context.Context) (int, error) {
				extra++
				return in(time.Second, 1, nil)(ctx)
			})
		}
		if extra > 105 || extra < 100 {
			t.Errorf("%d extra tries", extra)
		}
		// And when every replica fails at once.
		extra = 0
		for range 1000 {
			hedge.Do(t.Context(), opts, in(0, 0, errDown), func(context.Context) (int, error) { extra++; return 0, errDown })
		}
		if extra > 105 {
			t.Errorf("%d extra tries after failures", extra)
		}
	})
}

func TestLatency(t *testing.T) {
	var l hedge.Latency
	if _, ok := l.Quantile(0.5); ok {
		t.Error("knows without observations")
	}
	for d := range 1000 {
		l.Observe(time.Duration(d) * time.Millisecond)
	}
	for _, q := range []float64{0.01, 0.5, 0.95, 0.999} {
		got, ok := l.Quantile(q)
		want := q * float64(time.Second)
		if !ok || math.Abs(float64(got)-want) > want/8+float64(time.Millisecond) {
			t.Errorf("quantile %v is %v", q, got)
		}
	}
	for range 3000 { // what was long ago is forgotten
		l.Observe(time.Microsecond)
	}
	if got, _ := l.Quantile(0.999); got > 2*time.Microsecond {
		t.Errorf("after a change: %v", got)
	}
	for _, d := range []time.Duration{-1, 0, 1, 7, 8, 9, math.MaxInt64} {
		l.Observe(d)
	}
}

func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		wg.Go(func() {
			hedge.Do(t.Context(), hedge.Options{Name: "ask", Delay: time.Second}, in(time.Minute, 1, nil), in(time.Minute, 2, nil), in(time.Minute, 3, nil))
		})
		time.Sleep(1500 * time.Millisecond)
		var found bool
		for _, n := range watch.Snapshot().All {
			found = found || n.Name == "ask" && n.State["running"] == 2 && n.In == 2
		}
		if !found {
			t.Errorf("nodes:\n%v", watch.Snapshot())
		}
		wg.Wait()
	})
}
