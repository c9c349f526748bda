//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server starts baton nc with flags at a free port of the loopback address.
func server(t *testing.T, flags string) (e *end, port string) {
	t.Helper()
	return startListener(t, "baton nc -l 127.0.0.1 PORT "+flags)
}

// nc runs baton nc with an input and returns what it printed and its exit code.
func nc(t *testing.T, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	cmd := exec.Command("baton", append([]string{"nc"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience(), func() { cmd.Process.Kill() }) // only if the test fails
	defer timer.Stop()
	err := cmd.Wait()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func (e *end) stop(code int) {
	e.t.Helper()
	e.cmd.Process.Signal(syscall.SIGTERM)
	e.ends(code)
}

func (e *end) ends(code int) {
	e.t.Helper()
	go io.Copy(io.Discard, e.stdout) // ends with the process
	e.cmd.Wait()
	if got := e.cmd.ProcessState.ExitCode(); got != code {
		text, _ := e.stderr.read()
		e.t.Errorf("%s: exit code %d, want %d\n%s", e.cmd, got, code, text)
	}
}

// A command gets the connection's streams, may answer after the end of its input, and
// the answer comes in full, also when it has read nothing of what was sent.
func TestNcCommand(t *testing.T) {
	big := strings.Repeat("some text that is long enough\n", 50_000)
	sum := sha256.Sum256([]byte(big))
	tests := []struct {
		name, flags, shell, input, want string
		code                            int
	}{
		{"answer after the end", "", "sleep 0.2; wc -c", big, fmt.Sprint(len(big)), 0},
		{"echo", "", "cat", big, big, 0},
		{"sum", "", "sha256sum | cut -c1-64", big, hex.EncodeToString(sum[:]) + "\n", 0},
		{"reads nothing", "", "echo done", big, "done\n", 0},
		{"reads nothing, through pipes", "--sha256", "echo done", big, "done\n", 0},
		{"echo through pipes", "-i 60", "cat", big, big, 0},
		{"closes its input", "-i 60", "exec <&-; sleep 0.2; echo done", big, "done\n", 0},
		{"leaves somebody behind", "-i 60", "sleep 20 2>/dev/null & echo done", "", "done\n", 0},
		{"fails", "", "cat; exit 7", "x", "x", 7},
		{"environment", "", "echo $NCAT_REMOTE_ADDR $NCAT_PROTO", "", "127.0.0.1 tcp\n", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "command")
			if err := os.WriteFile(script, []byte("#!/bin/sh\n"+tt.shell+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			s, port := server(t, tt.flags+" -e "+script)
			out, _, code := nc(t, tt.input, "127.0.0.1", port)
			if strings.TrimSpace(out) != strings.TrimSpace(tt.want) {
				t.Errorf("got %d bytes: %.100q, want %.100q", len(out), out, tt.want)
			}
			// Who sends what isn't read is told, unless it was all on its way already.
			if code != 0 && code != 11 {
				t.Errorf("the client's exit code is %d", code)
			}
			s.ends(tt.code)
		})
	}
}

// The exit codes tell failures apart.
func TestNcExitCodes(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	resets, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer resets.Close()
	go func() { // ends when the listener is closed
		for {
			conn, err := resets.Accept()
			if err != nil {
				return
			}
			io.ReadFull(conn, make([]byte, 1))
			conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}
	}()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	go func() { // ends when the listener is closed
		for {
			conn, err := plain.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, "220 no TLS here\r\n")
			io.Copy(io.Discard, conn) // closed with something unread, it would be reset
			conn.Close()
		}
	}()
	port := func(ln net.Listener) string { _, p, _ := net.SplitHostPort(ln.Addr().String()); return p }
	closed := hold(t).number
	tests := []struct {
		args string
		code int
		want string
	}{
		{"127.0.0.1 " + closed, 10, "connect to 127.0.0.1:" + closed + ": connection refused"},
		{"-z 127.0.0.1 " + closed, 10, "connection refused"},
		{"-u -q -1 127.0.0.1 " + holdUDP(t), 10, "connection refused"},
		{"127.0.0.1 " + port(resets), 11, "connection"}, // reset by peer, or closed before all was sent
		{"--tls -w 0.2 127.0.0.1 " + port(silent), 124, "no connection within 200ms"},
		{"-i 0.2 127.0.0.1 " + port(silent), 124, "nothing came or went for 200ms"},
		{"-w 0.2 -l 127.0.0.1 0", 124, "nobody connected within 200ms"},
		{"no..name 80", 13, "name not found"}, // which asks no name server
		{"-n localhost 80", 13, "not looked up"},
		{"--tls 127.0.0.1 " + port(plain), 12, "TLS handshake"},
		{"-U /nonexistent/socket", 1, "no such file"},
		{"127.0.0.1 70000", 2, "invalid port"},
		{"127.0.0.1", 2, "no port"},
		{"", 2, "no host and port"},
		{"-lk -z 127.0.0.1 80", 2, "-z only tries"},
		{"-k 127.0.0.1 80", 2, "-k is for -l"},
		{"--pin nonsense 127.0.0.1 80", 1, "invalid fingerprint"},
		{"-4 -6 localhost 80", 2, "exclude each other"},
		{"--allow nonsense -l 80", 2, "invalid network"},
		{"--rate none 127.0.0.1 80", 2, "want a number of bytes"},
		{"-w soon 127.0.0.1 80", 2, "want a number of seconds"},
		{"-X 6 -x localhost 127.0.0.1 80", 2, "want 4, 5 or connect"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			out, errs, code := nc(t, "x", strings.Fields(tt.args)...)
			if code != tt.code || !strings.Contains(errs, tt.want) || out != "" {
				t.Errorf("exit code %d, want %d; printed %q and %q, want %q", code, tt.code, out, errs, tt.want)
			}
		})
	}
}

// TestNcTLS knows a server by the fingerprint that it printed, and no other.
func TestNcTLS(t *testing.T) {
	s, port := server(t, "--tls -k -c cat --alpn one,two")
	text, _ := s.stderr.read()
	_, pin, _ := strings.Cut(text, "certificate ")
	pin, _, _ = strings.Cut(pin, "\n")
	out, errs, code := nc(t, "hello", "-v", "--pin", pin, "--alpn", "two", "127.0.0.1", port)
	if out != "hello" || code != 0 || !strings.Contains(errs, "alpn=two") {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	other := "sha256:" + strings.Repeat("00", 32)
	for _, args := range [][]string{{"--pin", other}, {"--tls"}} {
		out, errs, code := nc(t, "hello", append(args, "127.0.0.1", port)...)
		if out != "" || code != 12 || !strings.Contains(errs, "--pin") {
			t.Errorf("%v: code %d, %q, %q", args, code, out, errs)
		}
	}
	s.stop(143)
}

// TestNcClients has a client that dies, one that is stuck and one that never says
// anything, beside clients that are served all the same.
func TestNcClients(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	content := strings.Repeat("0123456789", 1<<20)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{"file": "<", "pipe": "cat "} {
		t.Run(name, func(t *testing.T) {
			line := "exec baton nc -lkv 127.0.0.1 0 <" + file
			if source != "<" {
				line = "{ head -1; cat " + file + "; } | { exec baton nc -lkv 127.0.0.1 0; }"
			}
			cmd := exec.Command("sh", "-c", line)
			stderr := newWatched()
			cmd.Stderr = stderr
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() {
				syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
				cmd.Wait()
			}()
			server := &end{t: t, cmd: cmd, stderr: stderr}
			port := server.await(listening.String())[1]

			dial := func() *net.TCPConn {
				conn, err := net.Dial("tcp", "127.0.0.1:"+port)
				if err != nil {
					t.Fatal(err)
				}
				return conn.(*net.TCPConn)
			}
			stuck, dying := dial(), dial()
			defer stuck.Close()
			results := make(chan string, 3)
			for range cap(results) {
				conn := dial()
				go func() { // ends with the server
					conn.CloseWrite()
					b, err := io.ReadAll(conn)
					conn.Close()
					if got := strings.TrimPrefix(string(b), "go\n"); got != content {
						results <- fmt.Sprintf("a client got %d bytes, %v", len(b), err)
						return
					}
					results <- ""
				}()
			}
			// Who is accepted after a line of the pipe was read doesn't get that line.
			server.await("(?s)" + strings.Repeat("accepted.*", 2+cap(results)))
			dying.SetLinger(0)
			dying.Close()
			io.WriteString(stdin, "go\n")
			stdin.Close()
			for range cap(results) {
				if problem := <-results; problem != "" {
					t.Error(problem)
				}
			}
		})
	}
}

// TestNcUDP serves several peers, and ends after the answer.
func TestNcUDP(t *testing.T) {
	s, port := startListener(t, "baton nc -lu 127.0.0.1 PORT -c cat")
	for _, text := range []string{"one", "two"} {
		c := startEnd(t, "baton nc -u 127.0.0.1 "+port)
		c.send(text)
		c.expect(text) // before the input's end, after which it waits only a second
		c.stdin.Close()
		c.finish()
	}
	s.stop(143)
}

// TestNcAccess keeps out who is not allowed in.
func TestNcAccess(t *testing.T) {
	s, port := server(t, "--deny 127.0.0.0/8 -k -c cat")
	if out, _, _ := nc(t, "x", "127.0.0.1", port); out != "" {
		t.Errorf("got %q", out)
	}
	s.await("not allowed")
	s.stop(143)
	s, port = server(t, "--allow 192.0.2.0/24,127.0.0.1 -k -c cat")
	if out, _, code := nc(t, "x", "127.0.0.1", port); out != "x" || code != 0 {
		t.Errorf("got %q, code %d", out, code)
	}
	s.stop(143)
}

// TestNcProxyProtocol tells a server for whom it connects.
func TestNcProxyProtocol(t *testing.T) {
	for _, version := range []string{"1", "2"} {
		for _, tls := range []string{"", "--tls"} {
			script := filepath.Join(t.TempDir(), "command")
			os.WriteFile(script, []byte("#!/bin/sh\necho $NCAT_REMOTE_PORT\n"), 0o755)
			s, port := server(t, "--proxy-protocol "+tls+" -e "+script)
			var source, out, errs string
			var code int
			for range 10 { // somebody else may take the free port
				source = freePort(t)
				args := []string{"--proxy-protocol=" + version, "-p", source, "127.0.0.1", port}
				if tls != "" {
					args = append(args, "--insecure")
				}
				if out, errs, code = nc(t, "", args...); !strings.Contains(errs, "address already in use") {
					break
				}
			}
			if out != source+"\n" || code != 0 {
				t.Errorf("version %s %s: code %d, %q, %q", version, tls, code, out, errs)
			}
			s.ends(0)
		}
	}
	s, port := server(t, "--proxy-protocol -k -c cat")
	if out, _, _ := nc(t, "GET / HTTP/1.0\r\n\r\n", "127.0.0.1", port); out != "" {
		t.Errorf("without a header: got %q", out)
	}
	s.stop(143)
}

// TestNcTaps sums up and dumps what goes through.
func TestNcTaps(t *testing.T) {
	dump := filepath.Join(t.TempDir(), "dump")
	s, port := server(t, "-c cat")
	out, errs, code := nc(t, "hello", "--sha256", "--hex-dump", dump, "--rate", "1M", "127.0.0.1", port)
	sum := sha256.Sum256([]byte("hello"))
	want := hex.EncodeToString(sum[:])
	if out != "hello" || code != 0 || strings.Count(errs, want) != 2 {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	s.ends(0)
	b, err := os.ReadFile(dump)
	if err != nil || strings.Count(string(b), "68 65 6c 6c 6f") != 2 || !strings.Contains(string(b), " > 127.0.0.1:"+port) {
		t.Errorf("dump %q, %v", b, err)
	}
}

// TestNcRetry connects to a server that comes late, and logs as JSON.
func TestNcRetry(t *testing.T) {
	port := hold(t)
	client := startEnd(t, "baton nc --retry 100 --log json 127.0.0.1 "+port.number)
	client.await("trying again")
	ln, err := port.listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client.send("x")
	client.stdin.Close()
	if got, err := io.ReadAll(conn); string(got) != "x" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	conn.Close()
	client.finish()
	text, _ := client.stderr.read()
	events := map[string]map[string]any{}
	for line := range strings.Lines(text) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		events[e["msg"].(string)] = e
	}
	if events["connected"] == nil || events["closed"]["sent"] != 1.0 {
		t.Errorf("log %s", text)
	}
}

// TestNcScan finds the open ones of a range.
func TestNcScan(t *testing.T) {
	s, port := server(t, "-k -c cat")
	out, errs, code := nc(t, "", "-z", "127.0.0.1", "1-3,"+port)
	if code != 0 || strings.TrimSpace(out) != port+"\topen" {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	out, _, code = nc(t, "", "-z", "--json", "localhost", port)
	var p map[string]any
	if err := json.Unmarshal([]byte(out), &p); err != nil || code != 0 || p["state"] != "open" || p["address"] != "127.0.0.1:"+port {
		t.Errorf("code %d, %q, %v", code, out, err)
	}
	s.stop(143)
}

// TestNcChat has two who talk, without the means to fool each other's terminals.
func TestNcChat(t *testing.T) {
	s, port := server(t, "--chat")
	a := startEnd(t, "baton nc 127.0.0.1 "+port)
	a.expect("<announce> you are <user1>\n")
	b := startEnd(t, "baton nc 127.0.0.1 "+port)
	b.expect("<announce> you are <user2>; already connected: <user1>\n")
	a.send("hello\x1b[2J\r\n<user9> not me\n")
	b.expect(`<user1> hello\x1b[2J` + "\n<user1> <user9> not me\n")
	b.stdin.Close()
	a.stdin.Close()
	a.ends(0)
	b.ends(0)
	s.stop(143)
}

// TestNcBroker passes bytes on as they are, to all but their sender.
func TestNcBroker(t *testing.T) {
	s, port := server(t, "-v --broker")
	a, b := startEnd(t, "baton nc 127.0.0.1 "+port), startEnd(t, "baton nc 127.0.0.1 "+port)
	s.await("(?s)accepted.*accepted") // what is sent before doesn't reach the other one
	a.send("from a\x00")
	b.expect("from a\x00")
	b.send("from b")
	a.expect("from b")
	a.stdin.Close()
	b.stdin.Close()
	a.ends(0)
	b.ends(0)
	s.stop(143)
}

// TestNcProxy goes through ncat's proxy, which takes the end of one direction for that
// of both.
func TestNcProxy(t *testing.T) {
	need(t, "ncat")
	s, port := server(t, "-k -e echo")
	p, at := startListener(t, "ncat -v -l --proxy-type http 127.0.0.1 PORT -k")
	through := []string{"--no-shutdown", "-X", "connect", "-x", "127.0.0.1:" + at, "127.0.0.1"}
	if out, errs, code := nc(t, "", append(through, port)...); out != "\n" || code != 0 {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	if _, errs, code := nc(t, "", append(through, "1")...); code == 0 || !strings.Contains(errs, "the proxy says") {
		t.Errorf("closed port: code %d, %q", code, errs)
	}
	p.cmd.Process.Kill()
	s.stop(143)
}

// TestNcQuit ends in the ways that other netcats have, with a server that never does.
func TestNcQuit(t *testing.T) {
	s, port := server(t, "-k -d")
	for _, args := range []string{"-q 0", "-q 0.1", "--send-only"} {
		if _, errs, code := nc(t, "x", append(strings.Fields(args), "127.0.0.1", port)...); code != 0 {
			t.Errorf("%s: code %d, %q", args, code, errs)
		}
	}
	s.expect("xxx")
	s.stop(143)
}
