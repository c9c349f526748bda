package du

import (
	"context"
	"fmt"
	"time"

	"baton/internal/disktree"
	"baton/internal/ui"
	"baton/task"
)

const reportEvery = 500 * time.Millisecond

// reporting calls work and shows how far it is, in the status line or, with
// Verbose, in lines: the periodic report of the book's program.
func (r *run) reporting(ctx context.Context, p *disktree.Progress, work func()) {
	if !r.opts.Verbose {
		defer r.s.StartProgress(func() string { return r.progressLine(p.State()) }).Stop()
		work()
		return
	}
	_ = task.Run(context.WithoutCancel(ctx), task.Options{Name: "du"}, func(ctx context.Context, g *task.Group) error {
		ctx, done := context.WithCancel(ctx)
		defer done()
		g.Go(func(context.Context) error {
			tick := time.NewTicker(reportEvery)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return nil
				case <-tick.C:
					r.s.Err.Printf("%s\n", r.progressLine(p.State()))
				}
			}
		})
		work()
		return nil
	})
}

// progressLine returns a line of the report, cut to what a terminal has room for.
func (r *run) progressLine(st disktree.State) string {
	elapsed := r.opts.Now().Sub(r.start)
	rate := uint64(float64(st.Files+st.Dirs) / max(elapsed.Seconds(), 1e-3))
	text := fmt.Sprintf("%s  %s  %s/s  ", plural(st.Files, "file", "files"), ui.Bytes(st.Bytes), ui.Count(rate))
	dir := ui.Safe(st.Dir)
	if r.s.Err.Terminal {
		dir = ui.TruncateStart(dir, r.s.Err.Width()-1-ui.Width(text))
	}
	return text + dir
}

// reportEnd ends the report with what it came to.
func (r *run) reportEnd() {
	if r.opts.Verbose {
		t := &r.tree.Total
		end := fmt.Sprintf("in %.2f s", r.seconds)
		r.s.Err.Printf("%s\n", r.progressLine(disktree.State{Files: t.Files, Dirs: t.Dirs, Bytes: t.Disk, Dir: end}))
	}
}
