package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// newTestRig builds the measuring command.
func newTestRig(t *testing.T) rig {
	t.Helper()
	measure := filepath.Join(t.TempDir(), "measure")
	if out, err := exec.Command("go", "build", "-o", measure, "baton/bench/measure").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return rig{measure: measure, env: os.Environ()}
}

func shell(script string) program {
	return program{Name: "sh", start: []string{"sh"}, bin: "sh", args: []string{"-c", script, "sh", "PATH"}}
}

func TestRun(t *testing.T) {
	r := newTestRig(t)
	c, err := r.run(shell("i=0; while test $i -lt 20000; do i=$((i+1)); done; sleep 0.01").argv("x"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Wall < 10*time.Millisecond || c.cpu() <= 0 || c.Peak < 100_000 || c.Peak > 50_000_000 {
		t.Errorf("cost %+v", c)
	}
	for _, script := range []string{"echo why >&2; exit 3", "echo why >&2; kill -9 $$"} {
		if _, err := r.run(shell(script).argv("x")); err == nil || !strings.Contains(err.Error(), "why") {
			t.Errorf("%s: error %v, want one with what the program said", script, err)
		}
	}
	if _, err := r.run([]string{"/no/such/program"}); err == nil {
		t.Error("no error for a program that is not there")
	}
}

// TestPairs checks the order of the runs: one of each to warm up, then in turn.
func TestPairs(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	r := newTestRig(t)
	ours, theirs := shell(`printf a >>"$1"`), shell(`printf b >>"$1"`)
	tests := []struct {
		n     int
		limit time.Duration
		want  string
	}{
		{3, time.Hour, "abababab"},
		{3, 0, "abab"},
	}
	for _, tt := range tests {
		os.Remove(log)
		all, err := r.pairs(ours, theirs, log, tt.n, tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != tt.want || len(all) != len(tt.want)/2-1 {
			t.Errorf("n %d, limit %v: ran %s, kept %d pairs; want %s", tt.n, tt.limit, got, len(all), tt.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []int
		want   int
	}{
		{[]int{4}, 4},
		{[]int{9, 1, 5}, 5},
		{[]int{4, 1, 3, 2}, 2},
	} {
		if got := medianOf(tt.values, func(i int) int { return i }); got != tt.want {
			t.Errorf("median of %v is %d, want %d", tt.values, got, tt.want)
		}
	}
}

// TestTable checks that the ratio is that of the pairs: the machine may be slow
// in one pair and fast in the next.
func TestTable(t *testing.T) {
	run := func(ms int) cost {
		return cost{Wall: time.Duration(ms) * time.Millisecond, User: time.Duration(ms) * time.Millisecond, Peak: 5_000_000}
	}
	table := pairsTable()
	table.add(program{Name: "gdu", Version: "5.36.1", bin: "gdu", args: []string{"-npc", "PATH"}},
		[]pair{{run(100), run(200)}, {run(1000), run(2000)}, {run(300), run(600)}})
	var b strings.Builder
	if err := table.write(&b, true); err != nil {
		t.Fatal(err)
	}
	want := "| gdu 5.36.1 | `gdu -npc PATH` | 0.600 (0.200-2.000) | 0.600 | 5.0 | 0.300 | 0.300 | 5.0 | 0.50 | 0.50 | 3 |\n"
	if !strings.HasSuffix(b.String(), want) {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestFindVersion(t *testing.T) {
	tests := []struct {
		prints, is, want string
	}{
		{"du (GNU coreutils) 9.10", `^du \(GNU coreutils\)`, "9.10"},
		{"Version:\t 5.36.1-1", `^Version:`, "5.36.1"},
		{"du (uutils coreutils) 0.0.30", `^du \(GNU coreutils\)`, ""},
	}
	for _, tt := range tests {
		p := program{start: []string{"sh", "-c", "echo '" + tt.prints + "'"}}
		if ok := p.findVersion(regexp.MustCompile(tt.is)); ok != (tt.want != "") || p.Version != tt.want {
			t.Errorf("%q: version %q, %v; want %q", tt.prints, p.Version, ok, tt.want)
		}
	}
}

// TestAgree checks that a wrong sum stops the comparison.
func TestAgree(t *testing.T) {
	says := func(name, text string) program {
		p := shell("printf '" + text + "'")
		p.Name = name
		return p
	}
	theirs := []program{says("gdu", `9\tx\n`), says("GNU du", `5\tx\n`)}
	if err := agree(says("baton", `5\ty\n`), theirs, "x"); err != nil {
		t.Error(err)
	}
	for _, text := range []string{`6\tx\n`, `5\n`, ``} {
		if err := agree(says("baton", text), theirs, "x"); err == nil {
			t.Errorf("%q agrees with 5", text)
		}
	}
}
