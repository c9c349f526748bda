package blocksize

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func FuzzParse(f *testing.F) {
	for s := range badSizes {
		f.Add(s)
	}
	f.Add("human-readable")
	f.Add("12KiB")
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := Parse(s); err == nil {
			checkCovers(t, u, 1<<40+1)
		}
		if n, err := ParseThreshold(s); err == nil && n < 0 && !strings.Contains(s, "-") {
			t.Errorf("%q gave %d", s, n)
		}
		u := FromEnv(func(name string) (string, bool) { return s, name == "BLOCK_SIZE" })
		checkCovers(t, u, 1<<40+1)
	})
}

func FuzzFormat(f *testing.F) {
	f.Add(uint64(1024), uint64(1025))
	f.Add(uint64(0), uint64(1023<<10+1))
	f.Fuzz(func(t *testing.T, size, n uint64) {
		checkCovers(t, Unit{size: size}, n)
		checkCovers(t, Human, n)
		checkCovers(t, SI, n)
	})
}

func TestFormatProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.SampledFrom([]Unit{Human, SI, Blocks(512), Blocks(1000), Blocks(1 << 20)}).Draw(t, "unit")
		// Shifting makes every order of magnitude as likely as any other.
		n := rapid.Uint64().Draw(t, "n") >> rapid.IntRange(0, 63).Draw(t, "shift")
		checkCovers(t, u, n)
	})
}

// checkCovers checks that the text for n stands for at least n, and for less
// than n and one unit of the last digit.
func checkCovers(t rapid.TB, u Unit, n uint64) {
	t.Helper()
	text := u.Format(n)
	digits := strings.TrimRight(text, "kKMGTPEiB")
	shown, ok := new(big.Rat).SetString(digits)
	if !ok {
		t.Fatalf("%d: %q has no number", n, text)
	}
	last := new(big.Rat).SetUint64(u.Size())
	if u.scale != 0 {
		power := 0
		if digits != text {
			power = strings.Index("kKMGTPE", text[len(digits):])
			if power == 0 {
				power = 1
			}
		}
		for range power {
			last.Mul(last, new(big.Rat).SetUint64(u.scale))
		}
	}
	shown.Mul(shown, last)
	if strings.Contains(digits, ".") {
		last.Quo(last, big.NewRat(10, 1))
	}
	exact := new(big.Rat).SetUint64(n)
	if shown.Cmp(exact) < 0 || shown.Sub(shown, last).Cmp(exact) >= 0 {
		t.Errorf("%q does not stand for %d", text, n)
	}
}
