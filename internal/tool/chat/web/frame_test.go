package web

import (
	"encoding/json"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
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
		h, payload, err := wsframe.Open(b, wsframe.Server, len(b))
		if err != nil || h.Op != wsframe.Text || !h.Fin {
			t.Fatalf("header %+v, %v", h, err)
		}
		var out wire.Event
		if err := json.Unmarshal(payload, &out); err != nil || out.Op == "" {
			t.Fatalf("%q: %v", payload, err)
		}
	})
}
