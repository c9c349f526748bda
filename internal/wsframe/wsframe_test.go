package wsframe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const limit = 1 << 17

// raw makes a frame that Append would not.
func raw(first byte, payload string) []byte {
	b := AppendMasked(nil, 0, []byte(payload), [4]byte{1, 2, 3, 4})
	b[0] = first
	return b
}

func join(list ...[]byte) []byte { return bytes.Join(list, nil) }

// A got is what a reader returned.
type got struct {
	op   Op
	data string
}

// TestProtocol has what one client sends, and what becomes of it: the messages, and
// the code with which the connection is to be closed, or 0. The cases follow the
// sections of the Autobahn test suite.
func TestProtocol(t *testing.T) {
	text := func(s string) got { return got{Text, s} }
	ping := raw(0x89, "are you there")
	long := strings.Repeat("*", 1<<16)
	for name, tt := range map[string]struct {
		in   []byte
		want []got
		code Code
	}{
		// 1: framing.
		"empty text":   {raw(0x81, ""), []got{text("")}, 0},
		"125 bytes":    {raw(0x81, long[:125]), []got{text(long[:125])}, 0},
		"126 bytes":    {raw(0x81, long[:126]), []got{text(long[:126])}, 0},
		"65535 bytes":  {raw(0x81, long[:65535]), []got{text(long[:65535])}, 0},
		"65536 bytes":  {raw(0x81, long), []got{text(long)}, 0},
		"binary":       {raw(0x82, "\x00\xff"), []got{{Binary, "\x00\xff"}}, 0},
		"too long":     {raw(0x81, strings.Repeat("*", limit+1)), nil, TooBig},
		"not masked":   {Append(nil, Text, []byte("hi")), nil, ProtocolError},
		"126 in 16":    {[]byte{0x81, 0xfe, 0, 125, 0, 0, 0, 0}, nil, ProtocolError},
		"short in 64":  {[]byte{0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}, nil, ProtocolError},
		"length below": {[]byte{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, nil, ProtocolError},
		// 2: pings.
		"ping":                {ping, []got{{Ping, "are you there"}}, 0},
		"ping of 125 bytes":   {raw(0x89, long[:125]), []got{{Ping, long[:125]}}, 0},
		"ping of 126 bytes":   {raw(0x89, long[:126]), nil, ProtocolError},
		"pong out of nowhere": {raw(0x8a, "x"), []got{{Pong, "x"}}, 0},
		// 3 and 4: reserved bits and opcodes.
		"bit 1":     {raw(0xc1, "x"), nil, ProtocolError},
		"bit 2":     {join(raw(0x81, "x"), raw(0xa1, "x")), []got{text("x")}, ProtocolError},
		"bit 3":     {raw(0x99, "x"), nil, ProtocolError},
		"opcode 3":  {raw(0x83, ""), nil, ProtocolError},
		"opcode 7":  {raw(0x87, "x"), nil, ProtocolError},
		"opcode 11": {raw(0x8b, ""), nil, ProtocolError},
		"opcode 15": {raw(0x8f, "x"), nil, ProtocolError},
		// 5: fragments.
		"ping in fragments":       {join(raw(0x09, "a"), raw(0x80, "b")), nil, ProtocolError},
		"two fragments":           {join(raw(0x01, "a"), raw(0x80, "b")), []got{text("ab")}, 0},
		"ping between":            {join(raw(0x01, "a"), ping, raw(0x80, "b")), []got{{Ping, "are you there"}, text("ab")}, 0},
		"many fragments":          {join(raw(0x01, "a"), raw(0, "b"), raw(0, ""), raw(0, "c"), raw(0x80, "d")), []got{text("abcd")}, 0},
		"empty fragments":         {join(raw(0x01, ""), raw(0, ""), raw(0x80, "")), []got{text("")}, 0},
		"binary fragments":        {join(raw(0x02, "\xff"), raw(0x80, "\xfe")), []got{{Binary, "\xff\xfe"}}, 0},
		"continuation of nothing": {raw(0x80, "x"), nil, ProtocolError},
		"fragment of nothing":     {raw(0x00, "x"), nil, ProtocolError},
		"text within text":        {join(raw(0x01, "a"), raw(0x81, "b")), nil, ProtocolError},
		"fragment within text":    {join(raw(0x01, "a"), raw(0x01, "b")), nil, ProtocolError},
		"continuation after end":  {join(raw(0x01, "a"), raw(0x80, "b"), raw(0x80, "c")), []got{text("ab")}, ProtocolError},
		"too long in parts":       {join(raw(0x01, long), raw(0x00, long), raw(0x80, "x")), nil, TooBig},
		// 6: UTF-8.
		"valid":               {raw(0x81, "κόσμε \U0010FFFF"), []got{text("κόσμε \U0010FFFF")}, 0},
		"split in a rune":     {join(raw(0x01, "\xce"), raw(0x80, "\xba")), []got{text("κ")}, 0},
		"surrogate":           {raw(0x81, "\xed\xa0\x80"), nil, Invalid},
		"overlong":            {raw(0x81, "\xc0\xaf"), nil, Invalid},
		"cut off":             {raw(0x81, "a\xce"), nil, Invalid},
		"cut off in parts":    {join(raw(0x01, "a\xce"), raw(0x80, "")), nil, Invalid},
		"above the last rune": {raw(0x81, "\xf4\x90\x80\x80"), nil, Invalid},
		// 7: the end.
		"close":                  {raw(0x88, ""), []got{{Close, ""}}, 0},
		"close with a reason":    {raw(0x88, "\x03\xe8bye"), []got{{Close, "\x03\xe8bye"}}, 0},
		"close of 126 bytes":     {raw(0x88, "\x03\xe8"+long[:124]), nil, ProtocolError},
		"close within fragments": {join(raw(0x01, "a"), raw(0x88, "")), []got{{Close, ""}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var list []got
			r := &Reader{In: bytes.NewReader(tt.in), From: Client, Limit: limit}
			var err error
			for {
				var op Op
				var payload []byte
				if op, payload, err = r.Next(); err != nil {
					break
				}
				list = append(list, got{op, string(payload)})
			}
			var wrong *Error
			switch {
			case tt.code == 0 && err != io.EOF:
				t.Errorf("error %v", err)
			case tt.code != 0 && (!errors.As(err, &wrong) || wrong.Code != tt.code):
				t.Errorf("error %v, want code %d", err, tt.code)
			}
			if !slices.Equal(list, tt.want) {
				t.Errorf("got %.200q, want %.200q", list, tt.want)
			}
			// In a buffer it is the same.
			if inBuffer, err := readBuffer(bytes.Clone(tt.in)); !slices.Equal(inBuffer, list) || (err != nil) != (tt.code != 0) {
				t.Errorf("in a buffer %.200q, %v", inBuffer, err)
			}
		})
	}
}

// readBuffer reads all that is in a buffer.
func readBuffer(data []byte) (list []got, err error) {
	var joiner Joiner
	for len(data) > 0 {
		n := Cut(data, Client, limit)
		if n == 0 {
			return list, nil
		}
		h, payload, err := Open(data[:n], Client, limit)
		if err != nil {
			return list, err
		}
		data = data[n:]
		if h.Op.IsControl() {
			list = append(list, got{h.Op, string(payload)})
			continue
		}
		op, message, whole, err := joiner.Add(h, payload, limit)
		if err != nil {
			return list, err
		}
		if whole {
			list = append(list, got{op, string(message)})
		}
	}
	return list, nil
}

func TestClose(t *testing.T) {
	for _, tt := range []struct {
		payload string
		code    Code
		reason  string
		wrong   Code // 0: nothing
	}{
		{"", NoCode, "", 0},
		{"\x03", NoCode, "", ProtocolError},
		{"\x03\xe8", Normal, "", 0},
		{"\x03\xe8bye", Normal, "bye", 0},
		{"\x03\xe8\xff", Normal, "", Invalid},
	} {
		code, reason, err := ParseClose([]byte(tt.payload))
		var wrong *Error
		if code != tt.code || reason != tt.reason || errors.As(err, &wrong) != (tt.wrong != 0) || wrong != nil && wrong.Code != tt.wrong {
			t.Errorf("%q: %d %q %v", tt.payload, code, reason, err)
		}
	}
	var may []Code
	for c := range Code(5010) {
		if _, _, err := ParseClose(binary.BigEndian.AppendUint16(nil, uint16(c))); err == nil {
			if len(may) > 0 && may[len(may)-1] == c-1 {
				may[len(may)-1] = c
			} else {
				may = append(may, c, c)
			}
		}
	}
	if want := []Code{1000, 1003, 1007, 1014, 3000, 4999}; !slices.Equal(may, want) {
		t.Errorf("codes that may be sent are from and to %d, want %d", may, want)
	}
}

// TestLongReason: a reason that doesn't fit is cut between two characters.
func TestLongReason(t *testing.T) {
	h, payload, err := Open(AppendClose(nil, Policy, strings.Repeat("é", 100)), Server, limit)
	code, reason, perr := ParseClose(payload)
	if err != nil || perr != nil || h.Op != Close || code != Policy || reason != strings.Repeat("é", 61) {
		t.Errorf("%d %q, %v, %v", code, reason, err, perr)
	}
	if _, payload, err := Open(AppendCloseMasked(nil, NoCode, "not sent"), Client, limit); err != nil || len(payload) != 0 {
		t.Errorf("%q, %v", payload, err)
	}
}

// TestRoundTrip: what is appended is read, however it comes.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := Side(rapid.Bool().Draw(t, "client"))
		var wire []byte
		var want []got
		for range rapid.IntRange(0, 5).Draw(t, "frames") {
			data := bytes.Repeat([]byte{byte(rapid.IntRange(0, 127).Draw(t, "byte"))}, rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(65500, 65600)).Draw(t, "size"))
			op := rapid.SampledFrom([]Op{Text, Binary, Ping}).Draw(t, "op")
			if op == Ping {
				data = data[:min(len(data), maxControl)]
			}
			if from == Client {
				mask := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "mask"))
				wire = AppendMasked(wire, op, data, mask)
			} else {
				wire = Append(wire, op, data)
			}
			want = append(want, got{op, string(data)})
		}
		in := iotest.OneByteReader(bytes.NewReader(wire))
		if rapid.Bool().Draw(t, "halves") {
			in = iotest.HalfReader(bytes.NewReader(wire))
		}
		r := &Reader{In: in, From: from, Limit: limit}
		for _, w := range want {
			if op, payload, err := r.Next(); err != nil || op != w.op || string(payload) != w.data {
				t.Fatalf("op %d, %d bytes, %v; want op %d, %d bytes", op, len(payload), err, w.op, len(w.data))
			}
		}
		if _, _, err := r.Next(); err != io.EOF {
			t.Fatalf("at the end: %v", err)
		}
		if len(wire) > 0 {
			r := &Reader{In: bytes.NewReader(wire[:len(wire)-1]), From: from, Limit: limit}
			var err error
			for err == nil {
				_, _, err = r.Next()
			}
			if last := want[len(want)-1]; last.data != "" && err != io.ErrUnexpectedEOF {
				t.Fatalf("cut short: %v", err)
			}
		}
	})
}

