package room

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/internal/tool/chat/store"
)

// A client that takes nothing is left behind, gets no presence, and later all that
// was said, once each and in order, and a list of who is there.
func TestSlowCatchesUp(t *testing.T) {
	for _, try := range []bool{true, false} {
		t.Run(fmt.Sprint("try=", try), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, Options{Keep: 16}, nil)
				defer s.end()
				slow, fast, guest := s.person("slow", try), s.person("fast", true), s.person("guest", true)
				gone, other := s.person("gone", true), s.person("other", true)
				s.join(slow, "#a")
				s.join(fast, "#a")
				kicked, late := s.person("kicked", true), s.person("late", true)
				for _, p := range []*person{gone, other, kicked, late} {
					s.join(p, "#a")
				}
				kick := func(p *person) {
					s.do(slow, func(tx *Tx) error { return tx.Kick(slow.Client, "#a", p.Identity().Nick, "") })
				}
				slow.sock.setStuck(true)
				var want []string
				for i := range 300 {
					text := fmt.Sprint(i, strings.Repeat("x", 100))
					s.say(fast, "#a", text)
					want = append(want, fmt.Sprintf("k1 #a fast %s m%d", text, i+1))
					if i == 150 {
						time.Sleep(11 * time.Second)
						s.join(guest, "#a")
						s.do(gone, func(tx *Tx) error { return tx.Part(gone.Client, "#a", "") })
						s.do(other, func(tx *Tx) error { return tx.Nick(other.Client, "another") })
						kick(kicked)
					}
				}
				kick(late) // which the log still has when it is caught up with
				synctest.Wait()
				if n := s.hub.Stats(); n.Slow != 1 || n.Slowed != 1 {
					t.Errorf("stats %+v, want one that is slow", n)
				}
				if got := said(fast.sock.lines()); len(got) != 300 {
					t.Errorf("the other client got %d messages", len(got))
				}
				slow.sock.setStuck(false)
				synctest.Wait()
				lines := bare(slow.sock.lines())
				if d := cmp.Diff(want, said(slow.sock.lines())); d != "" {
					t.Errorf("slow client (-want +got):\n%s", d)
				}
				// It may fall behind more than once, and is told each change once.
				var last string
				told := map[string]int{}
				for _, l := range lines {
					if strings.HasPrefix(l, "k20 ") {
						last = ""
						for word := range strings.FieldsSeq(l) {
							if bare := strings.TrimSuffix(word, "!"); !strings.HasPrefix(word, "-") {
								last += bare + " "
							}
							told[word]++
						}
					}
				}
				if last != "k20 #a slow m0 self @slow fast guest another " {
					t.Errorf("the last list of members is %q", last)
				}
				for _, l := range lines {
					for _, p := range []string{"kicked", "late"} { // perhaps while it could see it
						if l == "k11 #a slow "+p+" m0 self " {
							told["-"+p]++
						}
					}
				}
				for _, change := range []string{"guest!", "another!", "-gone", "-other", "-kicked", "-late"} {
					if told[change] != 1 {
						t.Errorf("%q was told %d times in %q", change, told[change], lines)
					}
				}
				if slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "k5 #a guest") }) {
					t.Error("a slow client was shown who came")
				}
				if n := s.hub.Stats(); n.Slow != 0 || n.Gaps == 0 {
					t.Errorf("stats %+v, want nobody that is slow and a gap", n)
				}
				s.join(slow, "#b")
				s.say(fast, "#a", "live")
				synctest.Wait()
				got := bare(slow.sock.lines())
				if last := got[len(got)-1]; last != "k1 #a fast live m301" {
					t.Errorf("afterwards %q", last)
				}
			})
		})
	}
}

// said returns the lines of messages, without their stamps.
func said(lines []string) []string {
	return slices.DeleteFunc(bare(lines), func(l string) bool { return !strings.HasPrefix(l, "k1 ") })
}

func TestSlowIsKicked(t *testing.T) {
	for name, step := range map[string]func(s *server, fast *person){
		"time": func(s *server, fast *person) {
			s.say(fast, "#a", strings.Repeat("x", 4000))
			time.Sleep(11 * time.Second)
		},
		"bytes": func(s *server, fast *person) {
			for range 100 {
				s.say(fast, "#a", strings.Repeat("x", 4000))
				time.Sleep(10 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, Options{Kick: true}, nil)
				defer s.end()
				slow, fast := s.person("slow", true), s.person("fast", true)
				s.join(slow, "#a")
				s.join(fast, "#a")
				slow.sock.setStuck(true)
				s.say(fast, "#a", strings.Repeat("x", 4000))
				step(s, fast)
				select {
				case <-slow.Done():
				default:
					t.Fatal("is still served")
				}
				if !errors.Is(slow.Err(), ErrSlow) {
					t.Errorf("reason %v", slow.Err())
				}
			})
		})
	}
}

