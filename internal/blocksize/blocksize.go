// Package blocksize reads block sizes as GNU programs take them and prints byte
// counts in them: the arguments of du -B and -t, the environment variables that
// set their defaults, and the digits of the first column.
//
// The rules are those of the section "Block size" in the GNU coreutils manual,
// in the C locale; where the manual is silent, the package does what GNU du does.
// Start with [Parse] or [FromEnv], which give a [Unit].
package blocksize

import "strconv"

// A Unit says how a number of bytes is printed: in blocks of a fixed size, with
// or without a letter for the size, or scaled to what a person reads easily.
//
// The zero value prints bytes. A Unit is comparable and may be used by several
// goroutines at once.
type Unit struct {
	size   uint64 // bytes in a block; 0 means 1
	scale  uint64 // 1000 or 1024 when each number chooses its own size, else 0
	suffix string // printed after each number of blocks of a fixed size
	one    string // the suffix where size is 1: see Count
}

// The units behind the options -h and --si.
var (
	Human = Unit{scale: 1024}
	SI    = Unit{scale: 1000}
)

// letters are the SI prefixes that a 64-bit number can need, by power.
const letters = "\x00KMGTPE"

// Blocks returns the unit that prints plain numbers of blocks of size bytes.
// It panics when size is 0.
func Blocks(size uint64) Unit {
	if size == 0 {
		panic("blocksize: block of 0 bytes")
	}
	return Unit{size: size}
}

// Size returns the number of bytes in a block; 1 for a unit that scales.
func (u Unit) Size() uint64 { return max(u.size, 1) }

// Count returns the unit in which du --inodes prints when u was asked for: a
// count is never divided, but a unit that scales keeps scaling and one that
// ends in B keeps its B.
func (u Unit) Count() Unit {
	return Unit{scale: u.scale, suffix: u.one, one: u.one}
}

// Format returns n bytes in the unit u. What does not fill a block counts as a
// whole one, so the text never stands for less than n.
func (u Unit) Format(n uint64) string {
	var buf [24]byte
	return string(u.Append(buf[:0], n))
}

// Append appends the text of [Unit.Format] to dst and returns the result. It
// allocates only when dst is too short.
func (u Unit) Append(dst []byte, n uint64) []byte {
	if u.scale != 0 {
		return appendScaled(dst, n, u.scale)
	}
	blocks := divUp(n, u.Size())
	return append(strconv.AppendUint(dst, blocks, 10), u.suffix...)
}

// appendScaled appends n with three digits or fewer (four below 1024) and the
// letter of its power of base. Below 10 units there is one decimal.
func appendScaled(dst []byte, n, base uint64) []byte {
	if n < base {
		return strconv.AppendUint(dst, n, 10)
	}
	unit, power := base, 1
	for n/unit >= base {
		unit *= base
		power++
	}
	whole, rest := n/unit, n%unit
	// The product cannot overflow: units end at 1024⁶ = 2⁶⁰.
	tenths := divUp(rest*10, unit)
	if whole < 10 && whole*10+tenths < 100 {
		return append(appendTenths(dst, whole*10+tenths), letter(power, base))
	}
	whole = divUp(n, unit)
	if whole == base {
		return append(append(dst, "1.0"...), letter(power+1, base))
	}
	return append(strconv.AppendUint(dst, whole, 10), letter(power, base))
}

// appendTenths appends a number below 10 that is given in tenths.
func appendTenths(dst []byte, tenths uint64) []byte {
	return append(dst, byte('0'+tenths/10), '.', byte('0'+tenths%10))
}

// letter returns the prefix for base to the given power; only kilo, the prefix
// of 1000, is a small letter.
func letter(power int, base uint64) byte {
	if power == 1 && base == 1000 {
		return 'k'
	}
	return letters[power]
}

// divUp returns n/d rounded up.
func divUp(n, d uint64) uint64 {
	q := n / d
	if q*d != n {
		q++
	}
	return q
}
