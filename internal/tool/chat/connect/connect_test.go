package connect

import (
	"context"
	"net"
	"strings"
	"testing"

	"baton/internal/tool/chat"
	"baton/internal/tool/chat/store"
	"baton/internal/ui"
	"go.uber.org/goleak"
)

// serve starts a chat, and returns its address and what ends it.
func serve(t *testing.T, st store.Store, addr string) (string, func()) {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- chat.Run(ctx, ln, chat.Options{Store: st, Name: "test"}) }() // ends with ctx
	stop := func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		done <- nil
	}
	t.Cleanup(stop)
	return ln.Addr().String(), stop
}

// TestFilter: lines from a pipe are said and confirmed before the client ends.
func TestFilter(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	st := store.Memory(100)
	addr, stop := serve(t, st, "127.0.0.1:0")
	s, out, errOut := ui.Test(ui.Terminal{Stdin: strings.NewReader("one\n\n/me waves\n\x1b[31mtwo")})
	if err := Run(t.Context(), Options{Address: addr, Nick: "piper"}, s); err != nil {
		t.Fatalf("%v\n%s", err, errOut)
	}
	list, err := st.Messages(t.Context(), "#lobby", store.Range{})
	if err != nil || len(list) != 3 {
		t.Fatalf("%d messages, %v", len(list), err)
	}
	if got := out.String(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "\t#lobby\taction\tpiper\twaves\n") || strings.Contains(got, "\x1b") {
		t.Errorf("printed:\n%s", got)
	}
	stop()
}

func TestNobodyThere(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	addr, stop := serve(t, store.Memory(100), "127.0.0.1:0")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s, _, _ := ui.Test(ui.Terminal{})
	// A client's own port is taken, and nobody listens there.
	if err := Run(t.Context(), Options{Address: conn.LocalAddr().String(), Nick: "x"}, s); err == nil {
		t.Error("no error")
	}
	conn.Close()
	stop()
}

func TestBadName(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	addr, stop := serve(t, store.Memory(100), "127.0.0.1:0")
	s, _, _ := ui.Test(ui.Terminal{})
	if err := Run(t.Context(), Options{Address: addr, Nick: "a b"}, s); err == nil || !strings.Contains(err.Error(), "name") {
		t.Errorf("error %v", err)
	}
	stop()
}
