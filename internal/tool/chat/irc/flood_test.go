package irc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
)

// TestFlood sends lines as fast as they are taken: also those that can't be done, or
// that do nothing, count as one or more in the limits.
func TestFlood(t *testing.T) {
	const lines = 200
	for line, price := range map[string]int{
		"PRIVMSG #a :x": 1, "PRIVMSG nobody :x": 1, "NOTICE #none :x": 1, "JOIN #a": 1, "JOIN x": 1, "PART #none": 1,
		"KICK #none bo": 1, "INVITE nobody #a": 1, "TOPIC #none :x": 1, "MODE #none +i": 1, "NICK bo": 1, "AWAY": 1,
		"NONSENSE": 1, "PING x": 1, "PONG x": 1, "USER": 1, "WHOIS nobody": 1, "LIST #none": 5, "WHO nobody": 2, "": 1,
		"CHATHISTORY LATEST #none * 1": 3, "CHATHISTORY TARGETS x y z": 3, "REGISTER * * short": 5, "PASS x": 1,
		"PASS " + strings.Repeat("x", 600): 1,
	} {
		t.Run(line, func(t *testing.T) {
			ro := room.Options{FloodClient: room.Rate{Burst: 20, PerSecond: 4}}
			inWorld(t, ro, Options{Accounts: theWorlds, Ping: time.Hour}, func(w *world) {
				w.join("bo", "")
				time.Sleep(time.Minute)
				w.join("cy", "", "#a")
				time.Sleep(time.Minute)
				cy := w.clients["cy"]
				begin := time.Now()
				fmt.Fprint(cy.conn, strings.Repeat(line+"\r\n", lines)+"PING last\r\n")
				for seen := false; !seen && time.Since(begin) < time.Hour; time.Sleep(time.Second) {
					for _, got := range w.take("cy") {
						seen = seen || strings.HasSuffix(got, ":last")
					}
				}
				// What may run at once runs before it is known what it costs, and the
				// last ones' price delays only what comes after them.
				least := time.Duration(lines-64) * time.Duration(price) * time.Second / 4
				if took := time.Since(begin); took < least || took > 3*time.Duration(lines*price)*time.Second/4+time.Minute {
					t.Errorf("took %v, want %v or more", took, least)
				}
			})
		})
	}
}
