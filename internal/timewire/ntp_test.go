package timewire

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reply returns an answer to a request.
func reply(request []byte, received, sent time.Time) []byte {
	b := []byte{4<<3 | 4, 2, 6, 0xe9}
	b = binary.BigEndian.AppendUint32(b, 1<<15) // root delay: 0.5 s
	b = binary.BigEndian.AppendUint32(b, 1<<16) // root dispersion: 1 s
	b = append(b, 127, 0, 0, 1)                 // reference ID
	b = binary.BigEndian.AppendUint64(b, 0)     // reference time
	b = append(b, request[40:48]...)            // origin
	return AppendNTPTime(AppendNTPTime(b, received), sent)
}

func TestNTP(t *testing.T) {
	request := AppendNTPRequest(nil, 0x0123456789abcdef)
	if len(request) != NTPSize || request[0] != 0x23 {
		t.Fatalf("request % x", request)
	}
	good := reply(request, now, now.Add(time.Millisecond))
	got, err := ParseNTP(good, 0x0123456789abcdef, now.Add(time.Hour))
	got.Received, got.Sent = got.Received.UTC(), got.Sent.UTC()
	want := NTPReply{Received: now, Sent: now.Add(time.Millisecond), Stratum: 2, RootDelay: time.Second / 2, RootDispersion: time.Second}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	var kiss *KissError
	for _, tt := range []struct {
		name   string
		change func([]byte) []byte
		ok     func(error) bool
	}{
		{"short", func(b []byte) []byte { return b[:47] }, is(ErrNotNTP)},
		{"from a client", set(0, 0x23), is(ErrNotNTP)},
		{"other nonce", set(24, 0xff), is(ErrOtherAnswer)},
		{"alarm", set(0, 3<<6|4<<3|4), is(ErrUnsynchronised)},
		{"stratum 16", set(1, 16), is(ErrUnsynchronised)},
		{"kiss", func(b []byte) []byte {
			b[1] = 0
			copy(b[12:], "RATE")
			return b
		}, func(err error) bool { return errors.As(err, &kiss) && kiss.Code == "RATE" }},
		{"stratum 0 without a kiss", set(1, 0), is(ErrUnsynchronised)},
		{"no time", func(b []byte) []byte { return append(b[:40], make([]byte, 8)...) }, is(ErrNotNTP)},
		{"sent before received", func(b []byte) []byte { return AppendNTPTime(b[:40], now.Add(-time.Second)) }, is(ErrNotNTP)},
	} {
		if _, err := ParseNTP(tt.change(slices.Clone(good)), 0x0123456789abcdef, now); !tt.ok(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func is(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }

func set(at int, to byte) func([]byte) []byte {
	return func(b []byte) []byte {
		b[at] = to
		return b
	}
}

func TestNTPTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "sec"), rapid.Int64Range(0, 999_999_999).Draw(t, "nsec"))
		near := at.Add(time.Duration(rapid.Int64Range(-1<<30, 1<<30).Draw(t, "off")) * time.Second)
		got := timestamp(AppendNTPTime(nil, at), near)
		if got.Sub(at).Abs() > time.Nanosecond {
			t.Errorf("%v became %v", at, got)
		}
	})
}
