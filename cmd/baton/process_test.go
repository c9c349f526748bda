//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// A process is one that a script has started in the background.
type process struct {
	cmd    *exec.Cmd
	stdout *watched
	stderr *watched
	tty    *os.File      // the keyboard's end of its terminal, or nil
	ended  chan struct{} // closed after its end, when err is set
	err    error
}

type processesKey struct{}

// processes are those of one script.
type processes struct{ byName map[string]*process }

func (ps *processes) kill() {
	for _, p := range ps.byName {
		p.cmd.Process.Kill()
		<-p.ended
	}
}

func get(ts *testscript.TestScript, args []string, want int) *process {
	if len(args) < want {
		ts.Fatalf("too few arguments")
	}
	p := ts.Value(processesKey{}).(*processes).byName[args[0]]
	if p == nil {
		ts.Fatalf("no process %s", args[0])
	}
	return p
}

// A watched buffer tells when something was written to it.
type watched struct {
	mu      sync.Mutex
	b       bytes.Buffer  // guarded by mu
	written chan struct{} // closed at the next write; guarded by mu
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.written)
	w.written = make(chan struct{})
	return w.b.Write(p)
}

func (w *watched) read() (string, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String(), w.written
}

func newWatched() *watched { return &watched{written: make(chan struct{})} }

func newProcess(ts *testscript.TestScript, args []string) *process {
	path, err := lookPath(ts, args[0])
	ts.Check(err)
	p := &process{cmd: exec.Command(path, args[1:]...), stdout: newWatched(), stderr: newWatched(), ended: make(chan struct{})}
	p.cmd.Args[0] = args[0]
	p.cmd.Dir = ts.MkAbs(".")
	for _, key := range []string{"PATH", "HOME", "TMPDIR", "TERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LANG", "TZ", "GOCOVERDIR"} {
		p.cmd.Env = append(p.cmd.Env, key+"="+ts.Getenv(key))
	}
	return p
}

func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for dir := range strings.SplitSeq(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if path, err := exec.LookPath(dir + "/" + name); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

func (p *process) run(ts *testscript.TestScript, name string, copied <-chan struct{}) {
	ts.Check(p.cmd.Start())
	ts.Value(processesKey{}).(*processes).byName[name] = p
	go func() { // ends with the process; finish or kill waits for it
		defer close(p.ended)
		p.err = p.cmd.Wait()
		if copied != nil {
			<-copied
			p.tty.Close()
		}
	}()
}

func cmdStart(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: start NAME COMMAND [ARG...]")
	}
	p := newProcess(ts, args[1:])
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	p.run(ts, args[0], nil)
}

func cmdTerm(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: term NAME COLUMNS COMMAND [ARG...]")
	}
	columns, err := strconv.ParseUint(args[1], 10, 16)
	ts.Check(err)
	p := newProcess(ts, args[2:])
	keys, tty, err := pty.Open()
	ts.Check(err)
	ts.Check(pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: uint16(columns)}))
	ts.Check(keepOutput(tty))
	p.tty = keys
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	copied := make(chan struct{})
	go func() { // ends when all that have the terminal have closed it
		defer close(copied)
		io.Copy(p.stdout, keys)
	}()
	p.run(ts, args[0], copied)
	tty.Close()
}

// keepOutput keeps a terminal from throwing away, at Ctrl-C, what was just written:
// the kernel's flush sometimes comes after what the interrupted program writes.
func keepOutput(tty *os.File) error {
	t, err := unix.IoctlGetTermios(int(tty.Fd()), getTermios)
	if err != nil {
		return err
	}
	t.Lflag |= unix.NOFLSH
	return unix.IoctlSetTermios(int(tty.Fd()), setTermios, t)
}

// began is when the tests did.
var began = time.Now()

// patience is how long to wait for what should come at once. It only passes when a
// test fails, so it is as long as can be: until shortly before go test ends the tests,
// when testscript gives up too.
func patience() time.Duration {
	limit := flag.Lookup("test.timeout").Value.(flag.Getter).Get().(time.Duration)
	if limit == 0 {
		limit = time.Hour
	}
	return time.Until(began.Add(limit - limit/20))
}

func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	p := get(ts, args, 2)
	re, err := regexp.Compile("(?s)" + args[1])
	ts.Check(err)
	p.await(ts, args[0], re)
}

// await waits until one of the outputs matches, and returns what the pattern's groups
// have.
func (p *process) await(ts *testscript.TestScript, name string, re *regexp.Regexp) []string {
	timeout := time.After(patience())
	ended := false
	for {
		out, moreOut := p.stdout.read()
		errs, moreErr := p.stderr.read()
		for _, text := range []string{out, errs} {
			if m := re.FindStringSubmatch(text); m != nil {
				return m
			}
		}
		if ended {
			ts.Fatalf("%s ended with %v without %q\n%q\n%q", name, p.err, re, out, errs)
		}
		select {
		case <-moreOut:
		case <-moreErr:
		case <-p.ended:
			ended = true
		case <-timeout:
			ts.Fatalf("no %q from %s\n%q\n%q", re, name, out, errs)
		}
	}
}

func cmdPort(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("PORT", get(ts, args, 1).await(ts, args[0], listening)[1])
}

// openBSDNetcat returns OpenBSD's nc, which goes by several names, or "".
func openBSDNetcat() string {
	for _, name := range []string{"nc.openbsd", "nc"} {
		if out, _ := exec.Command(name, "-h").CombinedOutput(); bytes.Contains(out, []byte("OpenBSD netcat")) {
			return name
		}
	}
	return ""
}

func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	p := get(ts, args, 2)
	sig := unix.SignalNum("SIG" + args[1])
	if sig == 0 {
		ts.Fatalf("no signal %s", args[1])
	}
	ts.Check(p.cmd.Process.Signal(sig))
}

func cmdKeys(ts *testscript.TestScript, _ bool, args []string) {
	p := get(ts, args, 2)
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	_, err = p.tty.WriteString(text)
	ts.Check(err)
}

func cmdFinish(ts *testscript.TestScript, _ bool, args []string) {
	p := get(ts, args, 2)
	select {
	case <-p.ended:
	case <-time.After(patience()):
		p.cmd.Process.Signal(syscall.SIGQUIT) // its goroutines, in the log
		<-p.ended
		defer ts.Fatalf("%s does not end", args[0])
	}
	out, _ := p.stdout.read()
	errs, _ := p.stderr.read()
	io.WriteString(ts.Stdout(), out)
	io.WriteString(ts.Stderr(), errs)
	checkCode(ts, p.err, args[1])
}

func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	p := newProcess(ts, args[1:])
	p.cmd.Stdout, p.cmd.Stderr = ts.Stdout(), ts.Stderr()
	checkCode(ts, p.cmd.Run(), args[0])
}

// checkCode compares an exit code with the wanted one; "SIGINT" and the like want
// an end by that signal.
func checkCode(ts *testscript.TestScript, err error, want string) {
	got := "0"
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = strconv.Itoa(failed.ExitCode())
		if ws := failed.Sys().(syscall.WaitStatus); ws.Signaled() {
			got = unix.SignalName(ws.Signal())
		}
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %s, want %s", got, want)
	}
}
