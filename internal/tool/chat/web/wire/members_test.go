package wire

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestMembers: a list of members is as package json would write it.
func TestMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[a-z]*`), rapid.String())
		member := rapid.Custom(func(t *rapid.T) Member {
			return Member{
				Nick: text.Draw(t, "nick"), Op: rapid.Bool().Draw(t, "op"), Voice: rapid.Bool().Draw(t, "voice"),
				Away: rapid.Bool().Draw(t, "away"), Account: text.Draw(t, "account"),
			}
		})
		e := Event{Op: "room", Members: rapid.SliceOf(member).Draw(t, "members")}
		whole, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var want, got Event
		frame := e.Append(nil)
		if err := json.Unmarshal(frame[bytes.Index(frame, []byte(`{"op"`)):], &got); err != nil {
			t.Fatalf("%q: %v", frame, err)
		}
		if err := json.Unmarshal(whole, &want); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		for _, m := range e.Members {
			if want, _ := json.Marshal(m); !bytes.Equal(m.append(nil), want) {
				t.Errorf("%s, want %s", m.append(nil), want)
			}
		}
	})
}
