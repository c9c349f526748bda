package room

import (
	"errors"
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

// TestSteadySlowReader: one that always takes a little, but less than is said, holds
// up the others for a moment only. It goes on from the store, or is sent away.
func TestSteadySlowReader(t *testing.T) {
	for name, kick := range map[string]bool{"catches up": false, "is kicked": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, Options{Kick: kick}, nil)
				defer s.end()
				slow, sender, reader := s.person("slow", true), s.person("sender", true), s.person("reader", true)
				for _, p := range []*person{slow, sender, reader} {
					s.join(p, "#a")
				}
				slow.sock.setStuck(true)
				ended := make(chan struct{})
				over := make(chan struct{})
				go func() { // ends with over
					defer close(ended)
					for {
						select {
						case <-over:
							return
						case <-time.After(100 * time.Millisecond):
							slow.sock.grow(chunk)
						}
					}
				}()
				const messages = 20_000
				began := time.Now()
				for i := range messages {
					s.say(sender, "#a", fmt.Sprint(i, strings.Repeat("x", 300)))
					if i%100 == 0 {
						synctest.Wait() // on a busy machine the workers may be far behind too
					}
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("the others took %v for %d messages", took, messages)
				}
				if n := s.hub.Stats(); n.Slowed != 1 || n.Held == 0 {
					t.Errorf("stats %+v, want one that is slow", n)
				}
				close(over)
				<-ended
				slow.sock.setStuck(false)
				synctest.Wait()
				if kick != errors.Is(slow.Err(), ErrSlow) {
					t.Errorf("the slow one's end: %v", slow.Err())
				}
				if got := len(said(slow.sock.lines())); !kick && got < 10_000 { // as many as the store has
					t.Errorf("the slow one got %d messages", got)
				}
				if got := len(said(reader.sock.lines())); got != messages {
					t.Errorf("the other reader got %d messages", got)
				}
			})
		})
	}
}
