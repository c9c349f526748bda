package readme

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Block
		err        string
	}{
		{name: "no block", text: "# baton\n\nUse `sh`.\n"},
		{
			name: "commands with and without output",
			text: "text\n\n```sh\n$ echo a\na\n$ true\n$ printf 'b\\n\\nc\\n'\nb\n\nc\n```\n",
			want: []Block{{Line: 3, Commands: []Command{
				{Line: 4, Text: "echo a", Shown: "a\n"},
				{Line: 6, Text: "true"},
				{Line: 7, Text: "printf 'b\\n\\nc\\n'", Shown: "b\n\nc\n"},
			}}},
		},
		{
			name: "continued command",
			text: "```sh\n$ echo a \\\n>   b\na b\n> not a command\n```\n",
			want: []Block{{Line: 1, Commands: []Command{
				{Line: 2, Text: "echo a \\\n  b", Shown: "a b\n> not a command\n"},
			}}},
		},
		{
			name: "two blocks, one for a terminal",
			text: "```sh\n$ a\n```\n```sh tty\n$ b\n```\n",
			want: []Block{
				{Line: 1, Commands: []Command{{Line: 2, Text: "a"}}},
				{Line: 4, Terminal: true, Commands: []Command{{Line: 5, Text: "b"}}},
			},
		},
		{
			name: "in a list",
			text: "- item\n\n  ```sh\n  $ a\n    b\n\n  c\n  ```\n",
			want: []Block{{Line: 3, Commands: []Command{{Line: 4, Text: "a", Shown: "  b\n\nc\n"}}}},
		},
		{
			name: "other blocks",
			text: "```text\n$ a\n```\n```\n$ b\n```\n```go\nfunc f()\n```\n```shell\n$ c\n```\n",
		},
		{
			name: "a block that shows a block",
			text: "````text\n```sh\n$ a\n```\n````\n",
		},
		{name: "not closed", text: "a\n```sh\n$ a\n", err: "line 2: block is not closed"},
		{name: "no command", text: "```sh\n```\n", err: "line 1: no command in the block"},
		{name: "no prompt", text: "```sh\ngo build\n```\n", err: "line 2: output before the first command of the block"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Blocks(tt.text)
			if (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		shown, got string
		want       bool
	}{
		{"a\n", "a\n", true},
		{"a\n", "a", true},
		{"a\n", "a  \r\n", true},
		{"a\n", "b\n", false},
		{"a\n", "a\na\n", false},
		{"a\n", "", false},
		{"a\nb\n", "a\n\nb\n", false},
		{"a.c\n", "abc\n", false},

		{"12 files, … s\n", "12 files, 0.3 s\n", true},
		{"12 files, … s\n", "13 files, 0.3 s\n", false},
		{"12 files…\n", "12 files\n", true},
		{"a…c\n", "a\nc\n", false},
		{"…\t~\n", "52\t~\n", true},

		{"a\n…\nd\n", "a\nb\nc\nd\n", true},
		{"a\n…\nd\n", "a\nd\n", true},
		{"a\n…\nd\n", "a\nb\n", false},
		{"…\n", "", true},
		{"  …\n", "a\n", false},
	}
	for _, tt := range tests {
		if got := Match(tt.shown, tt.got); got != tt.want {
			t.Errorf("Match(%q, %q) = %v, want %v", tt.shown, tt.got, got, tt.want)
		}
	}
}

// FuzzBlocks checks that every line of a block is kept, in its place.
func FuzzBlocks(f *testing.F) {
	f.Add("```sh\n$ a\nb\n```\n")
	f.Add("text\n  ```sh tty\n  $ a \\\n  > b\n  c\n  ```\n````text\n```\n````")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, err := Blocks(text)
		if err != nil {
			return
		}
		lines := strings.Split(text, "\n")
		for _, b := range blocks {
			for _, c := range b.Commands {
				for i, want := range strings.Split(c.Text+"\n"+strings.TrimSuffix(c.Shown, "\n"), "\n") {
					if c.Shown == "" && i > strings.Count(c.Text, "\n") {
						break
					}
					if line := lines[c.Line-1+i]; !strings.Contains(line, want) {
						t.Errorf("line %d is %q, got %q", c.Line+i, line, want)
					}
				}
			}
		}
	})
}
