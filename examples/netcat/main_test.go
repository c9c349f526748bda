package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server serves one connection and returns the address.
func server(t *testing.T, serve func(*net.TCPConn)) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		serve(conn.(*net.TCPConn))
	}()
	t.Cleanup(func() {
		ln.Close()
		<-ended
	})
	return ln.Addr().String()
}

// TestHalfClose has a server that answers when the input has ended.
func TestHalfClose(t *testing.T) {
	address := server(t, func(c *net.TCPConn) {
		all, _ := io.ReadAll(c)
		c.Write(bytes.ToUpper(all))
	})
	var out strings.Builder
	in := strings.Repeat("hello\n", 100_000)
	if err := run(t.Context(), []string{address}, io.NopCloser(strings.NewReader(in)), &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != strings.ToUpper(in) {
		t.Errorf("%d bytes came back, want %d", out.Len(), len(in))
	}
}

// TestServerHangsUp has a server that ends while nobody types, or while input that
// it doesn't read is on its way.
func TestServerHangsUp(t *testing.T) {
	idle, _ := io.Pipe()
	for name, stdin := range map[string]io.ReadCloser{"idle": idle, "busy": io.NopCloser(endless{})} {
		t.Run(name, func(t *testing.T) {
			address := server(t, func(c *net.TCPConn) {
				io.WriteString(c, "bye\n")
				c.CloseWrite()
				if name == "busy" {
					io.CopyN(io.Discard, c, 1<<20)
				}
			})
			var out strings.Builder
			if err := run(t.Context(), []string{address}, stdin, &out); err != nil {
				t.Error(err)
			}
			if out.String() != "bye\n" {
				t.Errorf("output is %q", out.String())
			}
		})
	}
}

// endless is input without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestInterrupt stops while the server says nothing and nobody types.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := server(t, func(c *net.TCPConn) {
		cancel()
		io.ReadAll(c)
	})
	stdin, _ := io.Pipe()
	if err := run(ctx, []string{address}, stdin, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("run returned %v", err)
	}
}

// TestOutputFails has nobody to read what the server says without end.
func TestOutputFails(t *testing.T) {
	address := server(t, func(c *net.TCPConn) { io.Copy(c, endless{}) })
	stdin, _ := io.Pipe()
	full := errors.New("disk full")
	err := run(t.Context(), []string{address}, stdin, writerFunc(func([]byte) (int, error) { return 0, full }))
	if !errors.Is(err, full) {
		t.Errorf("run returned %v", err)
	}
}

func TestUsage(t *testing.T) {
	if err := run(t.Context(), nil, io.NopCloser(strings.NewReader("")), io.Discard); err == nil {
		t.Error("run returned nil")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