// A client that never takes anything is given up in the end, with the other policy
// too.
func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{}, nil)
		defer s.end()
		slow, fast := s.person("slow", true), s.person("fast", true)
		s.join(slow, "#a")
		s.join(fast, "#a")
		slow.sock.setStuck(true)
		s.say(fast, "#a", strings.Repeat("x", 4000))
		s.say(fast, "#a", strings.Repeat("x", 4000))
		time.Sleep(giveUp)
		select {
		case <-slow.Done():
			t.Fatal("given up too early")
		default:
		}
		time.Sleep(time.Minute)
		<-slow.Done()
		if !errors.Is(slow.Err(), ErrSlow) {
			t.Errorf("reason %v", slow.Err())
		}
	})
}

// Close gives a client a second for what is left.
func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{}, nil)
		defer s.end()
		p := s.person("p", true)
		p.sock.setStuck(true)
		p.Reply([]byte(strings.Repeat("x", 10_000)))
		synctest.Wait()
		began := time.Now()
		p.Close(ErrKilled)
		<-p.Done()
		if d := time.Since(began); d != lastWrite {
			t.Errorf("took %v", d)
		}
		q := s.person("q", false)
		q.Reply([]byte("last"))
		q.Close(nil)
		<-q.Done()
		if got := q.sock.lines(); got[len(got)-1] != "last" {
			t.Errorf("got %q before the end", got)
		}
	})
}

// TestSlowAtRandom lets clients get stuck and go on at random. Each has to get all
// that was said and ruled in its room while it was there, once and in order.
func TestSlowAtRandom(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(rt, "clients")
		steps := rapid.SliceOfN(rapid.IntRange(0, 6*n), 10, 120).Draw(rt, "steps")
		keep := rapid.IntRange(1, 40).Draw(rt, "keep")
		synctest.Test(t, func(t *testing.T) {
			s := start(t, Options{Keep: keep, SlowBytes: 20_000}, nil)
			sender := s.person("sender", true)
			s.join(sender, "#a")
			var people []*person
			for i := range n {
				p := s.person(fmt.Sprint("p", i), i%2 == 0)
				s.join(p, "#a")
				people = append(people, p)
			}
			want := map[*person][]string{}
			in := map[*person]bool{}
			for _, p := range people {
				in[p] = true
			}
			for i, st := range steps {
				p := people[st%n]
				switch st / n {
				case 0:
					p.sock.setStuck(true)
				case 1:
					p.sock.setStuck(false)
				case 2:
					time.Sleep(4 * time.Second)
				case 3:
					if in[p] {
						s.do(p, func(tx *Tx) error { return tx.Part(p.Client, "#a", "") })
					} else {
						s.join(p, "#a")
					}
					in[p] = !in[p]
				default:
					what := fmt.Sprint(i, strings.Repeat("x", 500))
					switch st / n {
					case 5:
						what = what[:200]
						s.do(sender, func(tx *Tx) error { return tx.Topic(sender.Client, "#a", what) })
					case 6:
						what = "+b" + fmt.Sprint(i, "!*@*")
						s.do(sender, func(tx *Tx) error {
							_, err := tx.Mode(sender.Client, "#a", []Change{{Add: true, Mode: 'b', Arg: what[len("+b"):]}})
							return err
						})
					default:
						s.say(sender, "#a", what)
					}
					for _, p := range people {
						if in[p] {
							want[p] = append(want[p], what)
						}
					}
				}
			}
			for _, p := range people {
				p.sock.setStuck(false)
			}
			synctest.Wait()
			for _, p := range people {
				var got []string
				for _, l := range bare(p.sock.lines()) {
					switch words := strings.Fields(l + " - - - -"); words[0] {
					case "k1", "k9":
						got = append(got, words[3])
					case "k10":
						got = append(got, words[4])
					}
				}
				if d := cmp.Diff(want[p], got); d != "" && p.Err() == nil {
					rt.Errorf("%s (-want +got):\n%s", p.Identity().Nick, d)
				}
			}
			s.end()
		})
	})
}

// failing is a store whose disk is full at times.
type failing struct {
	store.Store
	full bool
}

var errFull = errors.New("disk full")

func (f *failing) Append(ctx context.Context, list []store.Message) error {
	if f.full {
		return errFull
	}
	return f.Store.Append(ctx, list)
}

func TestStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &failing{Store: store.Memory(100)}
		s := start(t, Options{}, st)
		defer s.end()
		a, b := s.person("a", true), s.person("b", true)
		s.join(a, "#a")
		s.join(b, "#a")
		s.say(a, "#a", "one")
		st.full = true
		s.do(a, func(tx *Tx) error {
			tx.Topic(a.Client, "#a", "topic")
			return tx.Say(a.Client, "#a", Message, "two", "", "label")
		})
		st.full = false
		s.say(a, "#a", "three")
		synctest.Wait()
		wantB := []string{"k5 #a b  m0 self ", "k1 #a a one m1", "k9 #a a topic m0", "k1 #a a three m2"}
		if d := cmp.Diff(wantB, bare(b.sock.lines())); d != "" {
			t.Errorf("others (-want +got):\n%s", d)
		}
		got := bare(a.sock.lines())
		if want := "k19 #a a two m0 self label"; !slices.Contains(got, want) {
			t.Errorf("the sender got %q, want %q among it", got, want)
		}
		if n := s.hub.Stats(); n.Lost != 1 || n.Stored != 2 {
			t.Errorf("stats %+v", n)
		}
	})
}
