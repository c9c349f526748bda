package disktree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"baton/internal/fsdir"
	"baton/worklist"
)

// Options say what Scan counts and what it keeps. The zero value counts like
// GNU du without options and keeps the totals of the roots only.
type Options struct {
	Workers    int // goroutines that read; 0 adapts to what they wait for
	Links      Links
	OneFS      bool // stay on the file system of each root
	CountLinks bool // count a file once for each path, and a directory too
	SkipKernel bool // don't enter /proc, /sys and their like below a root
	IgnoreVCS  bool // leave out what git ignores, and .git itself

	// Exclude, if not nil, says which paths to leave out. It is called
	// concurrently and must not keep the slice.
	Exclude func(path []byte) bool

	// Depth is how many levels of directories below the roots become nodes;
	// what lies deeper counts in the node above it. Negative means all.
	Depth int
	// EntryDepth is how many levels of files below the roots are kept as
	// entries; negative means all. A file is one level below its directory.
	EntryDepth int
	// Paths keeps an entry for each path of a file with several names, rather
	// than one for the path that it counts under.
	Paths    bool
	Separate bool                         // totals without subdirectories
	Shared   bool                         // gather Tree.Shared
	Time     func(*fsdir.Stat) fsdir.Time // the time stamp for Tally.Latest; nil: none
	Mtimes   bool                         // keep entries' times of modification

	// NewObserver, if not nil, makes an Observer for each worker.
	NewObserver func() Observer
	// Progress, if not nil, can be read while the scan runs.
	Progress *Progress
}

// Links says which symbolic links stand for what they lead to.
type Links uint8

const (
	FollowNone  Links = iota
	FollowRoots       // only the paths that Scan is called with
	FollowAll
)

// An Observer is shown each file that counts, once. Each belongs to one worker,
// and Scan hands all of them out when it is over.
type Observer interface{ File(*File) }

// A File is a file that an Observer is shown, valid for the time of the call.
type File struct {
	Name []byte
	Stat *fsdir.Stat
	path func() string
}

// Disk returns the bytes that the file takes on disk.
func (f *File) Disk() uint64 { return diskBytes(f.Stat) }

// Apparent returns the bytes of the file's contents.
func (f *File) Apparent() uint64 { return apparentBytes(f.Stat) }

// Path returns the file's path.
func (f *File) Path() string { return f.path() }

// An Error is a file that could not be counted or not be read.
type Error struct {
	Op   string // what failed, such as "cannot read directory"
	Path string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Path, e.Err) }

// Unwrap returns the system's error.
func (e *Error) Unwrap() error { return e.Err }

// A Tree is the result of Scan or Load.
type Tree struct {
	Roots     []*Node
	Total     Tally // the sum over the roots; with Options.Separate all that they hold
	Observers []Observer
	Shared    map[*Node]*Shared // by directory, where there is any
	Errors    []*Error          // ordered by path
	Skipped   []string          // mount points that SkipKernel kept out
	Vanished  uint64            // files that were gone before they could be looked at
	Partial   bool              // the scan was cut short
	Saved     *Saved            // what Load knows of the file; nil after Scan

	links *links // with Options.Paths: which path each file counts under
}

// Scan measures the trees at paths, one after the other, each with all workers.
// A path that the same scan has already counted, as part of an earlier one,
// doesn't become a root.
//
// When ctx ends, Scan returns what it has counted so far, with Partial set, and
// the context's cause. Files that can't be read are no error of Scan but are in
// the tree's Errors.
func Scan(ctx context.Context, paths []string, opts Options) (*Tree, error) {
	return newScan(opts).scan(ctx, paths)
}

// A scan is one call of Scan.
type scan struct {
	opts    Options
	several bool
	tree    *Tree

	links   links
	once    map[uint64]bool // devices on which a directory can be met once only
	seen    idSet           // directories, and files where no node needs their size later
	watched map[fileID]bool // roots that are files: what the walk may come across
	rootDev uint64          // of the path that is being scanned
	budget  int             // directory handles that may stay open for their children
	warm    atomic.Bool     // the workers wait for no disk: see tune
	batches atomic.Int64    // parts of large directories that wait

	mu       sync.Mutex
	deferred deferred          // guarded by mu
	open     map[*dir]struct{} // guarded by mu: directories whose handle children wait for
	idle     []*scratch        // guarded by mu
	all      []*scratch        // guarded by mu
	spare    []*fsdir.Chunk    // guarded by mu

	globalIgnore sync.Once
	global       []byte // the user's own ignore file

	hidden   Node // counts what Separate leaves out below Depth
	vanished atomic.Uint64
	asked    atomic.Bool            // which directory is read: see entered
	latest   atomic.Pointer[string] // the path of a directory that was entered lately
}

func newScan(opts Options) *scan {
	if opts.Progress == nil {
		opts.Progress = new(Progress)
	}
	s := &scan{
		opts:   opts,
		tree:   &Tree{},
		budget: fsdir.MaxOpen() / 2,
		open:   make(map[*dir]struct{}),
	}
	s.asked.Store(true)
	return s
}

