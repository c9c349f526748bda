package load

import (
	"net"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestQuantile: a quantile is off by at most a sixteenth, and never too small.
func TestQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 200).Draw(t, "values")
		q := rapid.Float64Range(0.01, 1).Draw(t, "q")
		var h histogram
		for _, v := range values {
			h.add(v)
		}
		slices.Sort(values)
		want := values[max(int(q*float64(len(values))+0.5), 1)-1]
		if got := h.quantile(q); got < time.Duration(want) || got > time.Duration(want+want/fine+1) {
			t.Fatalf("quantile %v of %v is %d, want %d", q, values, got, want)
		}
	})
}

func TestNumber(t *testing.T) {
	for in, want := range map[string]int{
		"~b0~": 0, ":a PRIVMSG #r :~b12~xx": 12, "~b~": -1, "~b12": -1, "": -1, "~b1x~": -1, text(77, 40): 77,
	} {
		got, ok := number([]byte(in))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("number(%q) = %d, want %d", in, got, want)
		}
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(":s 001 a :hi\r\nPING x\r\n"), 0)
	f.Add([]byte("\x81\x05hello\x88\x00"), 2)
	f.Add([]byte("[15:04] <a> ~b1~\r\n"), 1)
	f.Fuzz(func(t *testing.T, data []byte, which int) {
		r := newRun(Options{Clients: 1, Senders: 1, Messages: 3})
		c := r.clients[0]
		c.conn = discard{}
		c.talk = []talk{&irc{}, &lines{}, &webSocket{}}[uint(which)%3]
		used, _ := c.talk.feed(c, data, 1)
		if used < 0 || used > len(data) {
			t.Fatalf("used %d of %d", used, len(data))
		}
	})
}

// discard is a connection that takes everything.
type discard struct{ net.Conn }

func (discard) Write(b []byte) (int, error) { return len(b), nil }
