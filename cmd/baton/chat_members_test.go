//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A member is one client in the room.
type member struct {
	t       *testing.T // of the whole test: the client lives as long
	name    string
	address string
	own     bool // whether it shows its own lines when the server has them
	out     *watched
	ended   chan struct{}
	say     func(i int)   // says line i
	log     func() string // returns what it has shown
}

// run starts a program that is killed at the end of the test. What it writes is the
// member's log, and its input is returned.
func (m *member) run(t *testing.T, cmd *exec.Cmd) io.WriteCloser {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = m.out, m.out
	m.start(t, cmd)
	m.log = func() string { text, _ := m.out.read(); return text }
	return in
}

// start starts a program that is killed at the end of the test.
func (m *member) start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends with the program
		defer close(m.ended)
		_ = cmd.Wait() // it is killed
	}()
	m.t.Cleanup(func() {
		_ = cmd.Process.Kill() // an error is that it has ended already
		<-m.ended
	})
}

// write types something into the client.
func (m *member) write(w io.Writer, text string) {
	if _, err := io.WriteString(w, text); err != nil {
		m.t.Errorf("%s: %v", m.name, err)
	}
}

// line returns what the member says.
func (m *member) line(i int) string { return fmt.Sprintf("%s says %d", m.name, i) }

func (m *member) port() string {
	_, port, _ := net.SplitHostPort(m.address)
	return port
}

// fileLog makes the file that matches a pattern the member's log.
func (m *member) fileLog(path ...string) {
	m.log = func() string {
		files, err := filepath.Glob(filepath.Join(path...))
		if err != nil || len(files) == 0 {
			return "" // it is made with the first line
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			m.t.Errorf("%s: %v", m.name, err)
		}
		return string(text)
	}
}

// shown returns the lines that the member shows.
func (m *member) shown() (list []string) {
	for _, match := range spoken.FindAllStringSubmatch(m.log(), -1) {
		if m.own || match[1] != m.name {
			list = append(list, match[0])
		}
	}
	return list
}

// check waits until the member shows all lines, and compares their order.
func (m *member) check(t *testing.T, want []string) {
	t.Helper()
	if !m.own {
		want = slices.DeleteFunc(slices.Clone(want), func(s string) bool { return strings.HasPrefix(s, m.name+" ") })
	}
	var got []string
	for late := time.Now().Add(patience()); time.Now().Before(late); time.Sleep(20 * time.Millisecond) { // a program that isn't ours has to get on
		if got = m.shown(); len(got) >= len(want) {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s shows\n%s\nand not\n%s", m.name, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}
