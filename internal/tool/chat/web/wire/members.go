package wire

import (
	"encoding/json"
	"slices"
)

// appendMembers appends a list of members to an object that isn't shut yet, and shuts
// it. Each who comes into a room gets such a list: with package json alone a thousand
// who come at once would be a second's work.
func appendMembers(b []byte, list []Member) []byte {
	b = slices.Grow(b, 24*len(list)+16)
	b = append(b, `,"members":[`...)
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = list[i].append(b)
	}
	return append(b, "]}"...)
}

// append appends the member as json.Marshal writes it.
func (m *Member) append(b []byte) []byte {
	b = append(b, `{"nick":`...)
	b = appendString(b, m.Nick)
	for _, is := range []struct {
		so   bool
		name string
	}{{m.Op, "op"}, {m.Voice, "voice"}, {m.Away, "away"}} {
		if is.so {
			b = append(b, `,"`+is.name+`":true`...)
		}
	}
	if m.Account != "" {
		b = append(b, `,"account":`...)
		b = appendString(b, m.Account)
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			escaped, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string can be marshalled
			}
			return append(b, escaped...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
