// Package du is the disk usage tool: it measures directory trees and shows where
// the space goes.
//
// Its numbers are GNU du's. [Run] measures, or loads what was saved, and shows
// the result in one of several views: a table of one level of the tree, GNU du's
// lines, lists of the largest files or of kinds or ages of files, the changes
// since a saved measurement, or JSON.
package du

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/internal/disktree"
	"baton/internal/exit"
	"baton/internal/fsdir"
	"baton/internal/ui"
)

// Options say what to measure and how to show it. Use [DefaultOptions] to start.
type Options struct {
	// What to measure.
	Paths      []string // none: the current directory
	Files0From string   // read the paths from this file, each ended by a NUL
	Load       string   // show a saved measurement instead
	Links      disktree.Links
	OneFS      bool
	CountLinks bool
	Exclude    func(path []byte) bool
	IgnoreVCS  bool
	Workers    int           // 0 adapts
	Timeout    time.Duration // stop and show what was counted after that long

	// Which view, and what it shows.
	View      View
	Apparent  bool  // sizes of contents rather than of disk blocks
	Inodes    bool  // numbers of files and directories rather than bytes
	All       bool  // files too, not only directories
	Separate  bool  // directories without their subdirectories
	MaxDepth  int   // levels below the paths; negative: all, or one in the JSON view
	Threshold int64 // at least that much or, if negative, at most
	Sort      Sort
	Rows      int  // rows of a table; 0: what fits the terminal; negative: all
	Shared    bool // columns of what is shared with other directories

	// Format formats sizes; nil: for people on a terminal, else as exact bytes.
	Format func(n uint64) string

	// GNU du's lines.
	Total     bool // a line for the sum of all paths
	Null      bool // end lines with NUL
	Time      TimeStamp
	TimeStyle func(fsdir.Time) string

	// Lists.
	Top   int // that many of the largest files
	Types bool
	Age   bool
	Since string // a saved measurement to compare with

	Save    string // save the measurement in a file
	Version string // of this program, to note in the saved file
	Verbose bool   // report progress in lines
	Now     func() time.Time
}

// A View is a way to show the result.
type View int

// The views. Lists stand for those of the options Top, Types, Age and Since.
const (
	Table View = iota
	Lines
	Lists
	JSON
	Nothing
)

// A TimeStamp names one of a file's time stamps.
type TimeStamp int

// The time stamps; NoTime shows none.
const (
	NoTime TimeStamp = iota
	Mtime
	Atime
	Ctime
)

// A Sort is an order of rows and lines.
type Sort int

// The orders. DefaultSort is by size in tables, and the tree's order in lines.
const (
	DefaultSort Sort = iota
	BySize
	ByName
	ByCount
	ByMtime
)

// DefaultOptions returns the options of a plain call.
func DefaultOptions() Options {
	return Options{
		MaxDepth:  -1,
		TimeStyle: func(t fsdir.Time) string { return time.Unix(t.Sec, 0).Format("2006-01-02 15:04") },
		Now:       time.Now,
	}
}

// Run measures and shows the result on s. When ctx ends it shows what it has
// counted so far, marked as partial, and returns the context's cause. Files that
// can't be read are reported on s.Err and make the error's exit code 1, as GNU
// du's.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	r := &run{opts: opts, s: s, start: opts.Now()}
	defer r.setGC()()
	if err := r.measure(ctx); err != nil {
		return err
	}
	saved := r.save() // what was measured is shown all the same
	if err := errors.Join(r.show(), saved); err != nil {
		return err
	}
	return r.verdict()
}

// A run is one call of Run.
type run struct {
	opts  Options
	s     *ui.Streams
	start time.Time

	several bool // paths, of which the tree may lack some
	tree    *disktree.Tree
	before  *disktree.Tree // what to compare it with
	seconds float64        // that it took
	stopped error          // why the scan ended early

	failed     int         // errors, which were reported
	reported   int         // lines that this took
	jsonErrors []jsonError // the same, for the JSON view
}

// verdict returns the error that the run ends with, once all is shown.
func (r *run) verdict() error {
	switch {
	case r.stopped != nil && errors.Is(r.stopped, errTimeout):
		return &exit.Error{Code: exit.Timeout, Err: fmt.Errorf("stopped after %v; the result is partial", r.opts.Timeout)}
	case r.stopped != nil:
		return r.stopped
	case r.failed > 0:
		return &exit.Error{Code: exit.Failed} // each was reported
	}
	return r.s.Out.WriteErr()
}
