//go:build linux && (amd64 || arm64)

// Package gnudu checks that the lines of `baton du` are those of GNU du: it
// runs both on random trees with random command lines.
//
// Where the two differ on purpose, in which of its paths a file counts under, a
// slow walk in the test says what each is to print. That walk has to agree with
// GNU du by its rules and with ours by our rules, so it is checked itself.
//
//	go test ./internal/cli/gnudu -du.cases=5000
//	go test ./internal/cli/gnudu -du.seed=123 -du.cases=1
package gnudu

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"baton/internal/cli"
	"baton/internal/gnutest"
	"baton/internal/ui"
	gocmp "github.com/google/go-cmp/cmp"
)

var (
	cases = flag.Int("du.cases", 300, "number of random `cases`")
	seed  = flag.Uint64("du.seed", 1, "seed of the first case")
)

func TestAgreesWithGNU(t *testing.T) {
	if os.Geteuid() == 0 {
		// Root can read what is forbidden, so that most cases go to somebody else.
		runCases(t, 1_000_000+*seed, *cases/4)
		if !t.Failed() {
			asNobody(t)
		}
		return
	}
	runCases(t, *seed, *cases)
}

// TestLargeDirectories has directories whose listings are split among workers.
func TestLargeDirectories(t *testing.T) {
	b := newBench(t)
	c := &testCase{}
	for _, d := range []string{"a", "b", "b/c"} {
		c.files = append(c.files, file{kind: dir, path: d, mode: 0o755})
		for i := range 4000 {
			f := file{kind: symlink, path: fmt.Sprintf("%s/%040d", d, i), target: "../a"}
			switch {
			case i%3 == 0 && d != "a":
				f.kind, f.target = hardLink, fmt.Sprintf("a/%040d", i)
			case i%500 == 1 && i%3 > 0:
				f.kind, f.mode = dir, 0o755
			case i%2 == 0:
				f.kind = regular
			}
			c.files = append(c.files, f)
		}
	}
	for _, args := range []string{"", "-a", "-L", "-aL", "-lS", "-sc", "--inodes"} {
		c.flags = nil
		for _, o := range onOff {
			for _, letter := range args {
				if o.names[0] == "-"+string(letter) || o.names[0] == args {
					c.flags = append(c.flags, option{o.names[:1], o.set})
				}
			}
		}
		if diff := b.compare(c); diff != "" {
			t.Errorf("du %s: %s", args, diff)
		}
	}
}

// asNobody runs the test again in a process of an ordinary user.
func asNobody(t *testing.T) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$",
		fmt.Sprintf("-du.cases=%d", *cases), fmt.Sprintf("-du.seed=%d", *seed))
	cmd.Dir = "/" // which it may enter
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("as user 65534: %v\n%s", err, out)
	}
}

func runCases(t *testing.T, first uint64, n int) {
	b := newBench(t)
	for i := range n {
		c := randomCase(first + uint64(i))
		if diff := b.compare(c); diff != "" {
			small, diff := b.shrink(c, diff)
			t.Errorf("seed %d: %s\n%s", first+uint64(i), diff, small)
			return
		}
	}
}

// A bench is where cases are tried.
type bench struct {
	t       *testing.T
	du      gnutest.Program
	dirSize bool
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
	b := &bench{t: t, du: du, dirSize: olderThan(du.Version(t), 9, 2), dir: dir}
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
	// The file system may still move blocks while it writes them out.
	var diff string
	for range 3 {
		if diff = b.differences(c); diff == "" {
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
	want := c.expect(rules{gnu: true, dirSize: b.dirSize})
	stdout, stderr, code := b.du.With(c.env...).RunWith(b.t, "", c.stdin(), c.args()...)
	if diff := want.diff(stdout, gnuWords.Replace(stderr), code); diff != "" {
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
