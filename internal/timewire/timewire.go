// Package timewire holds the forms in which machines tell each other the time:
// the lines of a clock server, the Daytime Protocol (RFC 867), the Time Protocol
// (RFC 868) and the packets of NTP (RFC 5905).
//
// The nearest relative in the standard library, [time.Parse], reads one layout at
// a time and takes a zone's abbreviation for UTC. What is read here comes from
// strangers: each function takes any bytes, in bounded time.
package timewire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Daytime is the layout of a line of the Daytime Protocol. The RFC leaves the
// form open; this is its first example, with an offset in the place of the
// zone's abbreviation, which would not be unique.
const Daytime = "Monday, January 2, 2006 15:04:05 -0700"

// epoch is when the Time Protocol and NTP begin to count, in Unix seconds.
const epoch = -2208988800

// ErrUnset is the error of a Time server that sends 0, which stands for not
// knowing the time.
var ErrUnset = errors.New("the server doesn't know the time")

// AppendSeconds appends the four bytes of the Time Protocol: the seconds since
// 1900, of which the lowest 32 bits are sent.
func AppendSeconds(dst []byte, t time.Time) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(t.Unix()-epoch))
}

// Seconds reads the four bytes of the Time Protocol. Of the moments that they can
// mean, which lie 136 years apart, it is the one nearest to near.
func Seconds(b []byte, near time.Time) (time.Time, error) {
	if len(b) != 4 {
		return time.Time{}, fmt.Errorf("not an answer of the Time Protocol, which has 4 bytes: %q", b)
	}
	n := binary.BigEndian.Uint32(b)
	if n == 0 {
		return time.Time{}, ErrUnset
	}
	return time.Unix(nearest(n, near), 0), nil
}

// nearest returns the Unix seconds nearest to near whose lowest 32 bits, counted
// from 1900, are n.
func nearest(n uint32, near time.Time) int64 {
	reference := near.Unix() - epoch
	return reference + int64(int32(n-uint32(reference))) + epoch
}
