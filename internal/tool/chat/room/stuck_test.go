package room

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestStuckCostsNobody: the others get each message when it is said while one reads
// nothing, also where its system takes a little more every now and then.
func TestStuckCostsNobody(t *testing.T) {
	for _, tt := range []struct {
		name  string
		every int // so many messages the stuck one's system takes more
	}{{"at all", 0}, {"a little each second", 500}, {"a little at times", 150}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, Options{}, nil)
				defer s.end()
				stuck, sender, reader := s.person("stuck", true), s.person("sender", true), s.person("reader", true)
				for _, p := range []*person{stuck, sender, reader} {
					s.join(p, "#a")
				}
				stuck.sock.setStuck(true)
				for i := range 5000 {
					said := time.Now()
					s.say(sender, "#a", fmt.Sprint(i, strings.Repeat("x", 300)))
					synctest.Wait()
					if got := bare(reader.sock.lines()); !strings.Contains(got[len(got)-1], fmt.Sprintf(" %dx", i)) {
						t.Fatalf("message %d has not come", i)
					}
					if late := time.Since(said); late > 0 {
						t.Fatalf("message %d comes %v late", i, late)
					}
					reader.sock.forget()
					if tt.every > 0 && i%tt.every == tt.every-1 {
						stuck.sock.grow(chunk)
					}
					time.Sleep(2 * time.Millisecond)
				}
				if n := s.hub.Stats(); n.Slow != 1 || n.Held != 0 {
					t.Errorf("stats %+v, want one that is slow and nobody held up", n)
				}
			})
		})
	}
}
