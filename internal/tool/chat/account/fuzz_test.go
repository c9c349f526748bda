package account

import (
	"context"
	"strings"
	"testing"

	"baton/internal/tool/chat/store"
)

// No messages log anybody in without the password, nor make a step panic.
func FuzzExchange(f *testing.F) {
	f.Add(Plain, "\x00alice\x00x", "", "")
	f.Add(ScramSHA256, "n,,n=alice,r=abc", "c=biws,r=abc,p=AAAA", "")
	f.Add(ScramSHA256, "y,a=alice,n=alice,r=abc,x=y", "c=eSxhPWFsaWNlLA==,r=abc,p=", "")
	f.Add(ScramSHA256, "p=tls-unique,,n=alice,r=abc", "c=,r=,p=", "")
	s := store.Memory(1)
	a := New(s, cheap)
	if _, err := a.Register(context.Background(), "alice", password); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, mechanism, first, second, third string) {
		e, ok := a.Start(mechanism)
		if !ok {
			return
		}
		messages := []string{first, second, third}
		for i := range messages {
			reply, done, err := e.Step(t.Context(), messages[i])
			if (done || e.Account().Key != "") && !strings.HasSuffix(first, password) {
				t.Fatalf("logged in with %q, %q, %q", first, second, third)
			}
			if err == nil && !done && i == 0 && strings.Count(reply, ",") != 2 {
				t.Fatalf("%q is answered with %q", first, reply)
			}
			// The nonce is random: put the right one in.
			if r, _, ok := strings.Cut(reply, ","); ok {
				messages[1] = strings.Replace(second, "r=abc", r, 1)
			}
		}
	})
}
