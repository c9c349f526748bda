package cli

import (
	"fmt"
	"strings"
	"testing"

	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// What each command's help must have, so that all read alike.
func TestDescriptions(t *testing.T) {
	s, _, _ := ui.Test(ui.Terminal{})
	a := newApp(nil, s)
	known := map[group]bool{"": true}
	for _, g := range groups {
		known[g] = true
	}
	for _, cmd := range a.listed {
		d := a.descriptions[cmd]
		t.Run(d.name, func(t *testing.T) {
			if !known[d.group] {
				t.Errorf("group %q is not listed", d.group)
			}
			if d.short == "" || strings.HasSuffix(d.short, ".") || d.short[:1] != strings.ToLower(d.short[:1]) {
				t.Errorf("short is %q: want a phrase in lower case", d.short)
			}
			if len(d.examples) == 0 || len(d.exits) == 0 {
				t.Error("want examples and exit codes")
			}
			for _, e := range d.examples {
				if !strings.Contains(e.line, "baton "+d.name) {
					t.Errorf("example %q is another command's", e.line)
				}
			}
			for i, e := range d.exits[1:] {
				if e.code <= d.exits[i].code {
					t.Errorf("exit code %d after %d", e.code, d.exits[i].code)
				}
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
					t.Errorf("usage of --%s is %q", f.Name, f.Usage)
				}
			})
		})
	}
}

func TestHelpFits(t *testing.T) {
	for _, term := range []ui.Terminal{{}, {Out: true, Width: 80}, {Out: true, Width: 60}, {Out: true, Width: 200, Color: ui.ColorNever}} {
		s, _, _ := ui.Test(term)
		for _, name := range append([]string{""}, names(newApp(nil, s))...) {
			s, stdout, stderr := ui.Test(term)
			if code := Main(strings.Fields(name+" --help"), s); code != 0 || stderr.String() != "" {
				t.Errorf("%s: code %d, standard error %q", name, code, stderr)
			}
			if !term.Out && strings.Contains(stdout.String(), "\x1b") {
				t.Errorf("%s: help in a pipe has escape sequences", name)
			}
			for line := range strings.Lines(stdout.String()) {
				line = strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "", "\n", "").Replace(line)
				if limit := min(s.Out.Width(), 100); ui.Width(line) > limit && strings.Contains(strings.TrimSpace(line), "  ") {
					t.Errorf("%s: %d columns of %d: %s", name, ui.Width(line), limit, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s: space at the end of %q", name, line)
				}
			}
		}
	}
}

func names(a *app) []string {
	var list []string
	for _, cmd := range a.listed {
		list = append(list, a.descriptions[cmd].name)
	}
	return list
}

func TestHelpFormsAreEqual(t *testing.T) {
	_, want, _ := run("spin", "--help")
	for _, args := range [][]string{{"help", "spin"}, {"spin", "-h"}, {"--help", "spin"}, {"spin", "--title", "x", "-h"}} {
		if code, got, _ := run(args...); code != 0 || got != want {
			t.Errorf("%v: code %d\n%s", args, code, cmp.Diff(want, got))
		}
	}
	if code, stdout, stderr := run(); code != 2 || stdout != "" || !strings.HasPrefix(stderr, "baton: ") {
		t.Errorf("bare baton: code %d, %q, %q", code, stdout, stderr)
	}
}

// The layout of flags: groups, short flags, optional values, defaults, long names.
func TestFlagLayout(t *testing.T) {
	s, stdout, _ := ui.Test(ui.Terminal{Width: 60})
	a := newApp(nil, s)
	var n int
	var when, word string
	var human, asJSON bool
	c := &command{
		name: "demo", args: "[PATH…]", short: "show how help is laid out",
		long:     "One paragraph that is longer than a line of this narrow terminal has room for.\n\n  as it\n    stands",
		examples: []example{{"baton demo -h", "with units"}, {"baton demo --a-flag --another-flag some/path", "a long one"}},
		exits:    []exitCode{exitOK, exitPartial},
		json:     &asJSON,
		flags: func(f *flags) {
			f.IntVarP(&n, "depth", "d", 3, "go `N` levels deep")
			f.StringVar(&when, "a-name-that-is-far-too-long", "", "has its text on the next line: `WHEN`, and wraps")
			f.Group("GNU flags")
			f.BoolVarP(&human, "human-readable", "h", false, "print units")
			f.StringVar(&word, "time", "", "show the time, or another one: `WORD`")
			f.Lookup("time").NoOptDefVal = "mtime"
		},
	}
	a.help(s.Out, a.build(c))
	want := `baton demo: show how help is laid out

Examples
  baton demo -h  with units
  baton demo --a-flag --another-flag some/path
                 a long one

Usage
  baton demo [FLAG…] [PATH…]

One paragraph that is longer than a line of this narrow
terminal has room for.

  as it
    stands

Flags
  -d, --depth N  go N levels deep (default 3)
      --a-name-that-is-far-too-long WHEN
                 has its text on the next line: WHEN, and
                 wraps

GNU flags
  -h, --human-readable  print units
      --time[=WORD]     show the time, or another one: WORD

General flags
      --json          print JSON; the shapes are in
                      docs/json.md
      --color WHEN    WHEN to use colour: auto, always or
                      never (default auto)
      --catch-sigint  stop at SIGINT also where it was
                      inherited as ignored, as in the
                      background jobs of a script
      --help          show this help

Exit codes
  0  done
  3  done in part: some items failed, the rest is valid
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(stdout.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestHelpOfAnyWidth(t *testing.T) {
	for width := range 120 {
		s, stdout, _ := ui.Test(ui.Terminal{Out: true, Env: map[string]string{"COLUMNS": fmt.Sprint(width)}})
		if code := Main([]string{"spin", "--help"}, s); code != 0 || stdout.String() == "" {
			t.Errorf("width %d: code %d", width, code)
		}
	}
}
