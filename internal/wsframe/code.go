package wsframe

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// A Code says why a connection ends.
type Code uint16

// The codes that we use. NoCode stands for a frame without one and is never sent.
const (
	Normal        Code = 1000
	GoingAway     Code = 1001
	ProtocolError Code = 1002
	Unsupported   Code = 1003 // a kind of data that isn't taken
	NoCode        Code = 1005
	Invalid       Code = 1007 // text that is no UTF-8
	Policy        Code = 1008
	TooBig        Code = 1009
	Later         Code = 1013 // the connection may be made again
)

// sent reports whether a code may be in a frame.
func (c Code) sent() bool {
	switch {
	case c >= 3000:
		return c < 5000 // those of libraries and applications
	case c == 1004, c == NoCode, c == 1006:
		return false
	}
	return c >= Normal && c <= 1014
}

// An Error says that the other side broke the protocol or a limit, and with which
// code the connection is to be closed for that.
type Error struct {
	Code Code
	Why  string
}

func (e *Error) Error() string { return "websocket: " + e.Why }

func protocolError(why string) error { return &Error{Code: ProtocolError, Why: why} }

func tooBig(limit int) error {
	return &Error{Code: TooBig, Why: fmt.Sprintf("a message has at most %d bytes", limit)}
}

// ParseClose takes apart the payload of a frame of kind Close. The error is an
// [*Error].
func ParseClose(payload []byte) (Code, string, error) {
	if len(payload) == 0 {
		return NoCode, "", nil
	}
	if len(payload) < 2 {
		return NoCode, "", protocolError("half a code in a close frame")
	}
	code, reason := Code(binary.BigEndian.Uint16(payload)), payload[2:]
	switch {
	case !code.sent():
		return NoCode, "", protocolError("a close frame with a code that is never sent")
	case !utf8.Valid(reason):
		return code, "", &Error{Code: Invalid, Why: "the reason in a close frame is no UTF-8"}
	}
	return code, string(reason), nil
}

// AppendClose appends the frame with which a server ends a connection. A reason that
// is too long for it is cut.
func AppendClose(dst []byte, code Code, reason string) []byte {
	return Append(dst, Close, closePayload(code, reason))
}

// AppendCloseMasked is AppendClose for a client, with a mask of zero.
func AppendCloseMasked(dst []byte, code Code, reason string) []byte {
	return AppendMasked(dst, Close, closePayload(code, reason), [4]byte{})
}

func closePayload(code Code, reason string) []byte {
	if code == NoCode {
		return nil
	}
	const most = maxControl - 2
	if len(reason) > most {
		end := most
		for end > 0 && !utf8.RuneStart(reason[end]) {
			end--
		}
		reason = reason[:end]
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...)
}
