package plain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
	"github.com/google/go-cmp/cmp"
)

// TestWho: so many are listed, and how many more there are is said; a larger room costs
// who asks more.
func TestWho(t *testing.T) {
	for _, tt := range []struct {
		members, listed int
		first, last     string
		price           int
	}{
		{1, 1, "* One member of #a:", "  @ann", 1},
		{199, 199, "* 199 members of #a:", "  sits99", 1},
		{200, 200, "* 200 members of #a:", "  sits99", 2},
		{maxMembers, maxMembers, "* 1000 members of #a:", "  sits998", 6},
		{maxMembers + 1, maxMembers, "* 1001 members of #a:", "  and 1 more", 6},
	} {
		t.Run(fmt.Sprint(tt.members), func(t *testing.T) {
			// Of as many lines as there may be at once, one is left.
			inHall(t, room.Options{FloodClient: room.Rate{Burst: tt.price + 1, PerSecond: 1}}, func(h *hall) {
				ann := h.in("ann")
				ann.send("/join #a")
				h.Crowd(tt.members-1, roomtest.In("#a"))
				time.Sleep(time.Minute)
				ann.take()
				got := ann.ask("/who")
				members := 0
				for _, l := range got {
					if strings.HasPrefix(l, "  sits") || l == "  @ann" {
						members++
					}
				}
				if members != tt.listed || got[0] != tt.first || got[len(got)-1] != tt.last {
					t.Errorf("%d are listed, between %q and %q", members, got[0], got[len(got)-1])
				}
				for i, want := range []time.Duration{0, time.Second} {
					asked := time.Now()
					ann.send("/topic")
					if d := time.Since(asked); d != want {
						t.Errorf("line %d behind it waits for %v, want %v", i+1, d, want)
					}
				}
			})
		})
	}
}

// TestBanList: the list of bans, which has the mutes too, has a bound, and so has a mask;
// who hits it is told that.
func TestBanList(t *testing.T) {
	inHall(t, room.Options{MaxList: 3}, func(h *hall) {
		ann := h.in("ann")
		ann.send("/join #a")
		ann.take()
		long := func(n int) string { return strings.Repeat("x", n-len("!*@*")) + "!*@*" }
		for _, step := range [][2]string{
			{"/ban bad", "#a * ann has banned bad!*@*"},
			{"/mute loud", "#a * ann has muted loud!*@*"},
			{"/ban " + long(150), "#a * ann has banned " + long(150)},
			{"/ban one", "! The list of bans is full."},
			{"/mute one", "! The list of bans is full."},
			{"/ban bad", ""}, // is there already
			{"/unban one", "! There is nobody with that name."},
			{"/unban bad", "#a * ann has lifted what banned bad!*@*"},
			{"/ban " + long(151), "! Too long."},
			{"/ban one", "#a * ann has banned one!*@*"},
			{"/unmute loud", "#a * ann has lifted what muted loud!*@*"},
			{"/mute one", "#a * ann has muted one!*@*"},
			{"/mute two", "! The list of bans is full."},
		} {
			if d := cmp.Diff(step[1], strings.Join(ann.ask(step[0]), "\n")); d != "" {
				t.Errorf("%s (-want +got):\n%s", step[0], d)
			}
		}
	})
}
