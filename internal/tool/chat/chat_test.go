package chat

import (
	"context"
	"net"
	"testing"

	"baton/internal/tool/chat/store"
	"go.uber.org/goleak"
)

// TestEndedBefore: a server whose context ends while it opens its rooms has served
// nobody, and that is no failure.
func TestEndedBefore(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name string
		open func() (store.Store, error)
	}{
		{"memory", func() (store.Store, error) { return store.Memory(1), nil }},
		{"disk", func() (store.Store, error) { return store.Open(t.Context(), t.TempDir()) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			st, err := tc.open()
			if err != nil {
				t.Fatal(err)
			}
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if err := Run(ctx, ln, Options{Store: st}); err != nil {
				t.Error(err)
			}
			if err := ln.Close(); err == nil {
				t.Error("the listener is open")
			}
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
