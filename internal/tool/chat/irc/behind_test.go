package irc

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/internal/tool/chat/room"
)

// TestBehind: a client that has read nothing for a while is told of new topics and modes
// as those who do it say them, or where that isn't known any more as they are.
func TestBehind(t *testing.T) {
	for name, tt := range map[string]struct {
		topics int
		want   []string
	}{
		"known": {1, []string{":al!~al@host.al MODE #a +mk key", ":al!~al@host.al TOPIC #a :topic 0"}},
		"forgotten": {300, []string{
			":srv 353 slow = #a :@al slow", ":srv 366 slow #a :End of /NAMES list",
			":al!*@* TOPIC #a :topic 299", ":srv MODE #a +mntk-isl key",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, room.Options{Keep: 8}, Options{}, func(w *world) {
				w.join("al", "", "#a")
				near, far := net.Pipe()
				w.Served.Go(func() {
					w.srv.Serve(w.Ctx, far, room.ConnInfo{Addr: "192.0.2.2", Host: "host.slow", Transport: "irc"})
					far.Close()
				})
				defer near.Close()
				in := bufio.NewScanner(near)
				fmt.Fprint(near, "NICK slow\r\nUSER slow 0 * :Slow\r\nJOIN #a\r\n")
				for in.Scan() && in.Text() != ":srv 366 slow #a :End of /NAMES list" {
				}
				say := func(what string) {
					for i := range 100 {
						w.send("al", fmt.Sprint("PRIVMSG #a :", what, i, strings.Repeat("x", 300)))
					}
				}
				say("before")
				time.Sleep(11 * time.Second)
				w.send("al", "MODE #a +mk key")
				for i := range tt.topics {
					w.send("al", fmt.Sprint("TOPIC #a :topic ", i))
				}
				say("after")
				var got []string
				w.Served.Go(func() { // ends with the connection
					for in.Scan() {
						if !strings.Contains(in.Text(), "PRIVMSG") {
							got = append(got, in.Text())
						}
					}
				})
				synctest.Wait()
				got = got[max(0, len(got)-len(tt.want)):]
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			})
		})
	}
}
