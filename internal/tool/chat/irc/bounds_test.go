package irc

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"baton/internal/tool/chat/room"
)

// silent is the encoder of those who are shown nothing.
type silent struct{}

func (silent) Encode(dst []byte, _ *room.Event, _ room.Shape, _ bool) []byte { return dst }

// crowd adds so many clients who only sit there, each in its rooms.
func (w *world) crowd(n int, rooms func(i int) []string) {
	w.t.Helper()
	for i := range n {
		near, far := net.Pipe()
		c := w.hub.Connect(far, room.ConnInfo{Addr: "192.0.2.2", Host: "host"}, silent{})
		w.clients[fmt.Sprint("sits", i)] = &peer{conn: near}
		err := w.hub.Do(w.ctx, c, func(tx *room.Tx) error {
			if err := tx.Register(c, room.Identity{Nick: fmt.Sprint("sits", i), User: "u", Host: "host"}); err != nil {
				return err
			}
			for _, r := range rooms(i) {
				if _, err := tx.Join(c, r, ""); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.t.Fatal(err)
		}
		w.served.Go(func() { // ends when the test closes the connection
			near.Read(make([]byte, 1))
			w.hub.Leave(c, "end")
			far.Close()
		})
	}
}

// TestBounds: WHO and LIST show so many and no more.
func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		line  string
		code  string
		n     int // of those who sit there
		rooms func(i int) []string
		want  int
	}{
		{"WHO sits*", " 352 ", maxWho, nil, maxWho},
		{"WHO sits*", " 352 ", maxWho + 1, nil, maxWho},
		{"WHO #a", " 352 ", maxWhoRoom, func(int) []string { return []string{"#a"} }, maxWhoRoom},
		{"WHO #a", " 352 ", maxWhoRoom + 1, func(int) []string { return []string{"#a"} }, maxWhoRoom},
		{"LIST", " 322 ", maxListed, func(i int) []string { return []string{fmt.Sprint("#r", i)} }, maxListed},
		{"LIST", " 322 ", maxListed + 1, func(i int) []string { return []string{fmt.Sprint("#r", i)} }, maxListed},
	} {
		t.Run(fmt.Sprint(tt.line, tt.n), func(t *testing.T) {
			if tt.rooms == nil {
				tt.rooms = func(int) []string { return nil }
			}
			inWorld(t, room.Options{}, Options{}, func(w *world) {
				w.crowd(tt.n, tt.rooms)
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
		w.crowd(101, func(int) []string { return nil })
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
