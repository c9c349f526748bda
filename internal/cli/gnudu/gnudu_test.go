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
	"flag"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

var (
	cases = flag.Int("du.cases", 300, "number of random `cases`")
	seed  = flag.Uint64("du.seed", 1, "seed of the first case")
)

func TestAgreesWithGNU(t *testing.T) {
	if os.Geteuid() == 0 {
		// Root can read what is forbidden, so that most cases go to somebody else.
		runCases(t, *seed, (*cases+3)/4)
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
	args := []string{"-test.run=^" + t.Name() + "$", fmt.Sprintf("-du.cases=%d", *cases), fmt.Sprintf("-du.seed=%d", *seed)}
	if end, ok := t.Deadline(); ok {
		// In good time to say where it hangs, rather than being left behind.
		args = append(args, fmt.Sprint("-test.timeout=", time.Until(end)*9/10))
	}
	cmd := exec.Command("/proc/self/exe", args...)
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