func (s *scan) scan(ctx context.Context, paths []string) (*Tree, error) {
	s.several = len(paths) > 1
	if !s.several && s.opts.Links != FollowAll {
		s.once = mountedOnce()
	}
	s.opts.Progress.scan.Store(s)
	err := s.run(ctx, paths)
	s.finish()
	s.tree.Partial = err != nil
	return s.tree, err
}

func (s *scan) run(ctx context.Context, paths []string) error {
	if s.several && !s.opts.CountLinks {
		s.watch(paths)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx) // perhaps the paths are not all that there were to be
	}
	for _, p := range paths {
		if err := s.root(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// watch notes which paths are files: the walk through another path may meet
// them, and must not count them twice.
func (s *scan) watch(paths []string) {
	var st fsdir.Stat
	for _, p := range paths {
		if fsdir.Cwd().Stat(p, s.rootMode(), &st) == nil && st.Kind != fsdir.Directory {
			if s.watched == nil {
				s.watched = make(map[fileID]bool)
			}
			s.watched[fileID{st.Dev, st.Ino}] = true
		}
	}
}

func (s *scan) rootMode() fsdir.Mode {
	if s.opts.Links == FollowNone {
		return fsdir.NoFollow
	}
	return fsdir.Follow
}

// root counts one path that Scan was called with.
func (s *scan) root(ctx context.Context, name string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	shown := trimSlashes(name)
	if s.opts.Exclude != nil && s.opts.Exclude([]byte(shown)) {
		return nil
	}
	var st fsdir.Stat
	if err := fsdir.Cwd().Stat(name, s.rootMode(), &st); err != nil {
		s.fail("cannot access", shown, err)
		return nil
	}
	n := &Node{Name: shown}
	d := &dir{node: n, name: name, dev: st.Dev, ino: st.Ino, follow: s.rootMode()}
	s.rootDev = st.Dev
	if st.Kind != fsdir.Directory {
		s.rootFile(d, &st)
		return nil
	}
	err := s.walk(ctx, d)
	for err == nil {
		if d = s.nextDeferred(); d == nil {
			break
		}
		err = s.walk(ctx, d)
	}
	return err
}

// walk visits d and everything below it, except for what it defers.
func (s *scan) walk(ctx context.Context, d *dir) error {
	defer s.closeHandles()
	opts := worklist.Options{Name: "du", Workers: s.opts.Workers, Tune: s.tune}
	return worklist.Run(ctx, opts, []item{{dir: d}}, s.visit)
}

// rootFile counts a path that is no directory.
func (s *scan) rootFile(d *dir, st *fsdir.Stat) {
	s.tree.Roots = append(s.tree.Roots, d.node)
	e := s.entryOf(st)
	d.node.Own, d.node.Flags = e.Own, e.Flags|IsFile
	if s.mayMeetAgain(st) {
		s.links.add(sighting{node: d.node}, st, s.opts.Shared)
		return
	}
	sc := s.scratch()
	s.addFile(&sc.tally, st)
	sc.observe(st, []byte(path.Base(d.name)), d.node.Path)
	s.flush(sc, d.node)
	s.release(sc)
}

// leftOut notes a directory that isn't entered.
func (s *scan) leftOut(d *dir, st *fsdir.Stat, why Flags) {
	if why == Kernel {
		s.mu.Lock()
		s.tree.Skipped = append(s.tree.Skipped, d.path())
		s.mu.Unlock()
	}
	p := d.parent
	if s.opts.Paths && p.own && s.keepsEntries(int(p.depth)) {
		e := Entry{Flags: why, Own: Own{Dev: st.Dev}}
		p.node.keep(pack(nil, &e, []byte(d.name), &p.node.Own))
	}
}

// closeHandles closes what a walk that was cut short left open.
func (s *scan) closeHandles() {
	for d := range s.open {
		d.handle.Close()
	}
	clear(s.open)
	s.batches.Store(0)
}

func (s *scan) fail(op, path string, err error) {
	s.mu.Lock()
	s.tree.Errors = append(s.tree.Errors, &Error{op, path, err})
	s.mu.Unlock()
}

// gone reports whether err says that a file below a root has vanished since its
// directory was read. That is no failure: a moment later it would not have been
// listed.
func (s *scan) gone(err error) bool {
	if errors.Is(err, fs.ErrNotExist) {
		s.vanished.Add(1)
		return true
	}
	return false
}

// finish counts the files with several names and sums up.
func (s *scan) finish() {
	t := s.tree
	s.opts.Progress.scan.Store(nil)
	s.countLinks()
	for _, n := range t.Roots {
		all := n.sum(s.opts.Separate)
		t.Total.Add(&all)
	}
	s.share()
	t.Total.Add(&s.hidden.Total)
	for _, sc := range s.all {
		if sc.observer != nil {
			t.Observers = append(t.Observers, sc.observer)
		}
	}
	t.Vanished = s.vanished.Load()
	slices.Sort(t.Skipped)
	slices.SortFunc(t.Errors, func(a, b *Error) int { return strings.Compare(a.Path, b.Path) })
}

// trimSlashes returns the path of a root as it is shown: with at most one slash
// at its end.
func trimSlashes(path string) string {
	trimmed := strings.TrimRight(path, "/")
	switch len(path) - len(trimmed) {
	case 0, 1:
		return path
	default:
		if trimmed == "" && path == "//" {
			return path
		}
		return trimmed + "/"
	}
}
