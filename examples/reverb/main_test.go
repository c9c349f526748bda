package main

import (
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A halfConn is a pipe that can be read on after the writer has closed its side.
type halfConn struct {
	net.Conn
	in io.Reader
}

func (c halfConn) Read(p []byte) (int, error) { return c.in.Read(p) }

func TestHandle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := net.Pipe()
		in, typed := io.Pipe()
		ended := make(chan error, 1)
		begin := time.Now()
		go func() {
			ended <- handle(t.Context(), halfConn{server, in}, time.Second)
			server.Close()
		}()
		go func() {
			fmt.Fprintln(typed, "Hello")
			time.Sleep(500 * time.Millisecond)
			fmt.Fprintln(typed, "Bye")
			typed.Close() // half a second later, with all echoes still to come
		}()
		heard, err := io.ReadAll(client)
		const want = "\tHELLO\n\tBYE\n\tHello\n\tBye\n\thello\n\tbye\n"
		if string(heard) != want || err != nil || time.Since(begin) != 2500*time.Millisecond {
			t.Errorf("heard %q, %v, after %v", heard, err, time.Since(begin))
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
