package main

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// serve sends lines to one client.
func serve(t *testing.T, lines ...string) (addr string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for _, line := range lines {
			fmt.Fprintln(conn, line)
		}
	}()
	return ln.Addr().String()
}

func TestRun(t *testing.T) {
	var out strings.Builder
	err := run(t.Context(), &out, []string{"London=" + serve(t, "12:00:00", "12:00:01"), "Tokyo=" + serve(t, "21:00:00")})
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	slices.Sort(got)
	if diff := cmp.Diff([]string{"London 12:00:00", "London 12:00:01", "Tokyo 21:00:00"}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if err := run(t.Context(), &out, []string{"London"}); err == nil {
		t.Error("no error without an address")
	}
	conn, err := net.Dial("tcp", serve(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A client's own port is taken, and nobody listens there.
	if err := run(t.Context(), &out, []string{"Nowhere=" + conn.LocalAddr().String()}); err == nil || !strings.HasPrefix(err.Error(), "Nowhere: ") {
		t.Errorf("nobody there: %v", err)
	}
}
