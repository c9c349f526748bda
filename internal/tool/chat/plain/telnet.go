package plain

import "bytes"

// The bytes of telnet's commands, RFC 854.
const (
	telnetSE   = 240
	telnetSB   = 250
	telnetWill = 251
	telnetWont = 252
	telnetDo   = 253
	telnetDont = 254
	telnetIAC  = 255
)

// maxAnswers is how many options are answered: a client that asks again and again
// gets no more.
const maxAnswers = 64

// telnet removes the commands of telnet's negotiation from what a client sends. Each
// option is refused: a client that speaks telnet sends lines and echoes them by
// itself.
type telnet struct {
	answered int
	within   bool // a subnegotiation, which goes on in the next line
}

// strip returns a line without commands and NULs, and what is to be answered. It
// changes line.
func (t *telnet) strip(line []byte) (rest, answer []byte) {
	if !t.within && bytes.IndexByte(line, telnetIAC) < 0 && bytes.IndexByte(line, 0) < 0 {
		return line, nil
	}
	rest = line[:0]
	for i := 0; i < len(line); i++ {
		b := line[i]
		if b != telnetIAC {
			if !t.within && b != 0 {
				rest = append(rest, b)
			}
			continue
		}
		i++
		if i == len(line) {
			break
		}
		switch c := line[i]; c {
		case telnetSB:
			t.within = true
		case telnetSE:
			t.within = false
		case telnetIAC: // is the byte itself, which is in no text
		case telnetDo, telnetWill, telnetDont, telnetWont:
			i++
			if i < len(line) && (c == telnetDo || c == telnetWill) && t.answered < maxAnswers {
				t.answered++
				no := byte(telnetWont)
				if c == telnetWill {
					no = telnetDont
				}
				answer = append(answer, telnetIAC, no, line[i])
			}
		}
	}
	return rest, answer
}
