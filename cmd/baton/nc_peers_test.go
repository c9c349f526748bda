//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A netcat is a program that can be either end of a connection. PORT and PATH stand
// for the address.
type netcat struct {
	name         string
	listen, dial string
	unixListen   string
	unixDial     string
	tlsListen    string
	tlsDial      string
	hangsUp      bool // as a server, ends with the client's half, whatever is left to send
}

// The others, told to close one half at a time as far as they can be.
var netcats = []netcat{
	{
		name: "baton", listen: "baton nc -l 127.0.0.1 PORT", dial: "baton nc 127.0.0.1 PORT",
		unixListen: "baton nc -lU PATH", unixDial: "baton nc -U PATH",
		tlsListen: "baton nc -l --tls 127.0.0.1 PORT", tlsDial: "baton nc --insecure 127.0.0.1 PORT",
	},
	{
		name: "nc.openbsd", listen: "nc.openbsd -v -N -l 127.0.0.1 PORT", dial: "nc.openbsd -N 127.0.0.1 PORT", hangsUp: true,
		unixListen: "nc.openbsd -v -N -lU PATH", unixDial: "nc.openbsd -N -U PATH",
	},
	{
		name: "ncat", listen: "ncat -v -l 127.0.0.1 PORT", dial: "ncat 127.0.0.1 PORT", hangsUp: true,
		unixListen: "ncat -v -lU PATH", unixDial: "ncat -U PATH",
		tlsListen: "ncat -v --ssl -l 127.0.0.1 PORT", tlsDial: "ncat --ssl 127.0.0.1 PORT",
	},
	{
		name: "socat", listen: "socat -d -d -t3600 TCP-LISTEN:PORT,bind=127.0.0.1 STDIO", dial: "socat -t3600 STDIO TCP:127.0.0.1:PORT",
		unixListen: "socat -d -d -t3600 UNIX-LISTEN:PATH STDIO", unixDial: "socat -t3600 STDIO UNIX-CONNECT:PATH",
		tlsDial: "socat -t3600 STDIO OPENSSL:127.0.0.1:PORT,verify=0",
	},
}

// An end is a netcat that runs, and its standard streams.
type end struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr *watched
}

func startEnd(t *testing.T, line string) *end {
	t.Helper()
	args := strings.Fields(line)
	e := &end{t: t, cmd: exec.Command(args[0], args[1:]...), stderr: newWatched()}
	var err error
	if e.stdin, err = e.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if e.stdout, err = e.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	e.cmd.Stderr = e.stderr
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience(), func() { e.cmd.Process.Kill() }) // only if the test fails
	t.Cleanup(func() {
		timer.Stop()
		e.cmd.Process.Kill()
		e.cmd.Wait()
	})
	return e
}

// await waits until standard error matches, and returns what the pattern's groups have.
func (e *end) await(pattern string) []string {
	e.t.Helper()
	re := regexp.MustCompile(pattern)
	timeout := time.After(patience())
	for {
		text, more := e.stderr.read()
		if m := re.FindStringSubmatch(text); m != nil {
			return m
		}
		select {
		case <-more:
		case <-timeout:
			e.t.Fatalf("%s printed %q, not %q", e.cmd, text, pattern)
		}
	}
}

func (e *end) send(text string) {
	e.t.Helper()
	if _, err := io.WriteString(e.stdin, text); err != nil {
		e.t.Errorf("%s: %v", e.cmd, err)
	}
}

// expect reads just as much as want has.
func (e *end) expect(want string) {
	e.t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(e.stdout, got); string(got) != want {
		e.t.Fatalf("%s got %.100q, %v; want %.100q", e.cmd, got[:n], err, want)
	}
}

// finish expects no more output, and success.
func (e *end) finish() {
	e.t.Helper()
	if rest, err := io.ReadAll(e.stdout); len(rest) > 0 || err != nil {
		e.t.Errorf("%s got %.100q at the end, %v", e.cmd, rest, err)
	}
	if err := e.cmd.Wait(); err != nil {
		text, _ := e.stderr.read()
		e.t.Errorf("%s ended with %v\n%s", e.cmd, err, text)
	}
}

