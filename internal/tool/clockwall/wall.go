// Package clockwall shows the clocks of other machines, and how far each is from
// the clock of this one.
package clockwall

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"baton/internal/exit"
	"baton/internal/ui"
	"baton/task"
)

// Run watches the servers until ctx ends, or with opts.Once until each has answered
// or failed, and shows what it learns on standard output: a table that changes in
// place on a terminal, else a line for each answer.
//
// With opts.Judge it ends when a clock is off by more than opts.MaxOffset, with
// exit code 1. With opts.Once, the code is 3 when some of the servers have failed
// and 1 when all have.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	w := &wall{opts: opts, streams: s, clocks: make([]clock, len(opts.Servers))}
	parent := ctx
	ctx, w.end = context.WithCancelCause(ctx)
	defer w.end(nil)
	var live *ui.Live
	if !opts.Once && s.Live() {
		live = s.StartLive(func() (string, time.Duration) { return w.frame(time.Now()) })
		w.changed = live.Update
	}
	err := task.Run(ctx, task.Options{Name: "clockwall"}, func(_ context.Context, g *task.Group) error {
		for i, server := range opts.Servers {
			g.Go(func(ctx context.Context) error {
				return watch(ctx, server, opts, func(e Event) { w.note(i, e) })
			})
		}
		return nil
	})
	if live != nil {
		live.Stop()
	}
	if opts.Once {
		return w.finish(parent)
	}
	if cause := context.Cause(ctx); errors.Is(cause, errDisagrees) {
		return &exit.Error{Code: exit.Failed, Err: cause}
	}
	return err
}

// A clock is what the wall knows about one server.
type clock struct {
	sample *Sample // the latest
	drift  drift
	err    error     // why there is none since; nil if there is
	retry  time.Time // when it is tried again
}

// A wall is the state of all clocks, and prints events.
type wall struct {
	opts    Options
	streams *ui.Streams
	changed func()                  // asks for a frame; nil where none is shown
	end     context.CancelCauseFunc // ends the watching

	mu     sync.Mutex
	clocks []clock // guarded by mu
}

// errDisagrees is in the error of a clock that is off by too much.
var errDisagrees = errors.New("clocks disagree")

// A disagreement says how much a clock is off.
type disagreement struct {
	name   string
	sample Sample
	most   time.Duration
}

func (d *disagreement) Error() string {
	return fmt.Sprintf("%s is off by %s (±%s), more than %v", d.name, signed(d.sample.Offset), span(d.sample.Uncertainty), d.most)
}

func (d *disagreement) Is(target error) bool { return target == errDisagrees }

// note takes an event of the server i. It is called by that server's goroutine.
func (w *wall) note(i int, e Event) {
	now := time.Now()
	w.mu.Lock()
	c := &w.clocks[i]
	if c.err = e.Err; e.Err != nil {
		c.retry = now.Add(e.Retry)
	} else {
		c.sample = e.Sample
		c.drift.add(*e.Sample)
	}
	ppm, hasDrift := c.drift.rate()
	w.mu.Unlock()

	server := w.opts.Servers[i]
	switch {
	case w.changed != nil:
		w.changed()
	case w.opts.JSON:
		w.printJSON(server, e, ppm, hasDrift)
	case w.opts.Once: // the table is printed at the end
	default:
		w.printLine(server, e, ppm, hasDrift)
	}
	if d := w.judge(server, e.Sample); d != nil && !w.opts.Once {
		w.end(d)
	}
}

// judge returns by how much a server's clock is off, if that is too much.
func (w *wall) judge(s Server, sample *Sample) error {
	if !w.opts.Judge || sample == nil || !sample.Exceeds(w.opts.MaxOffset) {
		return nil
	}
	return &disagreement{s.Name, *sample, w.opts.MaxOffset}
}

// finish prints the result of watching once, and says what is wrong with it.
func (w *wall) finish(ctx context.Context) error {
	if !w.opts.JSON {
		if err := w.printTable(time.Now()); err != nil {
			return err
		}
	}
	var failed, wrong []error
	for i, c := range w.clocks {
		server := w.opts.Servers[i]
		switch {
		case c.sample == nil && c.err == nil && ctx.Err() != nil:
			failed = append(failed, fmt.Errorf("%s: no answer yet", server.Name))
		case c.err != nil:
			failed = append(failed, fmt.Errorf("%s: %s", server.Name, brief(c.err)))
		}
		if d := w.judge(server, c.sample); d != nil {
			wrong = append(wrong, d)
		}
	}
	err := errors.Join(append(wrong, failed...)...)
	switch {
	case ctx.Err() != nil:
		return errors.Join(&exit.Error{Code: exit.Code(task.Cause(ctx)), Err: task.Cause(ctx)}, err)
	case len(wrong) > 0 || len(failed) == len(w.clocks):
		return err
	case len(failed) > 0:
		return &exit.Error{Code: exit.Partial, Err: err}
	}
	return nil
}
