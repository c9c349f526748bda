// Package wsframe is WebSocket (RFC 6455) for who has the bytes already: it takes
// frames apart in a buffer of the caller's, and appends them to one. It has no
// connection, no goroutine and no buffer of its own, so that a server with ten
// thousand silent clients holds nothing for them.
//
// A server answers the request for a WebSocket with [Accept], finds the end of each
// frame with [Cut], takes it apart with [Open], and puts the fragments of a message
// together with a [Joiner]. A client begins with [Dial] and reads with a [Reader].
// Both write with [Append] and its like. Extensions, such as compression, and
// subprotocols are never agreed on.
package wsframe

import "encoding/binary"

// An Op is what a frame is.
type Op byte

// The kinds of frames. Those from Close on are of control: they may come between the
// fragments of a message, and are never fragments themselves.
const (
	Continuation Op = 0
	Text         Op = 1
	Binary       Op = 2
	Close        Op = 8
	Ping         Op = 9
	Pong         Op = 10
)

// IsControl reports whether frames of that kind are of control.
func (op Op) IsControl() bool { return op >= Close }

func (op Op) known() bool { return op <= Binary || op >= Close && op <= Pong }

// A Side is one of the two ends of a connection. The frames of a client are masked,
// those of a server are not.
type Side bool

// The sides.
const (
	Client Side = true
	Server Side = false
)

func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}

// A Header is what comes before a frame's payload.
type Header struct {
	Fin    bool // the last fragment of a message, or a frame of control
	Op     Op
	Masked bool
	Mask   [4]byte
	Length int64 // of the payload
}

const (
	fin      = 0x80 // in the first byte
	reserved = 0x70
	opBits   = 0x0f
	masked   = 0x80 // in the second byte
	length16 = 126
	length64 = 127

	maxHeader  = 14
	maxControl = 125 // bytes of payload in a frame of control
)

// Parse takes apart the header that b begins with, of a frame that the given side
// sent. Size is how many bytes it has, 0 if b ends before it does. A header that
// breaks the protocol is an [*Error], with the size.
func Parse(b []byte, from Side) (h Header, size int, err error) {
	if len(b) < 2 {
		return h, 0, nil
	}
	h = Header{Fin: b[0]&fin != 0, Op: Op(b[0] & opBits), Masked: b[1]&masked != 0, Length: int64(b[1] &^ masked)}
	size = headerSize(b)
	// What is wrong with the first two bytes is known before the others are there.
	switch {
	case b[0]&reserved != 0:
		return h, 2, protocolError("a reserved bit is set")
	case !h.Op.known():
		return h, 2, protocolError("unknown opcode")
	case h.Op.IsControl() && (!h.Fin || h.Length > maxControl):
		return h, 2, protocolError("control frame too long or fragmented")
	case Side(h.Masked) != from:
		return h, 2, protocolError("mask missing or out of place")
	case len(b) < size:
		return h, 0, nil
	}
	var shortest uint64
	switch h.Length {
	case length16:
		h.Length, shortest = int64(binary.BigEndian.Uint16(b[2:])), length16
	case length64:
		h.Length, shortest = int64(binary.BigEndian.Uint64(b[2:])), 1<<16
	}
	if uint64(h.Length) < shortest || h.Length < 0 {
		return h, size, protocolError("length not in its shortest form")
	}
	if h.Masked {
		copy(h.Mask[:], b[size-len(h.Mask):])
	}
	return h, size, nil
}

// headerSize returns how many bytes the header has whose first two are in b.
func headerSize(b []byte) int {
	size := 2
	switch b[1] &^ masked {
	case length16:
		size += 2
	case length64:
		size += 8
	}
	if b[1]&masked != 0 {
		size += 4
	}
	return size
}

// Cut returns how many bytes the first frame in b has, which the given side sent, or
// 0 if it isn't whole. Of a frame that [Open] refuses for its header, or for a payload
// of more than limit bytes, the header is enough.
func Cut(b []byte, from Side, limit int) int {
	h, size, err := Parse(b, from)
	switch {
	case err != nil || h.Length > int64(limit):
		return size
	case size == 0 || h.Length > int64(len(b)-size):
		return 0
	}
	return size + int(h.Length)
}

// Open takes apart a frame as [Cut] returned it. The payload is a part of b, and
// unmasked there. The error is an [*Error].
func Open(b []byte, from Side, limit int) (h Header, payload []byte, err error) {
	h, size, err := Parse(b, from)
	switch {
	case err != nil:
		return h, nil, err
	case h.Length > int64(limit):
		return h, nil, tooBig(limit)
	case size == 0 || h.Length != int64(len(b)-size):
		return h, nil, protocolError("frame cut short")
	}
	payload = b[size:]
	if h.Masked {
		xor(payload, h.Mask)
	}
	return h, payload, nil
}

// Append appends a whole frame from a server.
func Append(dst []byte, op Op, payload []byte) []byte {
	return append(appendHeader(dst, op, 0, len(payload)), payload...)
}

// AppendMasked appends a whole frame from a client. Masks protect proxies from
// scripts that choose what is on the wire; where nobody does, the mask may be zero.
func AppendMasked(dst []byte, op Op, payload []byte, mask [4]byte) []byte {
	dst = append(appendHeader(dst, op, masked, len(payload)), mask[:]...)
	dst = append(dst, payload...)
	xor(dst[len(dst)-len(payload):], mask)
	return dst
}

func appendHeader(dst []byte, op Op, flag byte, n int) []byte {
	dst = append(dst, fin|byte(op))
	switch {
	case n < length16:
		return append(dst, flag|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, flag|length16), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, flag|length64), uint64(n))
}

// xor masks a payload, or takes the mask off.
func xor(p []byte, mask [4]byte) {
	word := uint64(binary.LittleEndian.Uint32(mask[:]))
	word |= word << 32
	if word == 0 {
		return
	}
	for len(p) >= 8 { // two turns of the mask
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^word)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= mask[i%len(mask)]
	}
}
