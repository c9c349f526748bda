package irc

import (
	"fmt"
	"strings"
	"testing"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
)

// TestBounds: WHO and LIST show so many and no more.
func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		line  string
		code  string
		n     int // of those who sit there
		rooms func(i int) []string
		want  int
	}{
		{"WHO sits*", " 352 ", maxWho, roomtest.In(), maxWho},
		{"WHO sits*", " 352 ", maxWho + 1, roomtest.In(), maxWho},
		{"WHO #a", " 352 ", maxWhoRoom, roomtest.In("#a"), maxWhoRoom},
		{"WHO #a", " 352 ", maxWhoRoom + 1, roomtest.In("#a"), maxWhoRoom},
		{"LIST", " 322 ", maxListed, func(i int) []string { return []string{fmt.Sprint("#r", i)} }, maxListed},
		{"LIST", " 322 ", maxListed + 1, func(i int) []string { return []string{fmt.Sprint("#r", i)} }, maxListed},
	} {
		t.Run(fmt.Sprint(tt.line, tt.n), func(t *testing.T) {
			inWorld(t, room.Options{}, Options{}, func(w *world) {
				w.Crowd(tt.n, tt.rooms)
				w.join("al", "")
				w.send("al", tt.line)
				n := 0
				for _, l := range w.take("al") {
					if strings.Contains(l, tt.code) {
						n++
					}
				}
				if n != tt.want {
					t.Errorf("shows %d, want %d", n, tt.want)
				}
			})
		})
	}
}

// TestRefusals: who hits a bound is told which it is.
func TestRefusals(t *testing.T) {
	inWorld(t, room.Options{MaxList: 2, MaxRooms: 2, MaxAllRooms: 4}, Options{}, func(w *world) {
		w.Crowd(101, roomtest.In())
		w.join("al", "", "#a")
		w.join("bo", "", "#b")
		w.script(`
			al> MODE #a +bb one two!u@h
			al< :al!~al@host.al MODE #a +bb one!*@* two!u@h
			al> MODE #a +b three
			al< :srv 478 al #a b :The list is full
			al> MODE #a +b two!U@H
			al:
			al> MODE #a -b one
			al< :al!~al@host.al MODE #a -b one!*@*
			al> MODE #a +bb m:three four
			al< :al!~al@host.al MODE #a +b m:three!*@*
			al< :srv 478 al #a b :The list is full
			al> MODE #a +b ` + strings.Repeat("x", 151) + `
			al< :srv 696 al #a b * :Invalid parameter: too long
			al> JOIN #b
			al< :al!~al@host.al JOIN #b
			al< :srv 353 al = #b :*
			al< :srv 366 al #b :End of /NAMES list
			al> JOIN #c
			al< :srv 405 al #c :You have joined too many channels
			bo.. :al!~al@host.al JOIN #b
			bo> JOIN #c
			bo.. :srv 366 bo #c :End of /NAMES list
			bo> PART #b
			bo< :bo!~bo@host.bo PART #b
			bo> JOIN #d
			bo< :srv 405 bo #d :There are too many channels
		`)
		w.take("al")
		for i := range 100 {
			w.send("al", fmt.Sprint("INVITE sits", i, " #a"))
		}
		w.take("al")
		w.script(`
			al> INVITE sits100 #a
			al< :srv 400 al #a :Too many are invited to the channel who have not come yet
			al> INVITE sits99 #a
			al< :srv 341 al sits99 :#a
		`)
	})
}
