//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"baton/internal/tool/chat/web/wire"
	"github.com/gobwas/ws"
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
	args = append([]string{"chat", "serve", "--listen", "127.0.0.1:0", "--flood", "off", "--flood-addr", "off", "--flood-room", "off"}, args...)
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
	late := time.After(patience)
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
	in   *bufio.Reader
}

func dialWeb(ctx context.Context, address string) (*webClient, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(patience))
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Origin": {"http://" + address}}}
	in, _, err := dialer.Upgrade(conn, &url.URL{Scheme: "ws", Host: address, Path: "/ws"})
	if err != nil {
		conn.Close()
		return nil, err
	}
	if in == nil {
		in = bufio.NewReader(conn)
	}
	return &webClient{conn: conn, in: in}, nil
}

func (w *webClient) send(list ...wire.Request) error {
	var out []byte
	for _, req := range list {
		b, err := json.Marshal(req)
		if err != nil {
			return err
		}
		frame, err := ws.CompileFrame(ws.MaskFrame(ws.NewTextFrame(b)))
		if err != nil {
			return err
		}
		out = append(out, frame...)
	}
	_, err := w.conn.Write(out)
	return err
}

// next returns the next event.
func (w *webClient) next() (*wire.Event, error) {
	for {
		w.conn.SetReadDeadline(time.Now().Add(patience))
		h, err := ws.ReadHeader(w.in)
		if err != nil {
			return nil, err
		}
		payload := make([]byte, h.Length)
		if _, err := io.ReadFull(w.in, payload); err != nil {
			return nil, err
		}
		switch h.OpCode {
		case ws.OpClose:
			return nil, io.EOF
		case ws.OpText:
			e := new(wire.Event)
			if err := json.Unmarshal(payload, e); err != nil {
				return nil, fmt.Errorf("%q: %w", payload, err)
			}
			return e, nil
		}
	}
}
