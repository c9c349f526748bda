package room

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestOrder lets several clients do random things at once. Each has to get exactly
// those events, in the order of their stamps and once each, that happened in its
// rooms while it was a member, or that were meant for it.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(rt, "clients")
		scripts := make([][]step, n)
		for i := range scripts {
			scripts[i] = rapid.SliceOfN(rapid.Custom(drawStep), 0, 30).Draw(rt, fmt.Sprint("script", i))
		}
		synctest.Test(t, func(t *testing.T) {
			s := start(t, Options{Keep: 1 << 16}, nil)
			model := &model{names: map[*Client]string{}, members: map[*Room]map[*Client]bool{}, want: map[*Client][]string{}}
			s.hub.trace = model.note
			var people []*person
			for i := range n {
				p := s.person(fmt.Sprint("p", i), i%2 == 0)
				model.names[p.Client] = fmt.Sprint("p", i)
				people = append(people, p)
			}
			var wg sync.WaitGroup
			for i, p := range people {
				wg.Go(func() {
					for _, st := range scripts[i] {
						st.run(s, p, n)
					}
				})
			}
			wg.Wait()
			synctest.Wait()
			for _, p := range people {
				got := p.sock.lines()
				if len(got) == 1 && got[0] == "" {
					got = nil
				}
				if d := cmp.Diff(model.want[p.Client], got); d != "" {
					rt.Errorf("%s (-want +got):\n%s", p.Identity().Nick, d)
				}
			}
			s.end()
		})
	})
}

// A step is one thing that a client does.
type step struct {
	what int
	room string
	who  int
	text string
}

func drawStep(t *rapid.T) step {
	return step{
		what: rapid.IntRange(0, 11).Draw(t, "what"),
		room: rapid.SampledFrom([]string{"#a", "#b", "#c"}).Draw(t, "room"),
		who:  rapid.IntRange(0, 5).Draw(t, "who"),
		text: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "text"),
	}
}

func (st step) run(s *server, p *person, n int) {
	other := fmt.Sprint("p", st.who%n)
	s.try(p, func(tx *Tx) error {
		c := p.Client
		switch st.what {
		case 0, 1, 2:
			tx.Join(c, st.room, "")
		case 3:
			tx.Part(c, st.room, st.text)
		case 4:
			tx.Nick(c, c.Identity().Nick[:2]+st.text)
		case 5:
			tx.Direct(c, other, Message, st.text, "", "label")
		case 6:
			tx.Away(c, st.text)
		case 7:
			tx.Kick(c, st.room, other, st.text)
		case 8:
			tx.Topic(c, st.room, st.text)
		default:
			tx.Say(c, st.room, Message, st.text, "", "label")
			tx.Say(c, st.room, Action, st.text, "", "")
		}
		return nil
	})
}

// A model is who has to get what, from what the hub has staged.
type model struct {
	names   map[*Client]string // at the last event: a client itself may have another one by then
	members map[*Room]map[*Client]bool
	want    map[*Client][]string
}

// note is called for all that is published, in order.
func (m *model) note(st *staged) {
	e := st.ev
	if e == nil {
		return
	}
	give := func(c *Client) {
		line := fmt.Sprintf("%d %s", e.Stamp, text(e, e.Origin == c && !st.received))
		if st.received || !slices.Contains(m.want[c], line) {
			m.want[c] = append(m.want[c], line)
		}
	}
	if e.Kind == Nick {
		m.names[e.Origin] = e.Target
	}
	if st.to != nil {
		give(st.to)
		return
	}
	rooms := []*Room{st.room}
	if st.room == nil {
		rooms = nil
		for _, r := range st.rooms {
			rooms = append(rooms, r.room)
		}
	}
	for _, r := range rooms {
		if m.members[r] == nil {
			m.members[r] = map[*Client]bool{}
		}
		if e.Kind == Join {
			m.members[r][e.Origin] = true
		}
		for c := range m.members[r] {
			give(c)
		}
		switch e.Kind {
		case Part, Quit:
			delete(m.members[r], e.Origin)
		case Kick:
			for c := range m.members[r] {
				if m.names[c] == e.Target {
					delete(m.members[r], c)
				}
			}
		}
	}
}
