package blocksize

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/internal/gnutest"
	"github.com/google/go-cmp/cmp"
)

// specs are block sizes for which each release of GNU du since 8.0 does the
// same: the units R and Q came with 9.2.
func specs() []string {
	list := []string{"human-readable", "si", "hum", "'1", "0x1F", "017", " 7", "1000", "1e3", "s i", "18446744073709551615"}
	for s := range badSizes {
		if !strings.ContainsAny(s, "RQ\x00") {
			list = append(list, s)
		}
	}
	for _, number := range []string{"", "1", "16", "'"} {
		for letter := range strings.SplitSeq("k K m G t E Z Y e p b", " ") {
			for _, tail := range []string{"", "B", "iB", "i", "D", "x"} {
				list = append(list, number+letter+tail)
			}
		}
	}
	return list
}

// sparse makes empty files of many sizes up to 8 EiB, as far as the file system
// goes, and returns their sizes by name.
func sparse(t *testing.T) (dir string, names []string, sizes map[string]uint64) {
	t.Helper()
	dir, sizes = t.TempDir(), map[string]uint64{}
	rng := rand.New(rand.NewPCG(1, 2))
	list := []uint64{0, 1, 1000, 1001, 1<<63 - 1, 1<<63 - 2}
	for _, unit := range []uint64{1e3, 1e6, 1e9, 1e12, 1e15, 1e18, 1 << 10, 1 << 20, 1 << 30, 1 << 40, 1 << 50, 1 << 60} {
		for _, tenths := range []uint64{10, 11, 79, 9990, 10000, 10230, 98, 99, 100, 101, 1 + rng.Uint64N(100)} {
			n := unit/10*tenths + unit%10*tenths/10
			list = append(list, n-1, n, n+1)
		}
	}
	for range 100 {
		list = append(list, rng.Uint64()>>(1+rng.UintN(60)))
	}
	for i, n := range list {
		name := fmt.Sprint(i)
		if f, err := os.Create(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		} else if f.Close(); n > math.MaxInt64 || os.Truncate(f.Name(), int64(n)) != nil {
			continue
		}
		names, sizes[name] = append(names, name), n
	}
	return dir, names, sizes
}

// TestFormatAgreesWithDu also covers sums beyond 2⁶³, in du's total.
func TestFormatAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	dir, names, sizes := sparse(t)
	t.Logf("%d sizes", len(names))
	for _, spec := range []string{"1", "K", "1K", "7", "1000", "kB", "MiB", "T", "E", "si", "human-readable", "999999999"} {
		u, want, total := unit(t, spec), []string{}, uint64(0)
		for _, name := range names {
			want = append(want, u.Format(sizes[name])+"\t"+name)
			if total+sizes[name] >= total {
				total += sizes[name]
			} else {
				total = math.MaxUint64
			}
		}
		out, _ := du.Run(t, dir, append([]string{"--apparent-size", "-c", "-B" + spec}, names...)...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if diff := cmp.Diff(want, lines[:len(lines)-1]); diff != "" {
			t.Errorf("-B%s (-ours +du's):\n%s", spec, diff)
		}
		if want := u.Format(total) + "\ttotal"; total != math.MaxUint64 && lines[len(lines)-1] != want {
			t.Errorf("-B%s: %s, du says %s", spec, want, lines[len(lines)-1])
		}
	}
}

func TestParseAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, 123_456_789)); err != nil {
		t.Fatal(err)
	}
	describe := func(u Unit, err error) string {
		if bad := (*Error)(nil); errors.As(err, &bad) {
			return "du: " + bad.For("--block-size") + "\n"
		}
		return u.Format(123_456_789) + "\tf\n"
	}
	for _, spec := range specs() {
		out, msg := du.Run(t, dir, "--apparent-size", "--block-size="+spec, "f")
		if got := describe(Parse(spec)); got != out+msg {
			t.Errorf("--block-size=%q: %q, du says %q", spec, got, out+msg)
		}
		u, err := Parse(spec)
		if err == nil {
			out, _ = du.Run(t, dir, "--inodes", "--block-size="+spec, "f")
			if got := u.Count().Format(1) + "\tf\n"; got != out {
				t.Errorf("--inodes --block-size=%q: %q, du says %q", spec, got, out)
			}
			continue
		}
		out, _ = du.With("DU_BLOCK_SIZE="+spec).Run(t, dir, "--apparent-size", "f")
		env := FromEnv(func(name string) (string, bool) { return spec, name == "DU_BLOCK_SIZE" })
		if got := describe(env, nil); got != out {
			t.Errorf("DU_BLOCK_SIZE=%q: %q, du says %q", spec, got, out)
		}
	}
}

func TestParseThresholdAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), make([]byte, 3000), 0o600); err != nil {
		t.Fatal(err)
	}
	list := append(specs(), "-0", "-00K", " -0", "3000", "3001", "-3000", "-2999", "-3K", "-3kB", "-8E", "8E", "-9E")
	for _, spec := range list {
		out, msg := du.Run(t, dir, "--apparent-size", "-B1", "--threshold="+spec, "f")
		threshold, err := ParseThreshold(spec)
		got := ""
		if bad := (*Error)(nil); errors.As(err, &bad) {
			got = "du: " + bad.For("--threshold") + "\n"
		} else if threshold < 0 && 3000 <= -threshold || threshold >= 0 && 3000 >= threshold || threshold == math.MinInt64 {
			got = "3000\tf\n"
		}
		if got != out+msg {
			t.Errorf("--threshold=%q: %q, du says %q", spec, got, out+msg)
		}
	}
}
