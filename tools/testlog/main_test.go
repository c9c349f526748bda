package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const tests = `package x

import "testing"

func TestPass(t *testing.T)  { t.Log("needs nothing") }
func TestFail(t *testing.T)  { t.Log("the log"); t.Error("why") }
func TestShort(t *testing.T) { t.Skip("takes long") }
func TestNeeds(t *testing.T) { t.Skip("needs ncdu") }
func TestSub(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) { t.Parallel(); t.Skipf("needs %s", name) })
	}
}
`

// events runs go test on a package with this one file of tests.
func events(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module x\n\ngo 1.26.0\n", "x_test.go": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-json", ".")
	cmd.Dir = dir
	out, err := cmd.Output()
	if len(out) == 0 {
		t.Fatal(err)
	}
	return string(out)
}

func TestRead(t *testing.T) {
	var b strings.Builder
	sum, err := read(strings.NewReader(events(t, tests)), &b)
	if err != nil {
		t.Fatal(err)
	}
	if sum.passed != 2 || sum.failed != 1 || sum.skipped != 4 {
		t.Errorf("summary %+v, want 2 passed, 1 failed, 4 skipped", sum)
	}
	needs := strings.Join(sum.needs, "\n")
	for _, want := range []string{"x TestNeeds: needs ncdu", "x TestSub/a: needs a", "x TestSub/b: needs b"} {
		if !strings.Contains(needs, want) {
			t.Errorf("the skipped tests are\n%s\nwithout %q", needs, want)
		}
	}
	if len(sum.needs) != 3 {
		t.Errorf("%d skipped tests, want 3:\n%s", len(sum.needs), needs)
	}
	for _, want := range []string{"the log", "why", "--- FAIL: TestFail", "FAIL\tx\t"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("printed\n%s\nwithout %q", &b, want)
		}
	}
	if strings.Contains(b.String(), "TestPass") {
		t.Errorf("printed what passed:\n%s", &b)
	}
}

// TestBroken checks that nothing is lost where no test ended.
func TestBroken(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"does not build": {"package x\n\nfunc f() { undefined() }\n", "undefined: undefined"},
		"panics":         {"package x\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { go panic(\"oh\"); select {} }\n", "panic: oh"},
		"exits":          {"package x\n\nimport (\"os\"; \"testing\")\n\nfunc TestA(t *testing.T) { println(\"bye\"); os.Exit(3) }\n", "bye"},
	} {
		var b strings.Builder
		if _, err := read(strings.NewReader(events(t, tt.text)), &b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), tt.want) {
			t.Errorf("%s: printed\n%s\nwithout %q", name, &b, tt.want)
		}
	}
}
