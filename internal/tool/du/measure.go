package du

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/internal/disktree"
	"baton/internal/exit"
	"baton/internal/fsdir"
	"baton/internal/ncdu"
	"baton/internal/shellquote"
	"baton/internal/ui"
	"baton/task"
)

var errTimeout = errors.New("time limit reached")

// measure fills in the tree, and the one to compare with.
func (r *run) measure(ctx context.Context) error {
	if r.opts.Since != "" {
		before, err := r.load(ctx, r.opts.Since, disktree.Options{Depth: -1, EntryDepth: -1, Paths: true})
		if err != nil {
			return err
		}
		r.before = before
	}
	var err error
	if r.opts.Load != "" {
		r.tree, err = r.load(ctx, r.opts.Load, r.scanOptions())
	} else {
		err = r.scan(ctx)
	}
	if err != nil {
		return err
	}
	r.seconds = r.opts.Now().Sub(r.start).Seconds()
	r.reportErrors()
	if r.opts.Save != "" {
		return r.save()
	}
	return nil
}

// scan measures the paths. That ctx ended is no error yet.
func (r *run) scan(ctx context.Context) error {
	if r.opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.opts.Timeout, errTimeout)
		defer cancel()
	}
	paths, err := r.paths(ctx)
	if err != nil {
		return err
	}
	opts := r.scanOptions()
	opts.Progress = new(disktree.Progress)
	r.reporting(ctx, opts.Progress, func() { r.tree, err = disktree.Scan(ctx, paths, opts) })
	if r.tree.Partial && ctx.Err() != nil {
		r.stopped = context.Cause(ctx)
		return nil
	}
	return err
}

func (r *run) load(ctx context.Context, file string, opts disktree.Options) (*disktree.Tree, error) {
	in, stop, err := ui.Until(ctx, r.s.In)
	if err != nil {
		return nil, err
	}
	defer stop()
	f, err := ncdu.Open(file, in)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tree, err := disktree.Load(ctx, f, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shellquote.Quote(file), err)
	}
	return tree, nil
}

func (r *run) save() error {
	if len(r.tree.Roots) == 0 || r.tree.Roots[0].Flags&disktree.IsFile != 0 {
		return &exit.Error{Code: exit.Failed, Err: errors.New("no directory to save")}
	}
	out, err := ncdu.Create(r.opts.Save, r.s.Out)
	if err != nil {
		return err
	}
	defer out.Abort()
	if err := r.tree.Save(out, ncdu.Header{Prog: "baton", Version: r.opts.Version, Timestamp: r.start.Unix()}); err != nil {
		return err
	}
	return out.Close()
}

// scanOptions returns what has to be scanned and kept for the view.
func (r *run) scanOptions() disktree.Options {
	o := r.opts
	scan := disktree.Options{
		Workers:    o.Workers,
		Links:      o.Links,
		OneFS:      o.OneFS,
		CountLinks: o.CountLinks,
		SkipKernel: o.View != Lines,
		IgnoreVCS:  o.IgnoreVCS,
		Exclude:    o.Exclude,
		Separate:   o.Separate && o.View == Lines,
		Shared:     o.Shared,
		Depth:      o.MaxDepth,
		Time:       o.Time.of(),
	}
	switch o.View {
	case Table:
		scan.Depth = 1
		scan.EntryDepth = 1
	case Lists:
		scan.Depth = 0
	}
	if o.All {
		scan.EntryDepth = o.MaxDepth
	}
	if o.Sort == ByMtime {
		scan.Time = Mtime.of()
	}
	if o.Since != "" || o.Save != "" {
		scan.Depth, scan.EntryDepth = -1, -1
		scan.Paths = o.Save != ""
		scan.Mtimes = o.Save != ""
	}
	scan.NewObserver = r.observers()
	return scan
}

// of returns the function that takes the time stamp from a file's attributes,
// nil for NoTime.
func (t TimeStamp) of() func(*fsdir.Stat) fsdir.Time {
	switch t {
	case Mtime:
		return func(st *fsdir.Stat) fsdir.Time { return st.Mtime }
	case Atime:
		return func(st *fsdir.Stat) fsdir.Time { return st.Atime }
	case Ctime:
		return func(st *fsdir.Stat) fsdir.Time { return st.Ctime }
	default:
		return nil
	}
}

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

func (r *run) progressLine(st disktree.State) string {
	elapsed := r.opts.Now().Sub(r.start)
	rate := uint64(float64(st.Files+st.Dirs) / max(elapsed.Seconds(), 1e-3))
	return fmt.Sprintf("%s files  %s  %s/s  %s", ui.Count(st.Files), ui.Bytes(st.Bytes), ui.Count(rate), ui.Safe(st.Dir))
}

// maxReported is how many errors a table's reader is shown one by one.
const maxReported = 10

// reportErrors prints what could not be counted.
func (r *run) reportErrors() {
	errs := r.tree.Errors
	r.failed += len(errs)
	limit := len(errs)
	if r.opts.View == Table && r.s.Out.Terminal && limit > maxReported {
		limit = maxReported - 1
	}
	for _, e := range errs[:limit] {
		r.warn("%s %s: %s", e.Op, shellquote.Always(e.Path), errorText(e.Err))
	}
	if more := len(errs) - limit; more > 0 {
		r.warn("%s more files or directories could not be read", ui.Count(more))
	}
}

func (r *run) warn(format string, args ...any) {
	r.s.Err.Printf("baton du: %s\n", fmt.Sprintf(format, args...))
}
