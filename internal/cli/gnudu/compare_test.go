//go:build linux && (amd64 || arm64)

package gnudu

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"baton/internal/cli"
	"baton/internal/gnutest"
	"baton/internal/shellquote"
	"baton/internal/ui"
	gocmp "github.com/google/go-cmp/cmp"
)

// A bench is where cases are tried.
type bench struct {
	t       *testing.T
	du      gnutest.Program
	rules   rules
	lenient bool // takes a depth below zero
	dir     string

	runs  int
	n     int // trees made
	top   string
	files []file // what is at top
}

func newBench(t *testing.T) *bench {
	du := gnutest.Find(t, "du", "LC_ALL=C.UTF-8")
	// Not t.TempDir, whose parent can't be entered by just anybody.
	dir, err := os.MkdirTemp("", "gnudu")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	b := &bench{t: t, du: du, rules: rules{gnu: true, dirSize: olderThan(du.Version(t), 9, 2)}, dir: dir}
	const odd = "x'\xff"
	_, message := du.Run(t, "", odd)
	b.rules.odd = !strings.Contains(message, " "+shellquote.Always(odd)+":")
	_, _, code := du.RunWith(t, "", "", "-d", "-2")
	b.lenient = code == 0
	t.Cleanup(func() {
		b.clear()
		b.check(nil, errors.Join(os.Chdir("/"), os.RemoveAll(dir)))
	})
	return b
}

func olderThan(version string, major, minor int) bool {
	a, b, _ := strings.Cut(version, ".")
	b, _, _ = strings.Cut(b, ".")
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	return cmp.Or(cmp.Compare(x, major), cmp.Compare(y, minor)) < 0
}

// compare makes the case's tree and returns what differs, if anything does.
func (b *bench) compare(c *testCase) string {
	if b.top == "" || !slices.Equal(b.files, c.files) {
		b.clear()
		b.n++
		b.files, b.top = c.files, filepath.Join(b.dir, strconv.Itoa(b.n), "up", "top")
		b.check(c, os.MkdirAll(b.top, 0o755))
		b.check(c, build(b.top, c.files))
	}
	b.check(c, c.writeLists(b.top))
	b.check(c, os.Chdir(b.top))
	// The file system may still move blocks while it writes them out: what differs counts
	// if the tree was the same before and after.
	expected := func() [2]result { return [2]result{c.expect(b.rules), c.expect(rules{})} }
	diff := b.differences(c)
	for diff != "" {
		before := expected()
		if diff = b.differences(c); reflect.DeepEqual(before, expected()) {
			break
		}
	}
	return diff
}

func (b *bench) clear() {
	if b.top == "" {
		return
	}
	b.check(nil, os.Chdir(b.dir))
	b.check(nil, removeTree(filepath.Dir(filepath.Dir(b.top))))
	b.top = ""
}

func (b *bench) check(c *testCase, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%v\n%v", err, c)
	}
}

// gnuWords are what releases of GNU du differ in.
var gnuWords = strings.NewReplacer("du: ", "", "names from stdin,", "names from standard input,")

func (b *bench) differences(c *testCase) string {
	want := c.expect(b.rules)
	stdout, stderr, code := b.du.With(c.env...).RunWith(b.t, "", c.stdin(), c.args()...)
	if diff := want.diff(stdout, gnuWords.Replace(stderr), code); diff != "" && !(b.lenient && c.settings().negative) {
		return "GNU du isn't as modelled (-model +GNU du):\n" + diff
	}
	want = c.expect(rules{})
	s, out, errs := ui.Test(ui.Terminal{Env: c.environ(), Stdin: strings.NewReader(c.stdin())})
	b.runs++
	code = cli.Main(append([]string{"du", fmt.Sprint("-j", 1+b.runs%4)}, c.args()...), s)
	if diff := want.diff(out.String(), strings.ReplaceAll(errs.String(), "baton du: ", ""), code); diff != "" {
		return "baton du isn't as GNU du (-want +got):\n" + diff
	}
	return ""
}

// environ returns the case's environment.
func (c *testCase) environ() map[string]string {
	env := map[string]string{"TZ": "UTC0", "LC_ALL": "C.UTF-8"}
	for _, e := range c.env {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	return env
}

func (c *testCase) getenv(name string) (string, bool) {
	v, ok := c.environ()[name]
	return v, ok
}

// diff compares what a program did with r.
func (r *result) diff(stdout, stderr string, code int) string {
	want := []any{pieces(strings.Join(r.lines, "")), pieces(strings.Join(r.messages, "")), r.code}
	got := []any{pieces(stdout), pieces(stderr), code}
	if r.code > 0 && r.messages == nil {
		want[1], got[1] = nil, nil // how wrong usage is told differs
	}
	return gocmp.Diff(want, got)
}

// pieces cuts text after each newline and each NUL, and sorts the pieces. Since
// all pieces of a line sort the same on both sides, nothing is lost.
func pieces(text string) []string {
	var list []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		list = append(list, strings.SplitAfter(line, "\x00")...)
	}
	slices.Sort(list)
	return list
}
