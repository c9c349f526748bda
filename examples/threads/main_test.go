package main

import (
	"bytes"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTable checks the table's form, and of its numbers only what holds anywhere:
// a stack grows with the depth of the calls.
func TestTable(t *testing.T) {
	procs := runtime.GOMAXPROCS(0)
	var out bytes.Buffer
	if err := run(t.Context(), nil, nil, &out); err != nil {
		t.Fatal(err)
	}
	if now := runtime.GOMAXPROCS(0); now != procs {
		t.Errorf("GOMAXPROCS was left at %d, and had been %d", now, procs)
	}
	const duration = `[0-9.]+(µs|ms|s)`
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
	last := 0
	for _, m := range regexp.MustCompile(`(?m)^(10+) +(\d+) kB$`).FindAllSubmatch(out.Bytes(), -1) {
		size, _ := strconv.Atoi(string(m[2]))
		if size <= last {
			t.Errorf("the stack for %s calls has %d kB, after %d kB", m[1], size, last)
		}
		last = size
	}
	if last < 10_000 {
		t.Errorf("the largest stack has %d kB", last)
	}
	if t.Failed() {
		t.Log("\n" + out.String())
	}
}
