package web

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"github.com/gobwas/ws"
	"pgregory.net/rapid"
)

// TestEncoderForgesNothing: whatever is in an event, it is one frame of JSON.
func TestEncoderForgesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		e := &room.Event{
			RoomName: text.Draw(t, "room"), Kind: room.Kind(rapid.IntRange(0, 30).Draw(t, "kind")), Time: time.Unix(1, 0),
			From: room.Identity{Nick: text.Draw(t, "nick"), Account: text.Draw(t, "account")}, Target: text.Draw(t, "target"),
			Text: text.Draw(t, "text"), Label: text.Draw(t, "label"), Changes: []room.Change{{Mode: 'b', Arg: text.Draw(t, "arg")}},
		}
		b := encoder{}.Encode(nil, e, 0, rapid.Bool().Draw(t, "self"))
		if len(b) == 0 {
			return
		}
		if n := cut(b); n != len(b) {
			t.Fatalf("a frame of %d bytes in %d", n, len(b))
		}
		r := bytes.NewReader(b)
		h, err := ws.ReadHeader(r)
		if err != nil || h.OpCode != ws.OpText || !h.Fin || h.Masked {
			t.Fatalf("header %+v, %v", h, err)
		}
		payload := b[len(b)-r.Len():]
		var out wire.Event
		if err := json.Unmarshal(payload, &out); err != nil || out.Op == "" {
			t.Fatalf("%q: %v", payload, err)
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add(ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame([]byte(`{"op":"hello"}`)))))
	f.Add(ws.MustCompileFrame(ws.MaskFrame(ws.NewCloseFrame(nil))))
	f.Add([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		for len(data) > 0 {
			n := cut(data)
			if n < 0 || n > len(data) {
				t.Fatalf("%d bytes of %d", n, len(data))
			}
			if n == 0 {
				return
			}
			h, payload, err := open(data[:n])
			if err == nil && int64(len(payload)) != h.Length {
				t.Fatalf("%d bytes of payload, header %+v", len(payload), h)
			}
			data = data[n:]
		}
	})
}
