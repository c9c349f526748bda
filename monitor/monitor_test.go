package monitor_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"

	"baton/internal/schedule/orders"
	"baton/monitor"
	"baton/task"
	"baton/watch"
)

var (
	errFunds = errors.New("insufficient funds")
	errDisk  = errors.New("disk full")
	errUser  = errors.New("the user went away")
)

type counter struct{ n, commits int }

func add(d int) func(*counter) (int, error) {
	return func(c *counter) (int, error) { c.n += d; return c.n, nil }
}

// try is Call with a panic as an error.
func try[S, R any](ctx context.Context, m *monitor.Monitor[S], fn func(*S) (R, error)) (r R, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = p.(*task.PanicError)
		}
	}()
	return monitor.Call(ctx, m, fn)
}

// commits are the ways in which the tests of calls commit: none, and one that counts.
var commits = map[string]func(*counter) error{
	"no commit": nil,
	"commit":    func(c *counter) error { c.commits++; return nil },
}

// TestEndings runs calls that end in each way between calls that succeed.
func TestEndings(t *testing.T) {
	for name, commit := range commits {
		t.Run(name, func(t *testing.T) {
			orders.Run(t, 30, func(t *testing.T) {
				m := monitor.New(counter{}, monitor.Options[counter]{Commit: commit})
				defer m.Close()
				ctx := t.Context()
				for i, tc := range []struct {
					fn   func(*counter) (int, error)
					want error
				}{
					{add(1), nil},
					{func(*counter) (int, error) { return 3, errFunds }, errFunds},
					{func(*counter) (int, error) { panic(errFunds) }, errFunds},
					{func(*counter) (int, error) { runtime.Goexit(); return 0, nil }, task.ErrGoexit},
				} {
					var wg sync.WaitGroup
					for range 3 {
						wg.Go(func() { try(ctx, m, add(10)) })
					}
					r, err := try(ctx, m, tc.fn)
					if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
						t.Errorf("%d: %v", i, err)
					}
					if tc.want == errFunds && i == 1 && r != 3 {
						t.Errorf("result %d beside an error", r)
					}
					var p *task.PanicError
					if errors.As(err, &p) && !strings.Contains(string(p.Stack), "TestEndings") {
						t.Errorf("stack %s", p.Stack)
					}
					wg.Wait()
				}
				if n, err := try(ctx, m, add(0)); n != 4*30+1 || err != nil {
					t.Errorf("at the end: %d, %v", n, err)
				}
			})
		})
	}
}

func TestCallsAreSerial(t *testing.T) {
	for name, commit := range commits {
		t.Run(name, func(t *testing.T) {
			m := monitor.New(counter{}, monitor.Options[counter]{Commit: commit, Batch: 7})
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 1000 {
						try(t.Context(), m, func(c *counter) (int, error) {
							n := c.n
							if n%10 == 0 {
								runtime.Gosched()
							}
							c.n = n + 1
							return 0, nil
						})
					}
				})
			}
			wg.Wait()
			if n, err := try(t.Context(), m, add(0)); n != 8000 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
			m.Close()
		})
	}
}

// block makes the monitor busy for a while.
func block[S any](ctx context.Context, m *monitor.Monitor[S], d time.Duration) {
	go monitor.Call(ctx, m, func(*S) (int, error) { time.Sleep(d); return 0, nil })
	synctest.Wait()
}

// TestLeave ends a caller's context before, while and after its call waits.
func TestLeave(t *testing.T) {
	for name, commit := range commits {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := monitor.New(counter{}, monitor.Options[counter]{Commit: commit})
				defer m.Close()

				ended, cancel := context.WithCancelCause(t.Context())
				cancel(errUser)
				if _, err := try(ended, m, add(1)); !errors.Is(err, errUser) || !errors.Is(err, context.Canceled) || errors.Is(err, monitor.ErrUnknown) {
					t.Errorf("ended before: %v", err)
				}

				block(t.Context(), m, time.Minute)
				ctx, cancel2 := context.WithTimeoutCause(t.Context(), time.Second, errUser)
				defer cancel2()
				begin := time.Now()
				if _, err := try(ctx, m, add(1)); !errors.Is(err, errUser) || errors.Is(err, monitor.ErrUnknown) || time.Since(begin) != time.Second {
					t.Errorf("ended while it waited: %v after %v", err, time.Since(begin))
				}
				if n, err := try(t.Context(), m, add(0)); n != 0 || err != nil {
					t.Errorf("a call that was left has run: %d, %v", n, err)
				}

				ctx, cancel3 := context.WithTimeoutCause(t.Context(), time.Second, errUser)
				defer cancel3()
				_, err := try(ctx, m, func(c *counter) (int, error) { time.Sleep(time.Minute); c.n = 5; return 5, nil })
				if !errors.Is(err, errUser) || !errors.Is(err, monitor.ErrUnknown) {
					t.Errorf("ended while it ran: %v", err)
				}
				if n, err := try(t.Context(), m, add(0)); n != 5 || err != nil {
					t.Errorf("a call that was left while it ran: %d, %v", n, err)
				}
			})
		})
	}
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := monitor.New(counter{}, monitor.Options[counter]{})
		block(t.Context(), m, time.Minute)
		waiting := make(chan error)
		go func() {
			n, err := monitor.Call(t.Context(), m, add(1))
			if n != 1 {
				t.Errorf("a call taken before Close: %d", n)
			}
			waiting <- err
		}()
		synctest.Wait()
		begin := time.Now()
		go m.Close()
		synctest.Wait()
		if _, err := monitor.Call(t.Context(), m, add(1)); err != monitor.ErrClosed {
			t.Errorf("after Close: %v", err)
		}
		if err := <-waiting; err != nil {
			t.Error(err)
		}
		m.Close()
		if time.Since(begin) != time.Minute {
			t.Errorf("closed after %v", time.Since(begin))
		}
	})
}

