//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is the process that is measured.
type server struct {
	cmd  *exec.Cmd
	addr *net.TCPAddr
	pid  string
}

var ready = regexp.MustCompile(`listening on (\S+)`)

func startServer(o options) (*server, error) {
	cmd := exec.Command("/proc/self/exe", bareWord)
	if o.baton != "" {
		args := []string{"clock", "--listen", "127.0.0.1:0", "--zone", "UTC", "--max-conns", strconv.Itoa(o.clients + o.stuck + 10)}
		if o.pad > 0 {
			args = append(args, "--format", "%H:%M:%S"+strings.Repeat(".", o.pad))
		}
		cmd = exec.Command(o.baton, append(args, strings.Fields(o.args)...)...)
	}
	s := &server{cmd: cmd}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.pid = strconv.Itoa(s.cmd.Process.Pid)
	line, err := bufio.NewReader(stderr).ReadString('\n')
	m := ready.FindStringSubmatch(line)
	if m == nil {
		s.stop()
		return nil, fmt.Errorf("%s doesn't listen: %q, %v", o.baton, line, err)
	}
	s.addr, err = net.ResolveTCPAddr("tcp", m[1])
	return s, err
}

func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGKILL)
	s.cmd.Wait()
}

// memory returns the memory that is the server's alone, in bytes: without its
// program, which is mapped from a file.
func (s *server) memory() (int64, error) {
	status, err := os.ReadFile("/proc/" + s.pid + "/status")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(status) {
		if kb, ok := bytes.CutPrefix(line, []byte("RssAnon:")); ok {
			n, err := strconv.ParseInt(string(bytes.Fields(kb)[0]), 10, 64)
			return n * 1024, err
		}
	}
	return 0, fmt.Errorf("no RssAnon in the status of process %s", s.pid)
}

// cpu returns the time that the server's threads have run, to the nanosecond.
func (s *server) cpu() (time.Duration, error) {
	threads, err := filepath.Glob("/proc/" + s.pid + "/task/*/schedstat")
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, name := range threads {
		b, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseInt(string(bytes.Fields(b)[0]), 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// machine returns the time that the machine's cores have worked, but for this
// process and the server, which has worked for cpu.
func machine(cpu time.Duration) (time.Duration, error) {
	const tick = 10 * time.Millisecond // USER_HZ is 100 everywhere
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	var busy time.Duration
	for i, field := range strings.Fields(line) {
		const idle, waits, guest = 4, 5, 9 // the latter is in another column too
		n, err := strconv.ParseInt(field, 10, 64)
		if i == 0 || i == idle || i == waits || i >= guest || err != nil {
			continue
		}
		busy += time.Duration(n) * tick
	}
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return 0, err
	}
	return busy - cpu - time.Duration(own.Utime.Nano()+own.Stime.Nano()), nil
}
