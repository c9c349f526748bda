package room

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"baton/internal/tool/chat/store"
)

// TestInvitations: nothing stays of an invitation that was used, or whose room is gone.
func TestInvitations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{}, nil)
		defer s.end()
		host, guest := s.person("host", true), s.person("guest", true)
		invite := func(room string) {
			s.do(host, func(tx *Tx) error { return tx.Invite(host.Client, room, "guest") })
		}
		invited := func(want int) {
			t.Helper()
			s.do(host, func(*Tx) error {
				if n := len(guest.invitedTo); n != want {
					t.Errorf("%d invitations, want %d", n, want)
				}
				return nil
			})
		}
		s.join(host, "#a", "#b")
		for range 100 {
			invite("#a")
		}
		invite("#b")
		invited(2)
		s.join(guest, "#a")
		invited(1)
		s.do(host, func(tx *Tx) error { return tx.Part(host.Client, "#b", "") })
		invited(0)
	})
}

// unreadable is a store whose accounts can't be read at times.
type unreadable struct {
	store.Store
	broken bool
}

func (u *unreadable) Reserved(ctx context.Context, skeleton string) (string, error) {
	if u.broken {
		return "", errors.New("disk broken")
	}
	return u.Store.Reserved(ctx, skeleton)
}

// TestRename: who has a name that somebody else's account owns goes by another one,
// or keeps it when it can't be found out which are free.
func TestRename(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &unreadable{Store: store.Memory(10)}
		s := start(t, Options{}, st)
		defer s.end()
		owner, squatter := s.person("owner", true), s.person("precious", true)
		for _, st.broken = range []bool{true, false} {
			s.do(owner, func(tx *Tx) error {
				tx.Login(owner.Client, "precious")
				return nil
			})
			if kept := squatter.Identity().Nick == "precious"; kept != st.broken {
				t.Errorf("the store is broken: %v; the name is now %s", st.broken, squatter.Identity().Nick)
			}
		}
	})
}
