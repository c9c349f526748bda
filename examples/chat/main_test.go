package main

import (
	"bufio"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"baton/fanout"
	"baton/monitor"
)

// A namedConn is an end of a pipe with an address.
type namedConn struct {
	net.Conn
	name string
}

func (c namedConn) RemoteAddr() net.Addr { return c }
func (c namedConn) Network() string      { return "pipe" }
func (c namedConn) String() string       { return c.name }

// TestRoom has two who talk, one who never reads, and one who says nothing.
func TestRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := room{fanout.New[string](fanout.Options{}), monitor.New(map[string]bool{}, monitor.Options[map[string]bool]{})}
		defer r.lines.Close()
		defer r.members.Close()
		join := func(name string) (net.Conn, *bufio.Scanner) {
			server, client := net.Pipe()
			go func() {
				defer server.Close()
				r.handle(t.Context(), namedConn{server, name})
			}()
			return client, bufio.NewScanner(client)
		}
		expect := func(lines *bufio.Scanner, want string) {
			t.Helper()
			if !lines.Scan() || lines.Text() != want {
				t.Fatalf("got %q, want %q", lines.Text(), want)
			}
		}
		alice, heard := join("alice")
		expect(heard, "You are alice. Here are: []")
		expect(heard, "alice has arrived")
		bob, bobHeard := join("bob")
		expect(bobHeard, "You are bob. Here are: [alice]")
		expect(bobHeard, "bob has arrived")
		expect(heard, "bob has arrived")
		stuck, stuckHeard := join("stuck")
		expect(stuckHeard, "You are stuck. Here are: [alice bob]") // and reads no more
		expect(heard, "stuck has arrived")
		begin := time.Now()
		for i := range 300 {
			fmt.Fprintf(bob, "line %d\n", i)
			expect(heard, fmt.Sprintf("bob: line %d", i))
			expect(bobHeard, []string{"stuck has arrived", fmt.Sprintf("bob: line %d", i-1)}[min(i, 1)])
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("the room stood still for %v", took)
		}
		go func() {
			for bobHeard.Scan() {
			}
		}()
		expect(heard, "stuck has left")
		bob.Close()
		expect(heard, "bob has left")
		last := time.Now()
		for heard.Scan() {
			if heard.Text() != "alice has left" { // which she may hear herself
				t.Errorf("who is silent heard %q", heard.Text())
			}
		}
		if silent := time.Since(last); silent > 5*time.Minute {
			t.Errorf("who is silent was there for %v", silent)
		}
		alice.Close()
		stuck.Close()
	})
}