func need(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("needs %s", name)
	}
}

// pairsOf calls test with each pair of ends of which one is ours.
func pairsOf(t *testing.T, lines func(n netcat) (listen, dial string), test func(t *testing.T, server, client *end)) {
	for _, s := range netcats {
		for _, c := range netcats {
			listen, _ := lines(s)
			_, dial := lines(c)
			if s.name != "baton" && c.name != "baton" || listen == "" || dial == "" {
				continue
			}
			if s.hangsUp { // then our half is its to end
				dial += " --no-shutdown"
			}
			t.Run(s.name+" serves "+c.name, func(t *testing.T) {
				need(t, s.name)
				need(t, c.name)
				path := filepath.Join(t.TempDir(), "s")
				server, port := startListener(t, strings.Replace(listen, "PATH", path, 1))
				test(t, server, startEnd(t, strings.NewReplacer("PORT", port, "PATH", path).Replace(dial)))
			})
		}
	}
}

func tcpLines(n netcat) (listen, dial string)  { return n.listen, n.dial }
func unixLines(n netcat) (listen, dial string) { return n.unixListen, n.unixDial }
func tlsLines(n netcat) (listen, dial string)  { return n.tlsListen, n.tlsDial }

// Who has asked and said so still gets the answer.
func clientEndsFirst(_ *testing.T, server, client *end) {
	client.send("question")
	client.stdin.Close()
	server.expect("question")
	server.send("answer")
	client.expect("answer")
	server.send(", and more")
	server.stdin.Close()
	client.expect(", and more")
	client.finish()
	server.finish()
}

// A server that has said all still listens.
func serverEndsFirst(_ *testing.T, server, client *end) {
	server.send("greeting")
	server.stdin.Close()
	client.expect("greeting")
	client.send("late")
	server.expect("late")
	client.send(" news")
	client.stdin.Close()
	server.expect(" news")
	server.finish()
	client.finish()
}

// Both send more than fits on the way, at once.
func bothAtOnce(t *testing.T, server, client *end) {
	text := strings.Repeat("0123456789abcdef", 1<<16)
	done := make(chan struct{}, 2)
	for _, e := range []*end{server, client} {
		go func() { // ends when all is sent, or with the process
			io.WriteString(e.stdin, text)
			e.stdin.Close()
			done <- struct{}{}
		}()
	}
	got := make(chan string, 2)
	for _, e := range []*end{server, client} {
		go func() { // ends with the process
			b, _ := io.ReadAll(e.stdout)
			if !bytes.Equal(b, []byte(text)) {
				got <- fmt.Sprintf("%s got %d bytes, want %d", e.cmd, len(b), len(text))
				return
			}
			got <- ""
		}()
	}
	for range 2 {
		<-done
		if problem := <-got; problem != "" {
			t.Error(problem)
		}
	}
	for _, e := range []*end{server, client} {
		if err := e.cmd.Wait(); err != nil {
			t.Errorf("%s ended with %v", e.cmd, err)
		}
	}
}

func TestHalfCloseTCP(t *testing.T) {
	t.Run("client first", func(t *testing.T) { pairsOf(t, tcpLines, clientEndsFirst) })
	t.Run("server first", func(t *testing.T) { pairsOf(t, tcpLines, serverEndsFirst) })
	t.Run("both", func(t *testing.T) { pairsOf(t, tcpLines, bothAtOnce) })
}

func TestHalfCloseUnix(t *testing.T) {
	t.Run("client first", func(t *testing.T) { pairsOf(t, unixLines, clientEndsFirst) })
	t.Run("server first", func(t *testing.T) { pairsOf(t, unixLines, serverEndsFirst) })
	t.Run("both", func(t *testing.T) { pairsOf(t, unixLines, bothAtOnce) })
}

func TestHalfCloseTLS(t *testing.T) {
	t.Run("client first", func(t *testing.T) { pairsOf(t, tlsLines, clientEndsFirst) })
	t.Run("server first", func(t *testing.T) { pairsOf(t, tlsLines, serverEndsFirst) })
	t.Run("both", func(t *testing.T) { pairsOf(t, tlsLines, bothAtOnce) })
}
