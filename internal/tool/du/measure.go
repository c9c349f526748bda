package du

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"baton/internal/disktree"
	"baton/internal/exit"
	"baton/internal/fsdir"
	"baton/internal/ncdu"
	"baton/internal/shellquote"
	"baton/internal/ui"
)

var errTimeout = errors.New("time limit reached")

// measure fills in the tree, and the one to compare with. The latter is read
// before anything is written, so that --since and --save may name the same file.
func (r *run) measure(ctx context.Context) error {
	if r.opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.opts.Timeout, errTimeout)
		defer cancel()
	}
	var err error
	if r.opts.Since != "" {
		opts := disktree.Options{Depth: -1, EntryDepth: -1, Paths: true, CountLinks: r.opts.CountLinks}
		if r.before, err = r.load(ctx, r.opts.Since, opts); err != nil {
			return err
		}
	}
	if r.opts.Load != "" {
		r.tree, err = r.load(ctx, r.opts.Load, r.scanOptions())
	} else {
		err = r.scan(ctx)
	}
	if err != nil {
		return err
	}
	r.seconds = r.opts.Now().Sub(r.start).Seconds()
	r.reportEnd()
	r.reportErrors()
	return r.checkRoot()
}

// setGC sets how far the heap may grow before garbage is collected, and returns a
// function that sets it back. What is kept of a tree stays to the end, and is mostly
// free of pointers: collecting more often costs little, and room for garbage would
// be most of the memory. Totals alone leave next to no garbage, and a single
// collection, with all that it looks at, takes more memory than there is to free.
func (r *run) setGC() (reset func()) {
	if o := r.scanOptions(); o.Depth == 0 && o.EntryDepth == 0 {
		return func() {}
	}
	before := debug.SetGCPercent(12)
	return func() { debug.SetGCPercent(before) }
}

// checkRoot finds a file where a saved measurement needs a directory.
func (r *run) checkRoot() error {
	if r.opts.Save == "" && r.opts.Since == "" || len(r.tree.Roots) == 0 || r.tree.Roots[0].Flags&disktree.IsFile == 0 {
		return nil
	}
	return &exit.Error{
		Code: exit.Failed,
		Err:  fmt.Errorf("%s is not a directory, as --save and --since need it", shellquote.Always(r.tree.Roots[0].Name)),
	}
}

// scan measures the paths. That ctx ended is no error yet.
func (r *run) scan(ctx context.Context) error {
	paths, err := r.paths(ctx)
	if err != nil {
		return err
	}
	r.several = len(paths) > 1
	opts := r.scanOptions()
	opts.Progress = new(disktree.Progress)
	r.reporting(ctx, opts.Progress, func() { r.tree, err = disktree.Scan(ctx, paths, opts) })
	if r.tree.Partial && ctx.Err() != nil {
		r.stopped = context.Cause(ctx)
		return nil
	}
	return err
}

// load reads a saved measurement. Other than what was scanned, a part of one is
// of no use.
func (r *run) load(ctx context.Context, file string, opts disktree.Options) (tree *disktree.Tree, err error) {
	in, stop, err := ui.Until(ctx, r.s.In)
	if err != nil {
		return nil, err
	}
	defer stop()
	f, err := ncdu.Open(file, in)
	if err == nil {
		defer f.Close()
		opts.Progress = new(disktree.Progress)
		r.reporting(ctx, opts.Progress, func() { tree, err = disktree.Load(ctx, f, opts) })
	}
	switch {
	case err == nil:
		return tree, nil
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), errTimeout):
		return nil, &exit.Error{Code: exit.Timeout, Err: fmt.Errorf("stopped after %v, while loading %s", r.opts.Timeout, shellquote.Always(file))}
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	default:
		return nil, fmt.Errorf("cannot load %s: %s", shellquote.Always(file), errorText(err))
	}
}

// save saves the tree, if that was asked for.
func (r *run) save() error {
	if r.opts.Save == "" {
		return nil
	}
	if len(r.tree.Roots) == 0 {
		return &exit.Error{Code: exit.Failed, Err: errors.New("no directory to save")}
	}
	if err := r.export(); err != nil {
		return fmt.Errorf("cannot save %s: %s", shellquote.Always(r.opts.Save), errorText(err))
	}
	return nil
}

func (r *run) export() error {
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
	case JSON:
		scan.Depth = r.jsonDepth()
	}
	if o.All {
		scan.EntryDepth = scan.Depth
	}
	if o.Sort == ByMtime {
		scan.Time = Mtime.of()
	}
	if o.Since != "" || o.Save != "" {
		scan.Depth, scan.EntryDepth = -1, -1
		scan.Paths = true
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
