package shellquote

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestQuote(t *testing.T) {
	for _, tc := range []struct{ name, quote, always string }{
		{"plain", "plain", "'plain'"},
		{"a b", "'a b'", "'a b'"},
		{"it's", `"it's"`, `"it's"`},
		{"a'b\"c", `'a'\''b"c'`, `'a'\''b"c'`},
		{"\n", `''$'\n'`, `''$'\n'`},
		{"x\xff", `'x'$'\377'`, `'x'$'\377'`},
		{"\n a", `''$'\n'' a'`, `''$'\n'' a'`},
		{"~a", "'~a'", "'~a'"},
		{"a~", "a~", "'a~'"},
		{"{}", "{}", "'{}'"},
		{"é", "é", "'é'"},
		{"", "''", "''"},
	} {
		if got := Quote(tc.name); got != tc.quote {
			t.Errorf("Quote(%q) = %s, want %s", tc.name, got, tc.quote)
		}
		if got := Always(tc.name); got != tc.always {
			t.Errorf("Always(%q) = %s, want %s", tc.name, got, tc.always)
		}
	}
}

// TestAgainstLs compares with what ls of GNU coreutils prints, for all pairs of
// the bytes that matter.
func TestAgainstLs(t *testing.T) {
	if out, err := exec.Command("ls", "--version").Output(); err != nil || !strings.Contains(string(out), "GNU") {
		t.Skip("needs GNU ls")
	}
	dir := t.TempDir()
	var names []string
	chars := "a'\" \n\x01\xff$`\\!~#{}=*?[]^&;|<>()-,:@%+"
	for _, x := range []byte(chars) {
		for _, y := range []byte(chars) {
			for _, n := range []string{string([]byte{x, y}), string([]byte{x, y, 'z'}), string([]byte{'z', x, y, '\''})} {
				if os.WriteFile(filepath.Join(dir, n), nil, 0o666) == nil {
					names = append(names, n)
				}
			}
		}
	}
	for _, style := range []struct {
		name  string
		quote func(string) string
	}{{"shell-escape", Quote}, {"shell-escape-always", Always}} {
		cmd := exec.Command("ls", "-1f", "--quoting-style="+style.name, dir)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		shown := make(map[string]bool)
		for line := range strings.Lines(string(out)) {
			shown[strings.TrimSuffix(line, "\n")] = true
		}
		for _, n := range names {
			if q := style.quote(n); !shown[q] {
				t.Errorf("%s of %q: %s is not among what ls prints", style.name, n, q)
			}
		}
	}
}
