package du

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"baton/internal/disktree"
	"baton/internal/fsdir"
	"baton/internal/shellquote"
	"baton/internal/ui"
)

// showTotals prints below the tables what they come to.
func (r *run) showTotals() {
	var lines []string
	if r.before != nil {
		lines = append(lines, r.changeTotal())
	}
	lines = append(lines, r.total())
	for _, note := range r.notes() {
		lines = append(lines, r.s.Out.Paint(ui.Dim, note))
	}
	r.s.Out.Printf("%s\n", strings.Join(lines, "\n"))
}

// total returns the line of sums. Where it would be too long, the exact number of
// bytes gives way, then the time.
func (r *run) total() string {
	t := &r.tree.Total
	text := plural(t.Files, "file", "files") + ", " + plural(t.Dirs, "directory", "directories")
	exact := ""
	if !r.opts.Inodes {
		text = r.amount(r.size(t)) + " in " + text
		if n := r.size(t); n >= 1024 && n < math.MaxUint64 {
			exact = "  (" + ui.Count(n) + " bytes)"
		}
	}
	after := fmt.Sprintf("  %.2f s", r.seconds)
	if r.tree.Saved != nil {
		after = "  saved " + r.when(r.tree.Saved, "long ago")
	}
	bad := ""
	if r.failed > 0 {
		bad = "  " + plural(uint64(r.failed), "error", "errors")
	}
	if r.tree.Partial {
		bad += "  partial"
	}
	for _, less := range []*string{&exact, &after} {
		if ui.Width(text+exact+after+bad) > r.s.Out.Width() {
			*less = ""
		}
	}
	return text + exact + after + r.s.Out.Paint(ui.Bad, bad)
}

// notes say what the numbers don't.
func (r *run) notes() []string {
	var notes []string
	if n := len(r.tree.Skipped); n > 0 {
		notes = append(notes, "not entered, as they take no space: "+ui.Safe(strings.Join(r.tree.Skipped, " ")))
	}
	if n := r.tree.Vanished; n > 0 {
		notes = append(notes, plural(n, "file", "files")+" vanished while the rest was counted")
	}
	return append(notes, r.fileNotes()...)
}

// fileNotes say what to know about the saved measurements.
func (r *run) fileNotes() []string {
	var notes []string
	if r.opts.Load != "" {
		notes = r.noteSaved(notes, r.opts.Load, r.tree)
		if r.wantsTimes() && !r.tree.Saved.Mtimes {
			notes = append(notes, quote(r.opts.Load)+" has no times of modification; ncdu saves them with -e")
		}
	}
	if r.before != nil {
		notes = r.noteSaved(notes, r.opts.Since, r.before)
		if was, is := r.before.Roots[0].Name, absolute(r.tree.Roots); is != "" && was != is {
			notes = append(notes, fmt.Sprintf("%s is a measurement of %s, not of %s", quote(r.opts.Since), quote(was), quote(is)))
		}
	}
	return notes
}

func (r *run) noteSaved(notes []string, file string, t *disktree.Tree) []string {
	if t.Partial {
		notes = append(notes, quote(file)+" is partial: it was saved before all was counted")
	}
	if n := t.Saved.ReadErrors; n > 0 {
		notes = append(notes, fmt.Sprintf("%s: %s could not be read", quote(file), plural(n, "file or directory", "files or directories")))
	}
	return notes
}

func quote(path string) string { return shellquote.Quote(path) }

// absolute returns the path that a saved measurement of the tree would have.
func absolute(roots []*disktree.Node) string {
	if len(roots) == 0 {
		return ""
	}
	path, err := filepath.Abs(roots[0].Name)
	if err != nil {
		return ""
	}
	return path
}

// wantsTimes reports whether a view asked for shows times or depends on them.
func (r *run) wantsTimes() bool {
	return r.opts.Age || r.opts.Time != NoTime || r.opts.Sort == ByMtime
}

// changeTotal says in a line what the changes come to.
func (r *run) changeTotal() string {
	was, is := r.size(&r.before.Total), r.size(&r.tree.Total)
	when := r.when(r.before.Saved, ui.Safe(r.opts.Since))
	if was == is {
		return fmt.Sprintf("the same size as at %s: %s", when, r.amount(is))
	}
	return fmt.Sprintf("%s since %s: %s, was %s", r.delta(was, is), when, r.amount(is), r.amount(was))
}

// when returns the time at which a measurement was saved, or what to say if it
// doesn't tell.
func (r *run) when(at *disktree.Saved, otherwise string) string {
	if at.Time.Unix() == 0 {
		return otherwise
	}
	return r.opts.TimeStyle(fsdir.Time{Sec: at.Time.Unix()})
}
