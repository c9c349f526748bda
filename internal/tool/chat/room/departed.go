package room

// maxDepartures is how many of those who have left a room it remembers.
const maxDepartures = 1024

// depart notes that somebody has left, or has another name since, by an event that those
// who are behind don't get.
func (r *Room) depart(e *Event, id *Identity) { r.departed.add(e, id, maxDepartures) }

// departedSince returns who has left since a stamp, for somebody who knows who was there
// then. Those with the name of who asks are left out: that is himself, or somebody whose
// name he has now.
func (r *Room) departedSince(stamp uint64, asks string) (list []*Identity) {
	for _, d := range r.departed.after(stamp) {
		if d.what.Nick != asks {
			list = append(list, d.what)
		}
	}
	return list
}
