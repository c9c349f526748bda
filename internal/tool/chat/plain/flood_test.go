package plain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
)

// TestFlood sends lines as fast as they are taken: also those that can't be done, or
// that do nothing, count as one or more in the limits.
func TestFlood(t *testing.T) {
	const lines = 200
	for line, price := range map[string]int{
		"x": 1, "": 1, "/nonsense": 1, strings.Repeat("x", maxLine+1): 1, "/join": 1, "/join #a": 1, "/join ,": 1,
		"/part": 1, "/part #none": 1, "/nick": 1, "/nick bo": 1, "/me": 1, "/me x": 1, "/msg": 1, "/msg nobody x": 1,
		"/who": 1, "/who #none": 1, "/rooms": 1, "/topic": 1, "/topic x": 1, "/away": 1, "/help": 1, "/invite": 1,
		"/invite nobody": 1, "/kick nobody": 1, "/ban nobody": 1, "/unban nobody": 1, "/op nobody": 1, "/close": 1,
		"/close #none": 1, "/kill nobody": 1, "/history": 2, "/history x": 2, "/search": 2, "/search x": 2,
		"/register": login.Price, "/register x": login.Price, "/login": login.Price, "/login bo x": login.Price,
	} {
		t.Run(line[:min(len(line), 20)], func(t *testing.T) {
			for _, accounts := range []login.Accounts{nil, denying{}} {
				inHall(t, room.Options{FloodClient: room.Rate{Burst: 20, PerSecond: 4}}, func(h *hall) {
					h.opts.Accounts = accounts
					h.in("bo")
					cy := h.in("cy")
					time.Sleep(time.Minute)
					begin := time.Now()
					go fmt.Fprint(cy.conn, strings.Repeat(line+"\r\n", lines)+"/msg cy last\r\n") // ends when it is read, or with the connection
					for seen := false; !seen && time.Since(begin) < time.Hour; time.Sleep(time.Second) {
						seen = slices.Contains(cy.take(), "cy tells you: last")
					}
					// What may run at once runs before it is known what it costs, and the
					// last ones' price delays only what comes after them.
					least := time.Duration(lines-64) * time.Duration(price) * time.Second / 4
					if took := time.Since(begin); took < least || took > 3*time.Duration(lines*price)*time.Second/4+time.Minute {
						t.Errorf("took %v, want %v or more", took, least)
					}
					synctest.Wait()
				})
			}
		})
	}
}

// denying are accounts that nobody can log in to.
type denying struct{}

var errDenied = errors.New("denied")

func (denying) Register(context.Context, string, string) (string, error) { return "", errDenied }
func (denying) Login(context.Context, string, string) (string, error)    { return "", errDenied }
