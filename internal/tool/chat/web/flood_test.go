package web

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

// TestFlood sends frames as fast as they are taken: also those that can't be done, or
// that do nothing, count as one or more in the limits.
func TestFlood(t *testing.T) {
	const frames = 200
	text := func(s string) []byte { return masked(wsframe.Text, []byte(s)) }
	begin := masked(wsframe.Text, []byte("{"))
	begin[0] &= 0x7f // not the last part
	for name, tt := range map[string]struct {
		frame []byte
		price int
	}{
		"ping":          {frame: masked(wsframe.Ping, []byte("x")), price: 1},
		"pong":          {frame: masked(wsframe.Pong, nil), price: 1},
		"parts":         {frame: append(begin, masked(wsframe.Continuation, []byte("}"))...), price: 2},
		"no object":     {frame: text("x"), price: 1},
		"empty":         {frame: text(""), price: 1},
		"no op":         {frame: text("{}"), price: 1},
		"unknown":       {frame: text(`{"op":"x"}`), price: 1},
		"hello":         {frame: text(`{"op":"hello","nick":"x","password":"x"}`), price: 1},
		"say":           {frame: text(`{"op":"say","room":"#lobby","text":"x"}`), price: 1},
		"say nothing":   {frame: text(`{"op":"say","room":"#lobby"}`), price: 1},
		"say nowhere":   {frame: text(`{"op":"say","room":"#none","text":"x"}`), price: 1},
		"direct":        {frame: text(`{"op":"direct","to":"nobody","text":"x"}`), price: 1},
		"join":          {frame: text(`{"op":"join","room":"#lobby"}`), price: 1},
		"bad join":      {frame: text(`{"op":"join","room":","}`), price: 1},
		"part":          {frame: text(`{"op":"part","room":"#none"}`), price: 1},
		"nick":          {frame: text(`{"op":"nick","nick":"bo"}`), price: 1},
		"topic":         {frame: text(`{"op":"topic","room":"#none","text":"x"}`), price: 1},
		"rooms":         {frame: text(`{"op":"rooms"}`), price: 1},
		"who":           {frame: text(`{"op":"who","room":"#lobby"}`), price: 1},
		"who nowhere":   {frame: text(`{"op":"who","room":"#none"}`), price: 1},
		"command":       {frame: text(`{"op":"command","room":"#none","text":"/kick bo"}`), price: 1},
		"no command":    {frame: text(`{"op":"command","text":"/x"}`), price: 1},
		"away":          {frame: text(`{"op":"command","text":"/away"}`), price: 1},
		"op ping":       {frame: text(`{"op":"ping"}`), price: 1},
		"history":       {frame: text(`{"op":"history","room":"#lobby"}`), price: 2},
		"no history":    {frame: text(`{"op":"history","room":"#none"}`), price: 2},
		"search":        {frame: text(`{"op":"search","room":"#lobby","query":"x"}`), price: 2},
		"search nobody": {frame: text(`{"op":"search"}`), price: 2},
		"register":      {frame: text(`{"op":"register","password":"x"}`), price: login.Price},
		"login":         {frame: text(`{"op":"login","account":"x","password":"x"}`), price: login.Price},
	} {
		t.Run(name, func(t *testing.T) {
			for _, accounts := range []login.Accounts{nil, denying{}} {
				inBubble(t, room.Options{FloodClient: room.Rate{Burst: 20, PerSecond: 4}}, func(b *bubble) {
					b.srv.opts.Accounts = accounts
					b.in("bo")
					cy := b.in("cy")
					time.Sleep(time.Minute)
					begin := time.Now()
					all := slices.Concat(bytes.Repeat(tt.frame, frames), text(`{"op":"ping","ref":"last"}`))
					go cy.conn.Write(all) // ends when it is read, or with the connection
					for seen := false; !seen && time.Since(begin) < time.Hour; time.Sleep(time.Second) {
						seen = slices.ContainsFunc(cy.take(), func(e wire.Event) bool { return e.Ref == "last" })
					}
					// What may run at once runs before it is known what it costs, and the
					// last ones' price delays only what comes after them.
					least := time.Duration(frames-64) * time.Duration(tt.price) * time.Second / 4
					if took := time.Since(begin); took < least || took > 3*time.Duration(frames*tt.price)*time.Second/4+time.Minute {
						t.Errorf("took %v, want %v or more", took, least)
					}
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
