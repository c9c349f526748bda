package task_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"baton/task"
)

// A step is one task of a random program: it takes some seconds, starting its
// children on the way, and ends in its own way.
type step struct {
	id       int
	before   time.Duration // until it starts its children
	after    time.Duration // from then until it ends
	children []*step
	end      string // a key of endings
	err      error
}

func drawStep(t *rapid.T, next *int, depth int) *step {
	s := &step{
		id:     *next,
		before: time.Duration(rapid.IntRange(0, 3).Draw(t, "before")) * time.Second,
		after:  time.Duration(rapid.IntRange(0, 3).Draw(t, "after")) * time.Second,
		end:    rapid.SampledFrom([]string{"ok", "ok", "ok", "error", "panic", "goexit"}).Draw(t, "end"),
	}
	*next++
	s.err = fmt.Errorf("step %d", s.id)
	if depth > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "children") {
			s.children = append(s.children, drawStep(t, next, depth-1))
		}
	}
	return s
}

// A program is what a random step did.
type program struct {
	g       *task.Group
	now     atomic.Int64 // tasks that have begun and not ended
	working gauge        // of those, the ones that do not wait in Go
	ran     atomic.Int64
}

func (p *program) task(s *step) func(context.Context) error {
	return func(ctx context.Context) error {
		p.now.Add(1)
		p.ran.Add(1)
		defer p.now.Add(-1)
		return p.act(ctx, s)
	}
}

// act is what s does; when the context ends, it gives up. From then on it doesn't
// count as working if it waited in Go: all who do come back at once.
func (p *program) act(ctx context.Context, s *step) error {
	p.working.in()
	working := true
	defer func() {
		if working {
			p.working.out()
		}
	}()
	if err := s.sleep(ctx, s.before); err != nil {
		return err
	}
	for _, child := range s.children {
		if working {
			p.working.out()
		}
		p.g.Go(p.task(child))
		if working = working && ctx.Err() == nil; working {
			p.working.in()
		}
	}
	if err := s.sleep(ctx, s.after); err != nil {
		return err
	}
	switch s.end {
	case "error":
		return s.err
	case "panic":
		panic(s.err)
	case "goexit":
		runtime.Goexit()
	}
	return nil
}

func (s *step) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("step %d: %w", s.id, context.Cause(ctx))
	}
}

// below returns the children of s, and theirs.
func (s *step) below() (all []*step) {
	for _, child := range s.children {
		all = append(append(all, child), child.below()...)
	}
	return all
}

// TestRandomProgram checks the guarantees of Run with random trees of tasks.
func TestRandomProgram(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		next := 0
		root := drawStep(rt, &next, 3)
		root.end = "ok" // the body
		steps := root.below()
		opts := task.Options{
			Limit:   rapid.IntRange(0, 4).Draw(rt, "limit"),
			OnError: task.ErrorPolicy(rapid.IntRange(0, 1).Draw(rt, "onError")),
			OnPanic: task.PanicPolicy(rapid.IntRange(0, 1).Draw(rt, "onPanic")),
		}
		synctest.Test(t, func(*testing.T) {
			var p program
			got := observe(func() error {
				return task.Run(context.Background(), opts, func(ctx context.Context, g *task.Group) error {
					p.g = g
					return p.act(ctx, root)
				})
			})
			if n := p.now.Load(); n != 0 {
				rt.Errorf("%d tasks run after Run returned", n)
			}
			// Body does not count, but the gauge cannot know which one it is.
			if most := p.working.most.Load(); opts.Limit > 0 && most > int64(max(opts.Limit, 2))+1 {
				rt.Errorf("%d tasks worked at once", most)
			}
			checkEnding(rt, opts, steps, int(p.ran.Load()), got)
		})
	})
}

// checkEnding compares how Run ended with how the steps end.
func checkEnding(t *rapid.T, opts task.Options, steps []*step, ran int, got ending) {
	ends := func(how string) func(*step) bool { return func(s *step) bool { return s.end == how } }
	failing := slices.ContainsFunc(steps, func(s *step) bool { return s.end != "ok" })
	repanics := opts.OnPanic == task.Repanic && slices.ContainsFunc(steps, ends("panic"))
	everything := got.err
	if got.panic != nil {
		everything = got.panic
	}
	switch {
	case got.exited:
		t.Error("Run exited")
	case got.panic != nil && !repanics:
		t.Errorf("Run panicked: %v", got.panic)
	case !failing && (got.err != nil || ran != len(steps)):
		t.Errorf("%d of %d tasks ran, Run returned %v; nothing fails", ran, len(steps), got.err)
	case failing && everything == nil:
		t.Error("Run returned nil although a task fails")
	case errors.Is(everything, context.Canceled):
		t.Errorf("the result has an echo of a cancellation: %v", everything)
	}
	if opts.OnError == task.KeepGoing && !repanics {
		for _, s := range steps {
			if s.end != "ok" && s.end != "goexit" && !errors.Is(got.err, s.err) {
				t.Errorf("the error of step %d is missing in %v", s.id, got.err)
			}
		}
		// The children of a step are started before it ends, in every case.
		if ran != len(steps) {
			t.Errorf("%d of %d tasks ran", ran, len(steps))
		}
	}
}
