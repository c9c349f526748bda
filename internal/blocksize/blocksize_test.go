package blocksize

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unit parses a block size that must be good.
func unit(tb testing.TB, spec string) Unit {
	tb.Helper()
	u, err := Parse(spec)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

func TestFormat(t *testing.T) {
	tests := []struct {
		spec  string
		bytes uint64
		want  string
	}{
		{"1", 0, "0"},
		{"1", math.MaxUint64, "18446744073709551615"},
		{"1024", 1, "1"},
		{"1024", 1024, "1"},
		{"1024", 1025, "2"},
		{"1024", math.MaxUint64, "18014398509481984"},
		{"18446744073709551615", math.MaxUint64, "1"},
		{"K", 5000, "5K"},
		{"k", 5000, "5K"},
		{"1K", 5000, "5"},
		{"kB", 5000, "5kB"},
		{"KB", 5000, "5kB"},
		{"KiB", 5000, "5KiB"},
		{"KD", 5000, "5K"},
		{"MiB", 1<<20 + 1, "2MiB"},
		{"g", 1, "1G"},
		{"E", math.MaxUint64, "16E"},
		{"'K", 5000, "5K"},

		{"human-readable", 0, "0"},
		{"human-readable", 1023, "1023"},
		{"human-readable", 1024, "1.0K"},
		{"human-readable", 1025, "1.1K"},
		{"human-readable", 2048, "2.0K"},
		{"human-readable", 10137, "9.9K"},
		{"human-readable", 10138, "10K"},
		{"human-readable", 10241, "11K"},
		{"human-readable", 1000 << 10, "1000K"},
		{"human-readable", 1023 << 10, "1023K"},
		{"human-readable", 1023<<10 + 1, "1.0M"},
		{"human-readable", 1<<20 + 1, "1.1M"},
		{"human-readable", math.MaxUint64, "16E"},
		{"si", 999, "999"},
		{"si", 1000, "1.0k"},
		{"si", 1001, "1.1k"},
		{"si", 9900, "9.9k"},
		{"si", 9901, "10k"},
		{"si", 999_000, "999k"},
		{"si", 999_001, "1.0M"},
		{"si", math.MaxUint64, "19E"},
	}
	for _, tt := range tests {
		if got := unit(t, tt.spec).Format(tt.bytes); got != tt.want {
			t.Errorf("%d bytes in units of %s: %s, want %s", tt.bytes, tt.spec, got, tt.want)
		}
	}
}

func TestZeroUnitPrintsBytes(t *testing.T) {
	var u Unit
	if got := u.Format(4097); got != "4097" {
		t.Errorf("got %s", got)
	}
	if got := u.Size(); got != 1 {
		t.Errorf("size %d", got)
	}
}

func TestBlocksOfNothingPanic(t *testing.T) {
	defer func() {
		if got := recover(); got != "blocksize: block of 0 bytes" {
			t.Errorf("got %v", got)
		}
	}()
	Blocks(0)
}

func TestCount(t *testing.T) {
	got := map[string]string{}
	want := map[string]string{
		"5": "5000", "1K": "5000", "K": "5000", "kB": "5000B", "KiB": "5000B",
		"human-readable": "4.9K", "si": "5.0k",
	}
	for spec := range want {
		got[spec] = unit(t, spec).Count().Format(5000)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("5000 files (-want +got):\n%s", diff)
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	for _, u := range []Unit{Blocks(1024), Human, unit(t, "KiB")} {
		dst := make([]byte, 0, 64)
		want := "x" + u.Format(70_000)
		allocs := testing.AllocsPerRun(10, func() { dst = u.Append(append(dst[:0], 'x'), 70_000) })
		if string(dst) != want || allocs != 0 {
			t.Errorf("got %q in %v allocations, want %q in none", dst, allocs, want)
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	for name, u := range map[string]Unit{"blocks": Blocks(1024), "letter": unit(b, "KiB"), "human": Human, "si": SI} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var dst []byte
			for i := 0; b.Loop(); i++ {
				dst = u.Append(dst[:0], uint64(i)<<12)
			}
		})
	}
}
