package blocksize

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		spec string
		want Unit
	}{
		{"1", Blocks(1)},
		{"+512", Blocks(512)},
		{" \t512", Blocks(512)},
		{"0x10", Blocks(16)},
		{"0X1F", Blocks(31)},
		{"010", Blocks(8)},
		{"'1", Blocks(1)},
		{"1K", Blocks(1024)},
		{"0x1K", Blocks(1024)},
		{"3kB", Blocks(3000)},
		{"2MiB", Blocks(2 << 20)},
		{"1MD", Blocks(1_000_000)},
		{"1g", Blocks(1 << 30)},
		{"1t", Blocks(1 << 40)},
		{"15E", Blocks(15 << 60)},
		{"18EB", Blocks(18e18)},
		{"18446744073709551615", Blocks(math.MaxUint64)},
		{"K", Unit{size: 1024, suffix: "K"}},
		{"m", Unit{size: 1 << 20, suffix: "M"}},
		{"kB", Unit{size: 1000, suffix: "kB", one: "B"}},
		{"kiB", Unit{size: 1024, suffix: "KiB", one: "B"}},
		{"human-readable", Human},
		{"human", Human},
		{"h", Human},
		{"si", SI},
		{"s", SI},
		{"'si", SI},
	}
	for _, tt := range tests {
		got, err := Parse(tt.spec)
		if err != nil || got != tt.want {
			t.Errorf("%q: %+v, %v, want %+v", tt.spec, got, err, tt.want)
		}
	}
}

// badSizes are refused by both parsers, for the same reason.
var badSizes = map[string]Problem{
	"": Invalid, "x": Invalid, "-": Invalid, "+": Invalid, "--5": Invalid, "+ 5": Invalid, " K": Invalid,
	"-K": Invalid, "iB": Invalid, "B": Invalid, "b": Invalid, "r": Invalid, "s i": Invalid,
	"1Kx": InvalidSuffix, "1b": InvalidSuffix, "1c": InvalidSuffix, "1B": InvalidSuffix, "1.5K": InvalidSuffix,
	"1 K": InvalidSuffix, "1Ki": InvalidSuffix, "KiBB": InvalidSuffix, "kk": InvalidSuffix, "1e": InvalidSuffix,
	"9E9": InvalidSuffix, "99999999999999999999999x": InvalidSuffix, "5 ": InvalidSuffix, "1K\x00": InvalidSuffix,
	"16E": TooLarge, "1Y": TooLarge, "Y": TooLarge, "1R": TooLarge, "QiB": TooLarge, "1QB": TooLarge,
	"18446744073709551616": TooLarge, "0x10000000000000000": TooLarge, "99999999999999999999999K": TooLarge,
}

func TestParseRefuses(t *testing.T) {
	want := map[string]Problem{
		"0": Invalid, "0K": Invalid, "0x": Invalid, "08": Invalid, "-1": Invalid, " -1": Invalid,
		"'": Invalid, "''1": Invalid, "e": InvalidSuffix, "19EB": TooLarge,
	}
	checkProblems(t, want, func(s string) error { _, err := Parse(s); return err })
}

func TestParseThresholdRefuses(t *testing.T) {
	want := map[string]Problem{
		"08": InvalidSuffix, "0xg": InvalidSuffix, "e": Invalid, "1g": InvalidSuffix, "g": Invalid, "-1Kx": InvalidSuffix,
		"8E": TooLarge, "-9E": TooLarge, "9223372036854775808": TooLarge, "-9223372036854775809": TooLarge,
		"h": Invalid, "si": Invalid, "'1": Invalid, "-0": MinusZero, "-00K": MinusZero,
	}
	checkProblems(t, want, func(s string) error { _, err := ParseThreshold(s); return err })
}

// checkProblems parses the arguments of want and of badSizes.
func checkProblems(t *testing.T, want map[string]Problem, parse func(string) error) {
	t.Helper()
	got := map[string]Problem{}
	for s, problem := range badSizes {
		if _, own := want[s]; !own {
			want[s] = problem
		}
	}
	for s := range want {
		var bad *Error
		if !errors.As(parse(s), &bad) {
			t.Errorf("%q was not refused", s)
			continue
		}
		got[s] = bad.Problem
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestParseThreshold(t *testing.T) {
	want := map[string]int64{
		"0": 0, "+0": 0, " -0": 0, "5000": 5000, "-5000": -5000, "1K": 1024, "-1kB": -1000, "K": 1024,
		"1m": 1 << 20, "7E": 7 << 60, "-8E": math.MinInt64, "-9223372036854775808": math.MinInt64,
		"9223372036854775807": math.MaxInt64, "0x10": 16, "-010": -8, "9EB": 9e18,
	}
	got := map[string]int64{}
	for s := range want {
		n, err := ParseThreshold(s)
		if err != nil {
			t.Error(err)
		}
		got[s] = n
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct{ spec, plain, option string }{
		{"x", "invalid size 'x'", "invalid -B argument 'x'"},
		{"1Kx", "invalid suffix in size '1Kx'", "invalid suffix in -B argument '1Kx'"},
		{"9999Y", "size '9999Y' too large", "-B argument '9999Y' too large"},
		{"-0K", "invalid size '-0'", "invalid --threshold argument '-0'"},
	}
	for _, tt := range tests {
		_, err := ParseThreshold(tt.spec)
		var bad *Error
		if !errors.As(err, &bad) {
			t.Fatalf("%q: %v", tt.spec, err)
		}
		if diff := cmp.Diff([]string{tt.plain, tt.option}, []string{bad.Error(), bad.For("-B")}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.spec, diff)
		}
	}
}

func TestFromEnv(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want Unit
	}{
		{nil, Blocks(1024)},
		{map[string]string{"POSIXLY_CORRECT": ""}, Blocks(512)},
		{map[string]string{"DU_BLOCK_SIZE": "1", "BLOCK_SIZE": "2", "BLOCKSIZE": "3"}, Blocks(1)},
		{map[string]string{"BLOCK_SIZE": "2", "BLOCKSIZE": "3"}, Blocks(2)},
		{map[string]string{"BLOCKSIZE": "3", "POSIXLY_CORRECT": "1"}, Blocks(3)},
		{map[string]string{"BLOCK_SIZE": "human-readable"}, Human},
		{map[string]string{"DU_BLOCK_SIZE": "", "BLOCK_SIZE": "2"}, Blocks(1024)},
		{map[string]string{"DU_BLOCK_SIZE": "x", "POSIXLY_CORRECT": "1"}, Blocks(512)},
		{map[string]string{"DU_BLOCK_SIZE": "0"}, Blocks(1024)},
		{map[string]string{"DU_BLOCK_SIZE": "-1"}, Blocks(1024)},
		{map[string]string{"DU_BLOCK_SIZE": "5x"}, Blocks(5)},
		{map[string]string{"DU_BLOCK_SIZE": "Kx"}, Blocks(1024)},
		{map[string]string{"DU_BLOCK_SIZE": "Y"}, Blocks(math.MaxUint64)},
		{map[string]string{"DU_BLOCK_SIZE": "e"}, Blocks(1)},
	}
	for _, tt := range tests {
		got := FromEnv(func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok })
		if got != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.env, got, tt.want)
		}
	}
}
