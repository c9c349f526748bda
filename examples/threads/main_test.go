package main

import (
	"bytes"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTable checks the table's form, and of its numbers only what holds anywhere: a
// stack grows with the depth of the calls. Threads that end take theirs out of the sum
// when they like, which may be more than there is for few calls.
func TestTable(t *testing.T) {
	procs := runtime.GOMAXPROCS(0)
	var out bytes.Buffer
	if err := run(t.Context(), nil, nil, &out); err != nil {
		t.Fatal(err)
	}
	if now := runtime.GOMAXPROCS(0); now != procs {
		t.Errorf("GOMAXPROCS was left at %d, and had been %d", now, procs)
	}
	const duration = `([0-9]+[hm])*[0-9.]+(µs|ms|s)`
	for _, line := range []string{
		`\w+/\w+, 1000 times +goroutine +thread`,
		`start and join +` + duration + ` +` + duration,
		`pass on a value +` + duration + ` +` + duration,
		`1 +` + duration,
		`2 +` + duration,
	} {
		if !regexp.MustCompile(`(?m)^` + line + `\s*$`).Match(out.Bytes()) {
			t.Errorf("there is no line %q", line)
		}
	}
	var sizes []int
	for _, m := range regexp.MustCompile(`(?m)^10+ +(-?\d+) kB$`).FindAllSubmatch(out.Bytes(), -1) {
		size, _ := strconv.Atoi(string(m[1]))
		sizes = append(sizes, size)
	}
	if len(sizes) != 4 || sizes[3] < 10_000 || sizes[3] != slices.Max(sizes) {
		t.Errorf("the stacks have %d kB", sizes)
	}
	if t.Failed() {
		t.Log("\n" + out.String())
	}
}