// TestGroupCommit makes calls wait, so that they form batches, of which the
// second fails to commit.
func TestGroupCommit(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error":  func() error { return errDisk },
		"panic":  func() error { panic(errDisk) },
		"goexit": func() error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				commits := 0
				m := monitor.New(counter{}, monitor.Options[counter]{Batch: 10, Commit: func(c *counter) error {
					time.Sleep(time.Second)
					if commits++; commits == 3 {
						return fail()
					}
					return nil
				}})
				defer m.Close()
				begin := time.Now()
				type ending struct {
					n   int
					err error
					at  time.Duration
				}
				endings := make(chan ending, 100)
				call := func(fn func(*counter) (int, error)) {
					go func() {
						n, err := try(t.Context(), m, fn)
						endings <- ending{n, err, time.Since(begin)}
					}()
					synctest.Wait()
				}
				call(add(0)) // commits alone, and has the others wait
				for range 24 {
					call(add(1))
				}
				call(func(*counter) (int, error) { return 0, errFunds })
				var last int
				for i := range 26 {
					e := <-endings
					batch := (i+9)/10 + 1 // 1, 10, 10, 5 calls
					if e.at != time.Duration(batch)*time.Second {
						t.Errorf("call %d returned after %v", i, e.at)
					}
					var want error
					switch {
					case batch == 3 && name == "goexit":
						want = task.ErrGoexit
					case batch == 3:
						want = errDisk
					case batch == 4 && e.n == 0:
						want = errFunds
					}
					if !errors.Is(e.err, want) || want == nil && e.err != nil {
						t.Errorf("call %d: %v, want %v", i, e.err, want)
					}
					last = max(last, e.n)
				}
				if commits != 4 {
					t.Errorf("%d commits", commits)
				}
			})
		})
	}
}

// TestLinearizable records what many callers see of a register and has it checked.
func TestLinearizable(t *testing.T) {
	type input struct{ delta int }
	model := porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, in, out any) (bool, any) {
			next := state.(int) + in.(input).delta
			return out.(int) == next, next
		},
	}
	for round := range 50 {
		m := monitor.New(counter{}, monitor.Options[counter]{})
		var mu sync.Mutex
		var history []porcupine.Operation
		begin := time.Now()
		var wg sync.WaitGroup
		for client := range 6 {
			wg.Go(func() {
				for i := range 10 {
					in := input{(client*7 + i*round) % 5}
					called := time.Since(begin).Nanoseconds()
					out, err := monitor.Call(t.Context(), m, add(in.delta))
					returned := time.Since(begin).Nanoseconds()
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					history = append(history, porcupine.Operation{ClientId: client, Input: in, Call: called, Output: out, Return: returned})
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		m.Close()
		if !porcupine.CheckOperations(model, history) {
			t.Fatalf("round %d is not linearizable", round)
		}
	}
}

func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := monitor.New(counter{}, monitor.Options[counter]{Name: "visible"})
		monitor.Call(t.Context(), m, add(1))
		block(t.Context(), m, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		for range 3 {
			go monitor.Call(ctx, m, add(1))
		}
		synctest.Wait()
		node := func() *watch.Node {
			for _, n := range watch.Snapshot().All {
				if n.Kind == "monitor" && n.Name == "visible" {
					return n
				}
			}
			return nil
		}
		if n := node(); n == nil || n.Queue != 3 || n.In != 5 || n.Out != 1 {
			t.Errorf("node %+v", n)
		}
		cancel()
		synctest.Wait()
		if n := node(); n == nil || n.Queue != 0 || n.Errors != 3 {
			t.Errorf("after three have left: %+v", n)
		}
		m.Close()
		if n := node(); n != nil {
			t.Errorf("after Close: %+v", n)
		}
	})
}
