package blocksize

import (
	"fmt"
	"math"
	"strings"
)

// A Problem is what is wrong with an argument.
type Problem int

// The problems, in GNU's words for them.
const (
	Invalid       Problem = iota + 1 // no number in it, or a number that makes no sense
	InvalidSuffix                    // something follows the number that is no unit
	TooLarge                         // the number does not fit
	MinusZero                        // a threshold of -0, which would ask for nothing
)

// An Error says which argument was refused, and why.
type Error struct {
	Problem Problem
	Arg     string
}

// Error returns the message without the option's name.
func (e *Error) Error() string { return e.phrase("size") }

// For returns the message as GNU programs word it for option, which is named as
// the user gave it: "-B" or "--block-size". They word MinusZero for the long
// option in any case.
func (e *Error) For(option string) string {
	if e.Problem == MinusZero {
		option = "--threshold"
	}
	return e.phrase(option + " argument")
}

func (e *Error) phrase(what string) string {
	switch e.Problem {
	case InvalidSuffix:
		return fmt.Sprintf("invalid suffix in %s '%s'", what, e.Arg)
	case TooLarge:
		return fmt.Sprintf("%s '%s' too large", what, e.Arg)
	case MinusZero:
		return fmt.Sprintf("invalid %s '-0'", what)
	default:
		return fmt.Sprintf("invalid %s '%s'", what, e.Arg)
	}
}

// The letters that may follow a number. In the first list e, p, y and z are no
// units: they only make an argument like "e" one with an unknown suffix rather
// than one without a number, which shows in the message.
const (
	blockSuffixes     = "eEgGkKmMpPQRtTyYzZ"
	thresholdSuffixes = "kKmMGTPEZYRQ"
)

// Parse reads a block size, such as the argument of du -B: a number with an
// optional unit, a unit alone, or one of the words human-readable and si, which
// may be shortened. A leading ' asks for grouped digits, of which the C locale
// has none. The error is an [*Error].
func Parse(s string) (Unit, error) {
	u, problem := parse(s)
	if problem != 0 {
		return Unit{}, &Error{problem, s}
	}
	return u, nil
}

// parse is Parse that also gives what it could read of a bad argument, which is
// what an environment variable then means. The size is 0 when that is nothing.
func parse(s string) (Unit, Problem) {
	s = strings.TrimPrefix(s, "'")
	switch {
	case s != "" && strings.HasPrefix("human-readable", s):
		return Human, 0
	case s != "" && strings.HasPrefix("si", s):
		return SI, 0
	}
	num := scan(s, blockSuffixes, math.MaxUint64, 0)
	u := Unit{size: num.magnitude}
	switch {
	case num.magnitude == 0:
		return u, Invalid // also when a suffix is wrong
	case num.problem != 0:
		return u, num.problem
	case !num.digits:
		u.suffix, u.one = shown(s)
	}
	return u, 0
}

// shown returns what to print after each number when the block size is the bare
// unit s, and what is left of it when the size is dropped.
func shown(s string) (suffix, one string) {
	power, _ := powerOf(s[0])
	if strings.HasSuffix(s, "iB") {
		return string(letter(power, 1024)) + "iB", "B"
	}
	if strings.HasSuffix(s, "B") {
		return string(letter(power, 1000)) + "B", "B"
	}
	return string(letter(power, 1024)), ""
}

// ParseThreshold reads the argument of du -t: a size, or a negative size to ask
// for entries that are at most that large. The error is an [*Error].
func ParseThreshold(s string) (int64, error) {
	num := scan(s, thresholdSuffixes, math.MaxInt64, 1<<63)
	if num.problem != 0 {
		return 0, &Error{num.problem, s}
	}
	if num.magnitude == 0 && strings.HasPrefix(s, "-") {
		return 0, &Error{MinusZero, s}
	}
	if num.negative {
		return -int64(num.magnitude), nil // right for 1<<63 as well
	}
	return int64(num.magnitude), nil
}
