//go:build linux && (amd64 || arm64)

package gnudu

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"baton/internal/glob"
	"baton/internal/shellquote"
	"baton/internal/timestyle"
)

// A result is what a program does: its lines and messages, in any order, and
// its exit status.
type result struct {
	lines, messages []string
	code            int
}

// A sum is the sum over files.
type sum struct {
	disk, apparent, inodes uint64
	time                   syscall.Timespec
}

func (s *sum) add(o *sum) {
	s.disk += o.disk
	s.apparent = saturating(s.apparent, o.apparent)
	if o.inodes > 0 && (s.inodes == 0 || earlier(s.time, o.time)) {
		s.time = o.time
	}
	s.inodes += o.inodes
}

func saturating(a, b uint64) uint64 {
	if a+b < a {
		return math.MaxUint64
	}
	return a + b
}

func earlier(a, b syscall.Timespec) bool {
	return a.Sec < b.Sec || a.Sec == b.Sec && a.Nsec < b.Nsec
}

// expect returns what the rules lead to for the case, whose top is the current
// directory. For a command line that can't be obeyed it knows the status only.
func (c *testCase) expect(r rules) result {
	w := &walker{rules: r, settings: c.settings(), c: c, seen: map[fileID]*node{}}
	if w.wrong {
		if r.gnu {
			return result{code: 1}
		}
		return result{code: 2}
	}
	w.style, _ = w.timeStyle(c)
	w.out = glob.Compile(w.exclude, glob.Options{UTF8: true})
	var out result
	if w.inodes && w.apparent {
		w.say("warning: options --apparent-size and -b are ineffective with --inodes")
	}
	if w.summarize && w.depthSet {
		w.say("warning: summarizing is the same as using --max-depth=0")
	}
	if w.operands() {
		var total sum
		for _, n := range w.roots {
			w.show(&out, n, &total)
		}
		if w.total {
			out.lines = append(out.lines, w.line(&total, "total"))
		}
	}
	out.messages = w.errs
	if w.failed {
		out.code = 1
	}
	return out
}

// operands counts all operands, and reports whether there is a result.
func (w *walker) operands() bool {
	operands := w.c.operands
	l := w.c.list
	switch {
	case l == nil && len(operands) == 0:
		operands = []string{"."}
	case l == nil:
	case l.file == "../missing":
		w.fail("cannot open '../missing' for reading", syscall.ENOENT)
		return false
	case l.file == "..":
		w.fail("..: read error", syscall.EISDIR)
		return true
	default:
		operands = strings.Split(strings.TrimSuffix(l.content(), "\x00"), "\x00")
		if l.content() == "" {
			operands = nil
		}
	}
	for i, name := range operands {
		switch {
		case name == "" && l != nil:
			w.fail(fmt.Sprintf("%s:%d: invalid zero-length file name", shellquote.Quote(l.file), i+1), nil)
		case name == "":
			w.fail("invalid zero-length file name", nil)
		case name == "-" && l != nil && l.file == "-":
			w.fail("when reading file names from standard input, no file name of '-' allowed", nil)
		default:
			w.operand(name)
		}
	}
	return true
}

// show adds the lines of n and what is in it, adds all that counts to total, and
// returns the sum that n has.
func (w *walker) show(out *result, n *node, total *sum) sum {
	if n.elsewhere {
		return sum{}
	}
	own := w.own(n)
	total.add(&own)
	all := own
	for _, kid := range n.kids {
		below := w.show(out, kid, total)
		if !w.separate || !kid.dir() {
			all.add(&below)
		}
	}
	if n.level == 0 || (w.depth < 0 || n.level <= w.depth) && (n.dir() || w.all) {
		if w.passes(w.size(&all)) {
			out.lines = append(out.lines, w.line(&all, n.path))
		}
	}
	return all
}

func (w *walker) own(n *node) sum {
	s := sum{disk: uint64(n.st.Blocks) * 512, inodes: 1}
	switch n.st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG, syscall.S_IFLNK:
		s.apparent = uint64(n.st.Size)
	case syscall.S_IFDIR:
		if w.dirSize {
			s.apparent = uint64(n.st.Size)
		}
	}
	if w.time != nil {
		s.time = w.time(&n.st)
	}
	return s
}

func (w *walker) size(s *sum) uint64 {
	switch {
	case w.inodes:
		return s.inodes
	case w.apparent:
		return s.apparent
	default:
		return s.disk
	}
}

func (w *walker) passes(size uint64) bool {
	if w.threshold < 0 {
		return size <= uint64(-w.threshold)
	}
	return size >= uint64(w.threshold)
}

func (w *walker) line(s *sum, name string) string {
	text := w.unit.Format(w.size(s)) + "\t"
	if w.time != nil {
		at, err := w.style.Append(nil, s.time.Sec, s.time.Nsec, timestyle.Location(w.c.getenv))
		if err != nil {
			w.fail(err.Error(), nil)
		}
		text += string(at) + "\t"
	}
	if w.null {
		return text + name + "\x00"
	}
	return text + name + "\n"
}

// writeLists writes the lists of paths and patterns that are to be in files.
func (c *testCase) writeLists(top string) error {
	var errs []error
	if c.list != nil && c.list.file != "-" && c.list.file != "../missing" && c.list.file != ".." {
		errs = append(errs, os.WriteFile(filepath.Join(top, c.list.file), []byte(c.list.content()), 0o644))
	}
	if c.patterns != nil {
		text := strings.Join(c.patterns, "\n") + "\n"
		errs = append(errs, os.WriteFile(filepath.Join(top, "../patterns"), []byte(text), 0o644))
	}
	return errors.Join(errs...)
}
