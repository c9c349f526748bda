// Package wire parses and builds lines of the IRC protocol with the message
// tags of IRCv3. It knows the grammar and its limits, no command: server,
// terminal client and load generator share it. Start with [Message.Parse] for
// what comes in and [Line] for what goes out.
//
// A parsed message points into the line it came from, and a line is built by
// appending to a slice, so that neither allocates once the slices have grown.
package wire

import (
	"bytes"
	"errors"
	"slices"
)

// The limits of a line. What is longer than MaxBody is refused by servers or
// cut off; a [Line] never is.
const (
	MaxBody       = 512  // all after the tags, with CR and LF
	MaxTags       = 8191 // the tags of a server's line, with '@' and the space after them
	MaxClientTags = 4096 // the same of a client's line: 4094 bytes between the two
)

// Why a line cannot be parsed.
var (
	// ErrEmpty: nothing but spaces. Such lines are to be ignored.
	ErrEmpty = errors.New("wire: empty line")
	// ErrByte: NUL, CR or LF within the line.
	ErrByte = errors.New("wire: forbidden byte")
	// ErrCommand: no command, or one of other bytes than letters and digits.
	ErrCommand = errors.New("wire: no valid command")
	// ErrTooLong: tags or body over the limit for clients; see [CheckClient].
	ErrTooLong = errors.New("wire: line too long")
)

// A Message is one parsed line. Its fields point into the line that was given
// to Parse and are valid as long as that is. The zero value is ready to use, and
// reuse saves the allocation of Params.
type Message struct {
	Tags    Tags     // without '@'; nil when there are none
	Source  []byte   // without ':'; nil when there is none
	Command []byte   // as sent: letters of either case, or digits
	Params  [][]byte // the last one without its ':'
}

// Parse sets m to what line says; line comes without its CR and LF. Surplus
// spaces between the parts are accepted. After an error m is empty. Lengths are
// not checked: see [CheckClient].
func (m *Message) Parse(line []byte) error {
	*m = Message{Params: m.Params[:0]}
	if hasLineByte(line) {
		return ErrByte
	}
	line = trimSpaces(line)
	if len(line) == 0 {
		return ErrEmpty
	}
	var parsed Message
	if line[0] == '@' {
		parsed.Tags, line = cutWord(line[1:])
	}
	if len(line) > 0 && line[0] == ':' {
		parsed.Source, line = cutWord(line[1:])
	}
	parsed.Command, line = cutWord(line)
	if !isCommand(parsed.Command) {
		return ErrCommand
	}
	parsed.Params = appendParams(m.Params, line)
	*m = parsed
	return nil
}

// appendParams appends the parameters in rest, which follows the command.
func appendParams(dst [][]byte, rest []byte) [][]byte {
	var word []byte
	for len(rest) > 0 {
		if rest[0] == ':' {
			return append(dst, rest[1:])
		}
		word, rest = cutWord(rest)
		dst = append(dst, word)
	}
	return dst
}

// Param returns the parameter with index i, or "" when there are fewer.
func (m *Message) Param(i int) string {
	if i >= len(m.Params) {
		return ""
	}
	return string(m.Params[i])
}

// Is reports whether the command is name, which is in capital letters.
func (m *Message) Is(name string) bool {
	if len(m.Command) != len(name) {
		return false
	}
	for i, c := range m.Command {
		if upper(c) != name[i] {
			return false
		}
	}
	return true
}

// CheckClient returns ErrTooLong when line, without CR and LF, is longer than
// what a client may send: [MaxClientTags] of tags and [MaxBody] of the rest.
func CheckClient(line []byte) error {
	tags := 0
	if len(line) > 0 && line[0] == '@' {
		if tags = bytes.IndexByte(line, ' ') + 1; tags == 0 {
			tags = len(line)
		}
	}
	if tags > MaxClientTags || len(line)-tags > MaxBody-2 {
		return ErrTooLong
	}
	return nil
}

// CutSource splits a source into nick, user and host; what is missing is empty.
func CutSource(source []byte) (nick, user, host []byte) {
	nick, rest, ok := bytes.Cut(source, []byte{'!'})
	if !ok {
		nick, host, _ = bytes.Cut(source, []byte{'@'})
		return nick, nil, host
	}
	user, host, _ = bytes.Cut(rest, []byte{'@'})
	return nick, user, host
}

// cutWord returns what comes before the first space, and what comes after all
// the spaces that follow it.
func cutWord(s []byte) (word, rest []byte) {
	i := bytes.IndexByte(s, ' ')
	if i < 0 {
		return s, nil
	}
	return s[:i], trimSpaces(s[i:])
}

func trimSpaces(s []byte) []byte {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s
}

func isCommand(s []byte) bool {
	return len(s) > 0 && !slices.ContainsFunc(s, func(c byte) bool {
		return !(upper(c) >= 'A' && upper(c) <= 'Z' || c >= '0' && c <= '9')
	})
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}

// hasLineByte reports whether s has a byte that no part of a line may have.
func hasLineByte(s []byte) bool {
	return bytes.IndexByte(s, '\n') >= 0 || bytes.IndexByte(s, '\r') >= 0 || bytes.IndexByte(s, 0) >= 0
}
