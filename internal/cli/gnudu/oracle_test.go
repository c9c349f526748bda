//go:build linux && (amd64 || arm64)

package gnudu

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"baton/internal/glob"
	"baton/internal/shellquote"
	"baton/internal/timestyle"
)

// A walker counts the trees of a case: one goroutine that takes one path after
// the other, and so simple that it can be believed. It follows the rules of GNU
// du or ours, which differ only in what counts where.
type walker struct {
	rules
	settings
	style timestyle.Style
	out   *glob.Set // what is left out
	c     *testCase

	seen   map[fileID]*node
	later  []*node // directories behind symbolic links
	roots  []*node
	dev    uint64 // of the current root
	errs   []string
	failed bool
}

// rules are those that differ.
type rules struct {
	gnu     bool // what is met first counts, rather than the smallest path
	dirSize bool // the apparent size of a directory counts
	odd     bool // some quotes are odd, see quote
}

type fileID struct{ dev, ino uint64 }

func idOf(st *syscall.Stat_t) fileID { return fileID{st.Dev, st.Ino} }

// A node is a path that was met.
type node struct {
	path      string
	level     int
	st        syscall.Stat_t
	above     []fileID // the directories above
	parent    *node
	kids      []*node
	elsewhere bool // another path of the file counts
}

func (n *node) dir() bool { return n.st.Mode&syscall.S_IFMT == syscall.S_IFDIR }

// stat returns the attributes of a path as the settings follow links, or else
// notes an error.
func (w *walker) stat(path string, level int) (st syscall.Stat_t, ok bool) {
	get := syscall.Lstat
	if w.links == 'L' || w.links == 'D' && level == 0 {
		get = syscall.Stat
	}
	if err := get(path, &st); err != nil {
		if w.gnu && err == syscall.ENOENT && syscall.Lstat(path, &st) == nil {
			err = nil // of a link that leads nowhere, GNU du doesn't say why
		}
		w.fail("cannot access "+w.quote(path), err)
		return st, false
	}
	return st, true
}

func (w *walker) fail(what string, err error) {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		text := errno.Error()
		what += ": " + strings.ToUpper(text[:1]) + text[1:]
	}
	w.say(what)
	w.failed = true
}

func (w *walker) say(message string) { w.errs = append(w.errs, message+"\n") }

// quote quotes a path in a message. Where a path has a single quote and ends in
// an escape, some releases of GNU du start as if it were still within an escape.
func (w *walker) quote(path string) string {
	q := shellquote.Always(path)
	if !w.odd || q[0] != '\'' || path[0] == '\'' || !strings.Contains(path, "'") || !endsInEscape(path) {
		return q
	}
	if rest, ok := strings.CutPrefix(q, "''$'"); ok {
		return "'" + rest
	}
	return "''" + q
}

func endsInEscape(path string) bool {
	last := path[len(path)-1:]
	if r, n := utf8.DecodeLastRuneInString(path); r != utf8.RuneError {
		last = path[len(path)-n:]
	}
	return strings.HasPrefix(shellquote.Always(last), "''$'")
}

// operand counts one path of the command line.
func (w *walker) operand(path string) {
	for strings.HasSuffix(path, "//") && path != "//" {
		path = path[:len(path)-1]
	}
	if w.out.Match(path) {
		return
	}
	st, ok := w.stat(path, 0)
	if !ok {
		return
	}
	w.dev = st.Dev
	n := &node{path: path, st: st}
	if w.admit(n, false) {
		w.roots = append(w.roots, n)
		w.read(n)
	}
	for len(w.later) > 0 {
		slices.SortFunc(w.later, func(a, b *node) int { return strings.Compare(a.path, b.path) })
		n, w.later = w.later[0], w.later[1:]
		if w.admit(n, false) {
			n.parent.kids = append(n.parent.kids, n)
			w.read(n)
		}
	}
}

// admit reports whether n counts, for now: of a file, a smaller path may come.
func (w *walker) admit(n *node, viaLink bool) bool {
	id := idOf(&n.st)
	switch {
	case w.oneFS && n.st.Dev != w.dev:
		return false
	case w.countLinks:
		return !n.dir() || !slices.Contains(n.above, id)
	case w.gnu:
	case n.dir() && viaLink:
		w.later = append(w.later, n)
		return false
	case n.dir():
	default:
		before := w.seen[id]
		if before != nil && before.path <= n.path {
			return false
		}
		if before != nil {
			before.elsewhere = true
		}
		w.seen[id] = n
		return true
	}
	if w.seen[id] != nil {
		return false
	}
	w.seen[id] = n
	return true
}

// read counts what is in n.
func (w *walker) read(n *node) {
	if !n.dir() {
		return
	}
	f, err := os.Open(n.path)
	if err != nil {
		w.fail("cannot read directory "+w.quote(n.path), err)
		return
	}
	names, err := f.Readdirnames(-1) // as the file system lists them, like du
	f.Close()
	if err != nil {
		w.fail("cannot read directory "+w.quote(n.path), err)
	}
	if w.gnu && w.links == 'L' && len(names) == 0 {
		n.path = strings.TrimSuffix(n.path, "/") // GNU du forgets the slash, but with -L only
	}
	above := append(n.above[:len(n.above):len(n.above)], idOf(&n.st))
	for _, name := range names {
		path := strings.TrimSuffix(n.path, "/") + "/" + name
		if w.out.Match(path) {
			continue
		}
		st, ok := w.stat(path, n.level+1)
		if !ok {
			continue
		}
		var self syscall.Stat_t
		viaLink := syscall.Lstat(path, &self) == nil && self.Mode&syscall.S_IFMT == syscall.S_IFLNK
		kid := &node{path: path, level: n.level + 1, st: st, above: above, parent: n}
		if w.admit(kid, viaLink) {
			n.kids = append(n.kids, kid)
			w.read(kid)
		}
	}
}
