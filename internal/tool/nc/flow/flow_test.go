package flow_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"baton/internal/tool/nc/flow"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var random = sync.OnceValue(func() []byte {
	b := make([]byte, 10<<20)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
})

// data returns n bytes that hardly repeat.
func data(n int) []byte { return random()[:n] }

// sockets returns both ends of a connection.
func sockets(t *testing.T, network string) (a, b net.Conn) {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	a, err = net.Dial(network, ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

func pipes(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func temporary(t *testing.T, content []byte, flags int) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|flags, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// plain hides what a reader or writer is.
type plain struct{ io.ReadWriter }

// The sources, each filled with content, in a goroutine of its own if need be.
var sources = map[string]func(t *testing.T, content []byte) io.Reader{
	"file": func(t *testing.T, content []byte) io.Reader { return temporary(t, content, 0) },
	"section": func(t *testing.T, content []byte) io.Reader {
		return &flow.Section{File: temporary(t, slices.Concat([]byte("before"), content), 0), Offset: 6}
	},
	"pipe": func(t *testing.T, content []byte) io.Reader {
		r, w := pipes(t)
		feed(t, w, content)
		return r
	},
	"tcp": func(t *testing.T, content []byte) io.Reader {
		a, b := sockets(t, "tcp")
		feed(t, a, content)
		return b
	},
	"unix": func(t *testing.T, content []byte) io.Reader {
		a, b := sockets(t, "unix")
		feed(t, a, content)
		return b
	},
	"plain": func(t *testing.T, content []byte) io.Reader { return plain{bytes.NewBuffer(content)} },
}

func feed(t *testing.T, w io.WriteCloser, content []byte) {
	done := make(chan struct{})
	go func() { // ends when all is read, or at the clean-up of the other end
		defer close(done)
		w.Write(content)
		w.Close()
	}()
	t.Cleanup(func() { w.Close(); <-done })
}

// The destinations, and what was written to them.
var destinations = map[string]func(t *testing.T) (w io.Writer, result func() []byte){
	"file":   func(t *testing.T) (io.Writer, func() []byte) { return written(t, temporary(t, nil, 0)) },
	"append": func(t *testing.T) (io.Writer, func() []byte) { return written(t, temporary(t, nil, os.O_APPEND)) },
	"pipe": func(t *testing.T) (io.Writer, func() []byte) {
		r, w := pipes(t)
		return collected(t, r, w)
	},
	"tcp": func(t *testing.T) (io.Writer, func() []byte) {
		a, b := sockets(t, "tcp")
		return collected(t, a, b)
	},
	"unix": func(t *testing.T) (io.Writer, func() []byte) {
		a, b := sockets(t, "unix")
		return collected(t, a, b)
	},
	"plain": func(*testing.T) (io.Writer, func() []byte) {
		var b bytes.Buffer
		return plain{&b}, func() []byte { return b.Bytes() }
	},
	"null": func(t *testing.T) (io.Writer, func() []byte) {
		f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f, nil
	},
}

func written(t *testing.T, f *os.File) (io.Writer, func() []byte) {
	return f, func() []byte {
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

func collected(t *testing.T, r io.ReadCloser, w io.WriteCloser) (io.Writer, func() []byte) {
	var b bytes.Buffer
	done := make(chan struct{})
	go func() { // ends when w or r is closed
		defer close(done)
		io.Copy(&b, r)
	}()
	t.Cleanup(func() { w.Close(); r.Close(); <-done })
	return w, func() []byte {
		w.Close()
		<-done
		return b.Bytes()
	}
}

// TestMove moves from everything to everything, both in the fast way and not.
func TestMove(t *testing.T) {
	for from, source := range sources {
		for to, destination := range destinations {
			for _, copies := range []bool{false, true} {
				for _, size := range []int{0, 1, 70_000, 3 << 20} {
					t.Run(fmt.Sprintf("%s to %s, copy %v, %d bytes", from, to, copies, size), func(t *testing.T) {
						if runtime.GOOS == "windows" && (from == "pipe" || to == "pipe") {
							t.Skip("pipes differ")
						}
						content := data(size)
						w, result := destination(t)
						moved, steps := 0, 0
						err := flow.Move(w, source(t, content), flow.Options{Copy: copies, Moved: func(n int) { moved += n; steps++ }})
						if err != nil {
							t.Fatal(err)
						}
						if moved != size || size == 3<<20 && steps < 2 {
							t.Errorf("told of %d bytes in %d steps, want %d", moved, steps, size)
						}
						if result != nil && !bytes.Equal(result(), content) {
							t.Error("other bytes came out than went in")
						}
					})
				}
			}
		}
	}
}

// TestNext has a limit for each step, and an end that it decides.
func TestNext(t *testing.T) {
	enough := errors.New("enough")
	for from, source := range sources {
		for to, destination := range destinations {
			t.Run(from+" to "+to, func(t *testing.T) {
				content := data(10_000)
				w, result := destination(t)
				var steps []int
				left := 5000
				err := flow.Move(w, source(t, content), flow.Options{
					Next: func() (int, error) {
						if left == 0 {
							return 0, enough
						}
						return min(left, 700), nil
					},
					Moved: func(n int) { left -= n; steps = append(steps, n) },
				})
				if err != enough {
					t.Errorf("error %v, want %v", err, enough)
				}
				for _, n := range steps {
					if n > 700 {
						t.Errorf("a step of %d bytes", n)
					}
				}
				if result != nil && !bytes.Equal(result(), content[:5000]) {
					t.Error("other bytes came out than went in")
				}
			})
		}
	}
}

func TestSee(t *testing.T) {
	content := data(1 << 20)
	for from, source := range sources {
		var seen bytes.Buffer
		w, result := destinations["tcp"](t)
		if err := flow.Move(w, source(t, content), flow.Options{See: func(p []byte) { seen.Write(p) }}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(seen.Bytes(), content) || !bytes.Equal(result(), content) {
			t.Errorf("%s: %d bytes seen", from, seen.Len())
		}
	}
}

// waiting are pairs of which one side never gets on: nothing to read, or no room.
var waiting = map[string]func(t *testing.T) (w io.Writer, r io.Reader, stop func()){
	"nothing from a pipe": func(t *testing.T) (io.Writer, io.Reader, func()) {
		r, _ := pipes(t)
		a, _ := sockets(t, "tcp")
		return a, r, func() { r.SetReadDeadline(time.Unix(1, 0)) }
	},
	"nothing from a socket": func(t *testing.T) (io.Writer, io.Reader, func()) {
		_, w := pipes(t)
		a, _ := sockets(t, "tcp")
		return w, a, func() { a.SetReadDeadline(time.Unix(1, 0)) }
	},
	"nothing for a file": func(t *testing.T) (io.Writer, io.Reader, func()) {
		a, _ := sockets(t, "unix")
		return temporary(t, nil, 0), a, func() { a.SetReadDeadline(time.Unix(1, 0)) }
	},
	"no room in a socket for a pipe": func(t *testing.T) (io.Writer, io.Reader, func()) {
		a, _ := sockets(t, "tcp")
		return a, endless(t), func() { a.SetWriteDeadline(time.Unix(1, 0)) }
	},
	"no room in a socket for a file": func(t *testing.T) (io.Writer, io.Reader, func()) {
		a, _ := sockets(t, "unix")
		return a, temporary(t, data(10<<20), 0), func() { a.SetWriteDeadline(time.Unix(1, 0)) }
	},
	"no room in a pipe": func(t *testing.T) (io.Writer, io.Reader, func()) {
		_, w := pipes(t)
		a, b := sockets(t, "tcp")
		feed(t, a, data(10<<20))
		return w, b, func() { w.SetWriteDeadline(time.Unix(1, 0)) }
	},
}

// endless returns a pipe that never becomes empty.
func endless(t *testing.T) io.Reader {
	r, w := pipes(t)
	feed(t, w, data(10<<20))
	t.Cleanup(func() { r.Close() })
	return r
}

// TestDeadline ends flows that wait.
func TestDeadline(t *testing.T) {
	for name, pair := range waiting {
		for _, copies := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", copy ", copies), func(t *testing.T) {
				w, r, stop := pair(t)
				result := start(w, r, copies)
				stop()
				err := <-result
				side, ok := errors.AsType[*flow.Error](err)
				if !ok || !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Fatalf("error %v, want one of a deadline", err)
				}
				if side.Write != (name[:2] == "no" && name[2] == ' ') {
					t.Errorf("it is of the other side: %+v", side)
				}
			})
		}
	}
}

func start(w io.Writer, r io.Reader, copies bool) <-chan error {
	result := make(chan error, 1)
	go func() { result <- flow.Move(w, r, flow.Options{Copy: copies}) }() // ends with the deadline
	return result
}

// TestGone writes to somebody who has gone.
func TestGone(t *testing.T) {
	a, b := sockets(t, "tcp")
	b.(*net.TCPConn).SetLinger(0)
	b.Close()
	c, d := sockets(t, "tcp")
	feed(t, c, data(10<<20))
	r, w := pipes(t)
	r.Close()
	tests := map[string]struct {
		w io.Writer
		r io.Reader
	}{
		"file to socket": {a, temporary(t, data(10<<20), 0)},
		"pipe to socket": {a, endless(t)},
		"socket to pipe": {w, d},
	}
	for name, tt := range tests {
		err := flow.Move(tt.w, tt.r, flow.Options{})
		if side, ok := errors.AsType[*flow.Error](err); !ok || !side.Write {
			t.Errorf("%s: %v, want an error of writing", name, err)
		}
	}
}

// TestFullDisk writes to a device that takes nothing.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full on this system")
	}
	defer full.Close()
	for _, copies := range []bool{false, true} {
		err := flow.Move(full, sources["tcp"](t, data(1<<20)), flow.Options{Copy: copies})
		if side, ok := errors.AsType[*flow.Error](err); !ok || !side.Write {
			t.Errorf("copy %v: %v, want an error of writing", copies, err)
		}
	}
}

// TestReopen reads from a pipe of which other processes may have the end too.
func TestReopen(t *testing.T) {
	r, w := pipes(t)
	again, err := flow.Reopen(r)
	if err != nil {
		t.Skipf("not on this system: %v", err)
	}
	defer again.Close()
	flow.Enlarge(again)
	result := start(io.Discard, again, false)
	w.Write([]byte("some"))
	again.SetReadDeadline(time.Unix(1, 0))
	if err := <-result; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading: %v, want the deadline", err)
	}
	out, err := flow.Reopen(w)
	if err != nil {
		t.Fatal(err)
	}
	out.Write([]byte("more"))
	out.Close()
	w.Close()
	again.SetReadDeadline(time.Time{})
	rest, err := io.ReadAll(again)
	if err != nil || !bytes.HasSuffix(rest, []byte("more")) {
		t.Errorf("read %q, %v", rest, err)
	}
}
