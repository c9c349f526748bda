package timewire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// NTPSize is the size of an NTP packet without extensions, in bytes.
const NTPSize = 48

var (
	// ErrNotNTP is the error of bytes that are no answer of an NTP server.
	ErrNotNTP = errors.New("not an answer of NTP")
	// ErrOtherAnswer is the error of an answer to another question, or of one that
	// was made up by someone who didn't see the question.
	ErrOtherAnswer = errors.New("an answer to another question")
	// ErrUnsynchronised is the error of a server that doesn't know the time itself.
	ErrUnsynchronised = errors.New("the server isn't synchronised")
)

// A KissError is the answer of a server that doesn't want to be asked, with its
// code, such as RATE or DENY.
type KissError struct{ Code string }

func (e *KissError) Error() string { return fmt.Sprintf("the server refuses: %s", e.Code) }

// An NTPReply is what a server's answer says.
type NTPReply struct {
	Received, Sent time.Time     // by the server's clock
	Stratum        int           // 1 has a clock of reference
	RootDelay      time.Duration // to that clock and back
	RootDispersion time.Duration // by how much the server itself may be wrong
}

// AppendNTPRequest appends the packet that asks a server for the time. The nonce,
// a random number, comes back in the answer; it stands in the place of the local
// time, which is nobody's business.
func AppendNTPRequest(dst []byte, nonce uint64) []byte {
	const version, client = 4, 3
	dst = append(dst, version<<3|client)
	dst = append(dst, make([]byte, NTPSize-1-8)...)
	return binary.BigEndian.AppendUint64(dst, nonce)
}

// ParseNTP reads the answer to the request with that nonce. NTP counts the seconds
// as the Time Protocol does: of the moments that an answer can mean it is the one
// nearest to near. The errors are those above and [*KissError].
func ParseNTP(b []byte, nonce uint64, near time.Time) (NTPReply, error) {
	const server, alarm = 4, 3
	if len(b) < NTPSize || b[0]&7 != server {
		return NTPReply{}, ErrNotNTP
	}
	if binary.BigEndian.Uint64(b[24:]) != nonce {
		return NTPReply{}, ErrOtherAnswer
	}
	stratum := int(b[1])
	switch {
	case stratum == 0 && isKiss(b[12:16]):
		return NTPReply{}, &KissError{string(b[12:16])}
	case stratum == 0 || stratum > 15 || b[0]>>6 == alarm:
		return NTPReply{}, ErrUnsynchronised
	}
	r := NTPReply{
		Received:       timestamp(b[32:], near),
		Sent:           timestamp(b[40:], near),
		Stratum:        stratum,
		RootDelay:      short(b[4:]),
		RootDispersion: short(b[8:]),
	}
	if binary.BigEndian.Uint64(b[40:]) == 0 || r.Sent.Before(r.Received) {
		return NTPReply{}, ErrNotNTP
	}
	return r, nil
}

// AppendNTPTime appends the 64 bits of an NTP timestamp.
func AppendNTPTime(dst []byte, t time.Time) []byte {
	dst = AppendSeconds(dst, t)
	return binary.BigEndian.AppendUint32(dst, uint32(uint64(t.Nanosecond())<<32/1e9))
}

// timestamp reads 32 bits of seconds and 32 of their fraction.
func timestamp(b []byte, near time.Time) time.Time {
	fraction := uint64(binary.BigEndian.Uint32(b[4:]))
	return time.Unix(nearest(binary.BigEndian.Uint32(b), near), int64((fraction*1e9+1<<31)>>32))
}

// short reads 16 bits of seconds and 16 of their fraction.
func short(b []byte) time.Duration {
	return time.Duration(binary.BigEndian.Uint32(b)) * time.Second >> 16
}

// isKiss reports whether b is the code of a refusal: four letters. Some servers that
// don't know the time have zeros there.
func isKiss(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
