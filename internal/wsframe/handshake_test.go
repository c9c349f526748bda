package wsframe

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// request is one for a WebSocket, the example of RFC 6455.
const request = "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

func TestAccept(t *testing.T) {
	for name, tt := range map[string]struct{ old, change, want string }{
		"right":          {"", "", "101 Switching Protocols"},
		"upper case":     {"websocket\r", "WebSocket\r", "101 Switching Protocols"},
		"not GET":        {"GET", "POST", "400 Bad Request"},
		"version":        {"Version: 13", "Version: 8", "426 Upgrade Required"},
		"no version":     {"Sec-WebSocket-Version: 13\r\n", "", "426 Upgrade Required"},
		"no key":         {"Sec-WebSocket-Key", "X", "400 Bad Request"},
		"short key":      {"dGhlIHNhbXBsZSBub25jZQ==", "dGhlIA==", "400 Bad Request"},
		"other upgrade":  {"websocket\r", "h2c\r", "400 Bad Request"},
		"no connection":  {", Upgrade", "", "400 Bad Request"},
		"part of a word": {", Upgrade", ", Upgraded", "400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Replace(request, tt.old, tt.change, 1))))
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err = Accept(&out, req)
			var wrong *Error
			if ok := strings.HasPrefix(tt.want, "101"); ok != (err == nil) || !ok && !errors.As(err, &wrong) {
				t.Errorf("error %v", err)
			}
			if !strings.HasPrefix(out.String(), "HTTP/1.1 "+tt.want+"\r\n") {
				t.Errorf("answer %q, want %s", out.String(), tt.want)
			}
			if name == "right" && !strings.Contains(out.String(), "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") {
				t.Errorf("answer %q", out.String())
			}
			if name == "version" && !strings.Contains(out.String(), "\r\nSec-WebSocket-Version: 13\r\n") {
				t.Errorf("answer %q", out.String())
			}
		})
	}
}

// TestDial: a client takes the answer of Accept, what comes right behind it, and
// nothing that is no such answer.
func TestDial(t *testing.T) {
	accept := func(conn net.Conn, req *http.Request) {
		_ = Accept(conn, req) // the client tells
		_, _ = conn.Write(Append(nil, Text, []byte("first")))
	}
	answer := func(text string) func(net.Conn, *http.Request) {
		return func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, text) }
	}
	const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	for name, tt := range map[string]struct {
		serve func(net.Conn, *http.Request)
		ok    bool
	}{
		"right":       {accept, true},
		"a page":      {answer("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<html>"), false},
		"no HTTP":     {answer("220 mail.example.com ESMTP\r\n"), false},
		"wrong proof": {answer(head + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"), false},
		"no proof":    {answer(head + "\r\n"), false},
		"extension": {func(conn net.Conn, req *http.Request) {
			proof := proofOf(req.Header.Get("Sec-WebSocket-Key"))
			_, _ = io.WriteString(conn, head+"Sec-WebSocket-Extensions: x\r\nSec-WebSocket-Accept: "+proof+"\r\n\r\n")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := net.Pipe()
			done := make(chan struct{})
			go func() { // ends with the pipe
				defer close(done)
				defer server.Close()
				if req, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
					tt.serve(server, req)
				}
			}()
			in, err := Dial(client, "server.example.com", "/chat", "http://server.example.com")
			if (err == nil) != tt.ok {
				t.Errorf("error %v", err)
			}
			if err == nil {
				r := &Reader{In: in, From: Server, Limit: limit}
				if op, payload, err := r.Next(); op != Text || string(payload) != "first" {
					t.Errorf("op %d, %q, %v", op, payload, err)
				}
			}
			client.Close()
			<-done
		})
	}
}
