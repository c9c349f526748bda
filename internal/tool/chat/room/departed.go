package room

import "time"

// A departure is somebody who has left a room, or has another name since.
type departure struct {
	stamp uint64
	at    time.Time
	id    *Identity
	shown bool // by an event that those who are behind get too, if the log still has it
}

const (
	// maxDepartures is how many departures a room remembers,
	maxDepartures = 1024
	// departuresFor is for how long: that of most clients that are behind.
	departuresFor = 10 * time.Minute
)

// depart notes that somebody has left by an event.
func (r *Room) depart(e *Event, id *Identity) {
	if len(r.departed) == maxDepartures {
		r.dropDepartures(maxDepartures / 4)
	}
	r.departed = append(r.departed, departure{stamp: e.Stamp, at: e.Time, id: id, shown: !e.Kind.fleeting()})
}

func (r *Room) dropDepartures(n int) {
	r.forgotten = r.departed[n-1].stamp
	m := copy(r.departed, r.departed[n:])
	clear(r.departed[m:])
	if r.departed = r.departed[:m]; m == 0 {
		r.departed = nil
	}
}

// tidyDepartures forgets those from before old.
func (r *Room) tidyDepartures(old time.Time) {
	n := 0
	for n < len(r.departed) && r.departed[n].at.Before(old) {
		n++
	}
	if n > 0 {
		r.dropDepartures(n)
	}
}

// departedSince returns who has left unseen by somebody who knows who was there as of a
// stamp, and has missed what else happened after seen and up to lost. Those with the
// name of who asks are left out: that is himself, or somebody whose name he has now. It
// reports false if it isn't known any more.
func (r *Room) departedSince(stamp, seen, lost uint64, asks string) (list []*Identity, known bool) {
	if seen < r.forgotten {
		return nil, false
	}
	for _, d := range r.departed {
		missed := d.stamp > stamp
		if d.shown {
			missed = d.stamp > seen && d.stamp <= lost
		}
		if missed && d.id.Nick != asks {
			list = append(list, d.id)
		}
	}
	return list, true
}
