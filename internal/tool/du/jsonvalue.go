package du

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"time"
	"unicode/utf8"

	"baton/internal/disktree"
	"baton/internal/fsdir"
)

// encode returns v without escaping <, > and &.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// notText returns the bytes of s in base64 if it is not UTF-8, which is all that
// JSON has.
func notText(s string) string {
	if utf8.ValidString(s) {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(s))
}

func typeName(dir bool) string {
	if dir {
		return "dir"
	}
	return "file"
}

func savedTime(at *disktree.Saved) *string {
	if at.Time.Unix() == 0 {
		return nil
	}
	return jsonTime(fsdir.Time{Sec: at.Time.Unix()})
}

func (r *run) jsonTime(t fsdir.Time) *string {
	if r.unknown(t) {
		return nil
	}
	return jsonTime(t)
}

// jsonTime returns t as RFC 3339 has it, nil outside of the years that it has.
func jsonTime(t fsdir.Time) *string {
	at := time.Unix(t.Sec, 0).UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return nil
	}
	text := at.Format(time.RFC3339)
	return &text
}
