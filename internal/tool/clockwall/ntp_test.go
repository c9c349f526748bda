package clockwall

import (
	"context"
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"baton/internal/timewire"
)

// A responder answers each request with the packets that it makes of it, and counts
// the requests.
type responder struct {
	conn  net.PacketConn
	ended chan int
}

func respond(t *testing.T, answers func(request []byte) [][]byte) (r *responder, address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r = &responder{conn, make(chan int, 1)}
	go func() { // ends when the socket is closed
		n := 0
		defer func() { r.ended <- n }()
		for {
			request := make([]byte, 100)
			size, from, err := conn.ReadFrom(request)
			if err != nil {
				return
			}
			n++
			for _, packet := range answers(request[:size]) {
				conn.WriteTo(packet, from)
			}
		}
	}()
	return r, conn.LocalAddr().String()
}

// requests ends the responder and returns how many requests it has got.
func (r *responder) requests() int {
	r.conn.Close()
	return <-r.ended
}

// answer is that of a server whose clock differs by off from ours. It knows its own
// time to 3/8 of a second, 0.25 of it for half the way to its own server and back.
func answer(request []byte, off time.Duration) []byte {
	now := time.Now().Add(off)
	b := []byte{4<<3 | 4, 2, 6, 0xe9}
	b = binary.BigEndian.AppendUint32(b, 1<<15) // root delay
	b = binary.BigEndian.AppendUint32(b, 1<<13) // root dispersion
	b = append(b, 127, 0, 0, 1)
	b = append(timewire.AppendNTPTime(b, now), request[40:48]...)
	return timewire.AppendNTPTime(timewire.AppendNTPTime(b, now), now)
}

// changed is answer with other bytes at some place.
func changed(request []byte, at int, bytes ...byte) []byte {
	b := answer(request, 0)
	copy(b[at:], bytes)
	return b
}

// TestAskNTP asks servers over UDP, right and wrong ones, also with answers that come
// first from somebody else, who hasn't seen the question.
func TestAskNTP(t *testing.T) {
	const off = 90 * time.Minute
	tests := []struct {
		name    string
		answers func(request []byte) [][]byte
		err     string
	}{
		{"ahead", func(q []byte) [][]byte { return [][]byte{answer(q, off)} }, ""},
		{"spoofed first", func(q []byte) [][]byte {
			return [][]byte{changed(q, 24, 1, 2, 3, 4, 5, 6, 7, 8), changed(q, 24, 0, 0, 0, 0, 0, 0, 0, 0), answer(q, off)}
		}, ""},
		{"spoofed refusal first", func(q []byte) [][]byte {
			kiss := changed(q, 12, []byte("DENY")...)
			kiss[1], kiss[24] = 0, kiss[24]^1
			return [][]byte{kiss, answer(q, off)}
		}, ""},
		{"noise first", func(q []byte) [][]byte { return [][]byte{[]byte("hello"), q, {}, answer(q, off)} }, ""},
		{"about to leap", func(q []byte) [][]byte {
			b := answer(q, off)
			b[0] |= 1 << 6
			return [][]byte{b}
		}, ""},
		{"only spoofed", func(q []byte) [][]byte { return [][]byte{changed(q, 24, 1)} }, "timeout"},
		{"silent", func([]byte) [][]byte { return nil }, "timeout"},
		{"doesn't know", func(q []byte) [][]byte { return [][]byte{changed(q, 0, 3<<6|4<<3|4)} }, "isn't synchronised"},
		{"stratum 16", func(q []byte) [][]byte { return [][]byte{changed(q, 1, 16)} }, "isn't synchronised"},
		{"has never known", func(q []byte) [][]byte { return [][]byte{changed(q, 0, 3<<6|4<<3|4, 0)} }, "isn't synchronised"},
		{"kiss of death", func(q []byte) [][]byte {
			b := changed(q, 12, []byte("RATE")...)
			b[1] = 0
			return [][]byte{b}
		}, "the server refuses: RATE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, address := respond(t, tt.answers)
			defer r.requests()
			s, err := Parse("A=ntp://" + address)
			if err != nil {
				t.Fatal(err)
			}
			patience := patient
			if tt.err == "timeout" {
				patience = 50 * time.Millisecond
			}
			b, err := askNTP(t.Context(), s, patience)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			// Each bound is off by the server's own doubt, and the rest is the way.
			const doubt = 250*time.Millisecond + 125*time.Millisecond
			if err != nil || b.least > off-doubt || b.greatest < off+doubt || b.greatest-b.least > 2*doubt+2*b.rtt {
				t.Errorf("%+v, %v", b, err)
			}
		})
	}
}

// TestKiss watches servers that don't want to be asked: not again, or not so often.
func TestKiss(t *testing.T) {
	for code, want := range map[string]time.Duration{"DENY": 0, "RSTR": 0, "RATE": kissPause} {
		r, address := respond(t, func(q []byte) [][]byte {
			b := changed(q, 12, []byte(code)...)
			b[1] = 0
			return [][]byte{b}
		})
		s, err := Parse("A=ntp://" + address)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		watch(ctx, s, Options{Interval: time.Millisecond, Patience: patient}, func(e Event) {
			if e.Err == nil || e.Retry != want {
				t.Errorf("%s: %+v", code, e)
			}
			cancel()
		})
		if n := r.requests(); n != 1 {
			t.Errorf("%s: %d requests", code, n)
		}
	}
}

// TestAfterFailure fails again and again: the pauses grow, up to a limit.
func TestAfterFailure(t *testing.T) {
	var b backoff
	last := time.Duration(0)
	for range 10 {
		last = afterFailure(net.ErrClosed, &b)
		if last <= 0 || last > lastRetry {
			t.Errorf("after %v", last)
		}
	}
	if last < lastRetry/2 {
		t.Errorf("%v after ten failures", last)
	}
}
