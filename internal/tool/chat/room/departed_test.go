package room

import (
	"fmt"
	"testing"
	"time"
)

// TestDepartures: so many are known, and for so long; who asks isn't among them.
func TestDepartures(t *testing.T) {
	r := &Room{}
	begin := time.Unix(1000, 0)
	for i := range maxDepartures + 1 {
		r.depart(&Event{Kind: Part, Stamp: uint64(10 + i), Time: begin.Add(time.Duration(i) * time.Second)}, &Identity{Nick: fmt.Sprint("n", i)})
	}
	if n := len(r.departed.steps); n > maxDepartures {
		t.Errorf("%d departures", n)
	}
	last := uint64(10 + maxDepartures)
	for _, tt := range []struct {
		since uint64
		asks  string
		want  int
	}{
		{last, "", 0},
		{last - 3, "", 3},
		{last - 3, fmt.Sprint("n", maxDepartures), 2},
		{r.departed.forgotten, "", len(r.departed.steps)},
	} {
		if list := r.departedSince(tt.since, tt.asks); len(list) != tt.want {
			t.Errorf("since %d but %q: %d", tt.since, tt.asks, len(list))
		}
	}
	r.departed.tidy(begin.Add((maxDepartures - 1) * time.Second))
	if list := r.departedSince(last-2, ""); len(list) != 2 || r.departed.forgotten > last-2 {
		t.Errorf("after tidying %d, and up to %d it is forgotten", len(list), r.departed.forgotten)
	}
	r.departed.tidy(begin.Add(time.Hour))
	if r.departed.forgotten != last || r.departed.steps != nil {
		t.Errorf("all are old, and %d are kept", len(r.departed.steps))
	}
}
