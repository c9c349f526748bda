package room

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// behind runs a test with one in a room who takes nothing, and returns what he has got
// of it when he takes it again.
func behind(t *testing.T, test func(s *server, host, slow *person, say func(n int))) []string {
	t.Helper()
	var got []string
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{Keep: 8}, nil)
		defer s.end()
		host, slow := s.person("host", true), s.person("slow", true)
		s.join(host, "#a")
		s.do(host, func(tx *Tx) error { return tx.Topic(host.Client, "#a", "first") })
		s.join(slow, "#a")
		synctest.Wait()
		slow.sock.setStuck(true)
		said := 0
		say := func(n int) {
			for range n {
				said++
				s.say(host, "#a", fmt.Sprint(said, strings.Repeat("x", 300)))
			}
		}
		say(100)
		time.Sleep(11 * time.Second)
		slow.sock.forget()
		test(s, host, slow, say)
		slow.sock.setStuck(false)
		synctest.Wait()
		got = bare(slow.sock.lines())
		if n := s.hub.Stats(); n.Gaps == 0 || n.Slow != 0 {
			t.Errorf("stats %+v, want a gap, and nobody that is slow", n)
		}
	})
	return got
}

// rulings are the lines of rulings, with the message before each.
func rulings(lines []string) []string {
	var list []string
	last := ""
	for _, l := range lines {
		words := strings.Fields(l)
		switch words[0] {
		case "k1":
			last = strings.TrimRight(words[3], "x")
		case "k9", "k10", "k11":
			list = append(list, last+": "+strings.Join(slices.Compact(words), " "))
		}
	}
	return list
}

func (s *server) topic(p *person, text string) {
	s.t.Helper()
	s.do(p, func(tx *Tx) error { return tx.Topic(p.Client, "#a", text) })
}

func (s *server) mode(p *person, changes ...Change) {
	s.t.Helper()
	s.do(p, func(tx *Tx) error {
		_, err := tx.Mode(p.Client, "#a", changes)
		return err
	})
}

// TestMissedRulings: who was behind gets the topics, modes and kicks that it has missed,
// in their places between what was said.
func TestMissedRulings(t *testing.T) {
	got := behind(t, func(s *server, host, slow *person, say func(int)) {
		guest := s.person("guest", true)
		s.join(guest, "#a")
		s.topic(host, "second")
		say(20)
		s.mode(host, Change{Add: true, Mode: 'm'}, Change{Add: true, Mode: 'v', Arg: "slow"})
		s.mode(host, Change{Mode: 'm'})
		say(100)
		s.do(host, func(tx *Tx) error { return tx.Kick(host.Client, "#a", "guest", "") })
		say(200)
		s.topic(host, "third")
		time.Sleep(2 * time.Minute)
		say(1)
		s.mode(host, Change{Add: true, Mode: 'k', Arg: "key"}) // which the log still has
	})
	want := []string{
		"100: k9 #a host second m0", "120: k10 #a host m0 +m +vslow", "120: k10 #a host m0 -m",
		"220: k11 #a host guest m0", "420: k9 #a host third m0", "421: k10 #a host m0 +kkey",
	}
	if d := cmp.Diff(want, rulings(got)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestForgottenRulings: who has missed more than is known any more is told how it is now.
func TestForgottenRulings(t *testing.T) {
	for name, test := range map[string]func(s *server, host, slow *person, say func(int)){
		"too many": func(s *server, host, slow *person, say func(int)) {
			for i := range maxRulings {
				s.topic(host, fmt.Sprint("topic", i))
			}
		},
		"too old": func(_ *server, _, slow *person, say func(int)) {
			say(50)
			for range trailFor/time.Minute + 1 {
				time.Sleep(time.Minute)
				slow.sock.grow(1) // or it would be given up
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := behind(t, func(s *server, host, slow *person, say func(int)) {
				s.mode(host, Change{Add: true, Mode: 'm'}, Change{Mode: 't'}, Change{Add: true, Mode: 'l', Arg: "7"})
				test(s, host, slow, say)
				s.topic(host, "last")
				say(50)
			})
			got = rulings(got)
			if n := len(got); n < 2 {
				t.Fatalf("told only %q", got)
			}
			now := []string{"k9 #a host last m0", "k10 #a m0 +m +n +l7 -i -s -t -k*"}
			for i, l := range got[len(got)-2:] {
				if _, l, _ = strings.Cut(l, ": "); l != now[i] {
					t.Errorf("told %q, want %q", l, now[i])
				}
			}
		})
	}
}

// TestKickedWhileBehind: who was removed from a room while he was behind is told so once,
// and nothing of what was ruled afterwards.
func TestKickedWhileBehind(t *testing.T) {
	got := behind(t, func(s *server, host, slow *person, say func(int)) {
		s.topic(host, "before")
		s.do(host, func(tx *Tx) error { return tx.Kick(host.Client, "#a", "slow", "") })
		s.topic(host, "afterwards")
		say(50)
	})
	want := []string{"100: k9 #a host before m0", "100: k11 #a host slow m0"}
	if d := cmp.Diff(want, rulings(got)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