// FuzzFrames: nothing that a client sends is read beyond its end, or one way from a
// buffer and another way from a stream.
func FuzzFrames(f *testing.F) {
	f.Add(raw(0x81, `{"op":"hello"}`))
	f.Add(join(raw(0x01, "a"), raw(0x89, ""), raw(0x80, "\xff"), raw(0x88, "\x03\xe8")))
	f.Add([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		for n := range len(data) {
			if size := Cut(data[:n:n], Client, limit); size > n {
				t.Fatalf("%d bytes of %d", size, n)
			}
			if n > 2*maxHeader {
				break
			}
		}
		var list []got
		r := &Reader{In: bytes.NewReader(data), From: Client, Limit: limit}
		var err error
		for {
			op, payload, nerr := r.Next()
			if err = nerr; err != nil {
				break
			}
			if op == Text && !utf8.Valid(payload) {
				t.Fatalf("text %q", payload)
			}
			if op == Close {
				if code, reason, err := ParseClose(payload); err == nil {
					again := AppendCloseMasked(nil, code, reason)
					if _, p, err := Open(again, Client, limit); err != nil || !bytes.Equal(p, payload) {
						t.Fatalf("close %q again is %q, %v", payload, p, err)
					}
				}
			}
			list = append(list, got{op, string(payload)})
		}
		inBuffer, berr := readBuffer(bytes.Clone(data))
		var wrong *Error
		if !slices.Equal(inBuffer, list) || (berr != nil) != errors.As(err, &wrong) {
			t.Fatalf("%q, %v; in a buffer %q, %v", list, err, inBuffer, berr)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	data := make([]byte, 16<<10)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		xor(data, [4]byte{1, 2, 3, 4})
	}
}
