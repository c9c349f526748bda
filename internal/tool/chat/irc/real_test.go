package irc

import (
	"testing"

	"baton/internal/tool/chat/room"
)

// TestAwayOnJoin: who asks to be told who is away is told that of those who come in.
func TestAwayOnJoin(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.join("al", "away-notify", "#a")
		w.join("cy", "", "#a")
		w.join("bo", "away-notify")
		w.script(`
			bo> AWAY :out for lunch
			bo< :srv 306 bo :You have been marked as being away
			bo> JOIN #a
			al< :bo!~bo@host.bo JOIN #a
			al< :bo!~bo@host.bo AWAY :out for lunch
			al:
			cy< :bo!~bo@host.bo JOIN #a
			cy:
			bo< :bo!~bo@host.bo JOIN #a
			bo< :srv 353 bo = #a :*
		`)
	})
}

// TestEmptyNames: a comma too many makes no name.
func TestEmptyNames(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.join("al", "")
		w.script(`
			al> JOIN #a,,#b, key,,b
			al< :al!~al@host.al JOIN #a
			al< :srv 353 al = #a :@al
			al< :srv 366 al #a :End of /NAMES list
			al< :al!~al@host.al JOIN #b
			al< :srv 353 al = #b :@al
			al< :srv 366 al #b :End of /NAMES list
			al:
			al> JOIN ,
			al< :srv 461 al JOIN :Not enough parameters
			al> PRIVMSG #a,, :hi
			al:
			al> PART #a,
			al< :al!~al@host.al PART #a
			al:
		`)
	})
}

// TestCapVersions: capabilities have values, and change of themselves, from 302 on.
func TestCapVersions(t *testing.T) {
	for version, values := range map[string]bool{"": false, "301": false, "302": true, "303": true, "1000": true, "x302": false, "0302x": false} {
		inWorld(t, room.Options{}, Options{Accounts: theWorlds}, func(w *world) {
			w.send("al", "CAP LS "+version)
			got := w.take("al")
			if len(got) != 1 || like("*sasl=PLAIN*", got[0]) != values {
				t.Errorf("CAP LS %s: %q", version, got)
			}
		})
	}
}
