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
	if n := len(r.departed); n > maxDepartures {
		t.Errorf("%d departures", n)
	}
	last := uint64(10 + maxDepartures)
	for _, tt := range []struct {
		since uint64
		asks  string
		want  int
		known bool
	}{
		{last, "", 0, true},
		{last - 3, "", 3, true},
		{last - 3, fmt.Sprint("n", maxDepartures), 2, true},
		{r.forgotten, "", len(r.departed), true},
		{r.forgotten - 1, "", 0, false},
		{1, "", 0, false},
	} {
		if list, known := r.departedSince(tt.since, tt.since, 0, tt.asks); len(list) != tt.want || known != tt.known {
			t.Errorf("since %d but %q: %d, %v", tt.since, tt.asks, len(list), known)
		}
	}
	r.tidyDepartures(begin.Add((maxDepartures - 1) * time.Second))
	if list, known := r.departedSince(last-2, last-2, 0, ""); len(list) != 2 || !known {
		t.Errorf("after tidying %d, %v", len(list), known)
	}
	r.tidyDepartures(begin.Add(time.Hour))
	if _, known := r.departedSince(last-1, last-1, 0, ""); known || r.departed != nil {
		t.Errorf("all are old, and %d are kept", len(r.departed))
	}
}
