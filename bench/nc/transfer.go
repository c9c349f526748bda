//go:build unix

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A tool is a netcat: how it receives and how it sends. PORT stands for the port.
type tool struct {
	name, version string
	path          string
	receive, send []string
}

func (t tool) argv(args []string, port string) []string {
	line := []string{t.path}
	for _, a := range args {
		line = append(line, strings.ReplaceAll(a, "PORT", port))
	}
	return line
}

// tools returns ours and those peers that are installed.
func tools(baton string) []tool {
	all := []tool{{
		name: "baton nc", path: baton, version: version(baton, "--version"),
		receive: []string{"nc", "-l", "127.0.0.1", "PORT"}, send: []string{"nc", "127.0.0.1", "PORT"},
	}}
	for _, t := range []struct {
		tool
		ask string
	}{
		{tool{name: "OpenBSD nc", path: "nc.openbsd", receive: []string{"-l", "127.0.0.1", "PORT"}, send: []string{"-N", "127.0.0.1", "PORT"}}, "-h"},
		{tool{name: "ncat", path: "ncat", receive: []string{"--recv-only", "-l", "127.0.0.1", "PORT"}, send: []string{"--send-only", "127.0.0.1", "PORT"}}, "--version"},
		{tool{name: "socat", path: "socat", receive: []string{"-u", "TCP-LISTEN:PORT,bind=127.0.0.1", "STDOUT"}, send: []string{"-u", "STDIN", "TCP:127.0.0.1:PORT"}}, "-V"},
		{tool{name: "socat -b 1M", path: "socat", receive: []string{"-b1048576", "-u", "TCP-LISTEN:PORT,bind=127.0.0.1", "STDOUT"}, send: []string{"-b1048576", "-u", "STDIN", "TCP:127.0.0.1:PORT"}}, "-V"},
	} {
		if _, err := exec.LookPath(t.path); err != nil {
			fmt.Fprintf(os.Stderr, "nc: %s is not installed\n", t.path)
			continue
		}
		t.version = version(t.path, t.ask)
		all = append(all, t.tool)
	}
	return all
}

// version returns the first number with a point in what a program says about itself.
func version(path, ask string) string {
	out, _ := exec.Command(path, ask).CombinedOutput() // some exit with an error
	for word := range strings.FieldsSeq(string(out)) {
		word = strings.Trim(word, "()")
		if strings.ContainsAny(word, "0123456789") && strings.Contains(word, ".") || strings.HasPrefix(word, "devel") {
			return word
		}
	}
	return ""
}

// A scenario is what the ends are connected to.
type scenario struct {
	name  string
	pipes bool
}

var scenarios = []scenario{{"file, /dev/null", false}, {"pipe, pipe", true}}

// A cost is what one transfer took: the time until both ends had ended, and the
// processor time of each.
type cost struct{ wall, sender, receiver time.Duration }

func transfer(s scenario, t tool, file string, size int64) (c cost, err error) {
	port, err := freePort()
	if err != nil {
		return c, err
	}
	in, err := os.Open(file)
	if err != nil {
		return c, err
	}
	defer in.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return c, err
	}
	defer null.Close()
	receiver, sender := command(t.argv(t.receive, port)), command(t.argv(t.send, port))
	receiver.Stdin, receiver.Stdout, sender.Stdin, sender.Stdout = null, null, in, null
	var helpers []*exec.Cmd
	if s.pipes {
		source, sink := command([]string{"cat"}), command([]string{"cat"})
		source.Stdin, sink.Stdout = in, null
		helpers = []*exec.Cmd{sink, source}
		for _, join := range []struct{ from, to *exec.Cmd }{{receiver, sink}, {source, sender}} {
			r, w, err := os.Pipe()
			if err != nil {
				return c, err
			}
			defer r.Close()
			defer w.Close()
			join.from.Stdout, join.to.Stdin = w, r
		}
	}
	if err := receiver.Start(); err != nil {
		return c, err
	}
	if err := listening(port); err != nil {
		receiver.Process.Kill()
		receiver.Wait()
		return c, err
	}
	began := time.Now()
	for _, cmd := range append(helpers, sender) {
		if err := cmd.Start(); err != nil {
			return c, err
		}
	}
	for _, cmd := range append(helpers, sender, receiver) { // our own ends of the pipes
		closeEnds(cmd, in, null)
	}
	err = errors.Join(sender.Wait(), receiver.Wait())
	c.wall = time.Since(began)
	for _, cmd := range helpers {
		err = errors.Join(err, cmd.Wait())
	}
	c.sender = sender.ProcessState.UserTime() + sender.ProcessState.SystemTime()
	c.receiver = receiver.ProcessState.UserTime() + receiver.ProcessState.SystemTime()
	return c, err
}

func command(argv []string) *exec.Cmd { return exec.Command(argv[0], argv[1:]...) }

func closeEnds(cmd *exec.Cmd, keep ...*os.File) {
	for _, end := range []any{cmd.Stdin, cmd.Stdout} {
		if f, ok := end.(*os.File); ok && f != keep[0] && f != keep[1] {
			f.Close()
		}
	}
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, err
}

// listening waits until somebody listens at the port. A try to connect would be taken
// for the transfer.
func listening(port string) error {
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	want := fmt.Sprintf("0100007F:%04X 00000000:0000 0A", n)
	for range 500 {
		table, err := os.ReadFile("/proc/net/tcp")
		if err != nil {
			return err
		}
		if strings.Contains(string(table), want) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("nobody listens at port %s", port)
}
