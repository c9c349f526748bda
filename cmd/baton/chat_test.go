//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

// A chatServer is a running baton chat serve.
type chatServer struct {
	cmd    *exec.Cmd
	stderr *watched
	ended  chan struct{} // closed after its end
}

// startChat starts a server, whose port is of its choice. It is killed at the end of
// the test, unless it has ended by then.
func startChat(t *testing.T, args ...string) *chatServer {
	t.Helper()
	args = append([]string{
		"chat", "serve", "--listen", "127.0.0.1:0", "--flood", "off", "--flood-addr", "off", "--flood-room", "off",
		"--greet", "1h", // a client may have to wait long for its turn to speak
	}, args...)
	s := &chatServer{cmd: exec.Command("baton", args...), stderr: newWatched(), ended: make(chan struct{})}
	s.cmd.Stderr = s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends with the process
		defer close(s.ended)
		_ = s.cmd.Wait() // how it ends is for those who end it
	}()
	t.Cleanup(s.kill)
	return s
}

// address waits until the server listens, and returns where.
func (s *chatServer) address(t *testing.T) string {
	t.Helper()
	return "127.0.0.1:" + awaitText(t, s.stderr, s.ended, listening)
}

// kill ends the server with SIGKILL, and waits for that.
func (s *chatServer) kill() {
	_ = s.cmd.Process.Kill() // an error is that it has ended already
	<-s.ended
}

// awaitText waits until something is written that matches, and returns what the
// pattern's group has.
func awaitText(t *testing.T, w *watched, ended <-chan struct{}, pattern *regexp.Regexp) string {
	t.Helper()
	late := time.After(patience())
	for {
		text, more := w.read()
		if m := pattern.FindStringSubmatch(text); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-more:
		case <-ended:
			if text, _ := w.read(); !pattern.MatchString(text) {
				t.Fatalf("it ended without %q:\n%s", pattern, text)
			}
		case <-late:
			t.Fatalf("no %q in\n%s", pattern, text)
		}
	}
}

// A webClient speaks the protocol of the web page. It is for one goroutine.
type webClient struct {
	conn net.Conn
	in   wsframe.Reader
}

func dialWeb(ctx context.Context, address string) (*webClient, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(patience()))
	in, err := wsframe.Dial(conn, address, "/ws", "http://"+address)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &webClient{conn: conn, in: wsframe.Reader{In: in, From: wsframe.Server, Limit: 1 << 24}}, nil
}

func (w *webClient) send(list ...wire.Request) error {
	var out []byte
	for _, req := range list {
		b, err := json.Marshal(req)
		if err != nil {
			return err
		}
		out = wsframe.AppendMasked(out, wsframe.Text, b, [4]byte{1, 2, 3, 4})
	}
	w.conn.SetWriteDeadline(time.Now().Add(patience()))
	_, err := w.conn.Write(out)
	return err
}

// next returns the next event. It says that it is still there when it is asked.
func (w *webClient) next() (*wire.Event, error) {
	for {
		w.conn.SetReadDeadline(time.Now().Add(patience()))
		op, payload, err := w.in.Next()
		if err != nil {
			return nil, err
		}
		switch op {
		case wsframe.Close:
			return nil, io.EOF
		case wsframe.Ping:
			w.conn.SetWriteDeadline(time.Now().Add(patience()))
			if _, err := w.conn.Write(wsframe.AppendMasked(nil, wsframe.Pong, payload, [4]byte{1, 2, 3, 4})); err != nil {
				return nil, err
			}
		case wsframe.Text:
			e := new(wire.Event)
			if err := json.Unmarshal(payload, e); err != nil {
				return nil, fmt.Errorf("%q: %w", payload, err)
			}
			return e, nil
		}
	}
}
