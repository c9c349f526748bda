package ncdu

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// Whatever the input, Read returns; what it accepts is JSON, and survives being
// written and read again.
func FuzzRead(f *testing.F) {
	f.Add(write(f, sample()))
	f.Add([]byte(in(`{"x":{"a":[1,-2.5e+3,"\u00ff\"]}",{},[],true]},"name":"\ud83d\ude00"}`)))
	f.Add([]byte(in(`[{"name":"a","mtime":-1.5},{"name":"b"}],[{"name":"c"}]`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := read(bytes.NewReader(text))
		if err != nil {
			return
		}
		if utf8.Valid(text) && !json.Valid(text) {
			t.Fatalf("accepted, but not JSON: %q", text)
		}
		again, err := read(bytes.NewReader(write(t, got)))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("second reading (-first +second):\n%s", diff)
		}
	})
}
