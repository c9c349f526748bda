// Package readme reads the command blocks of README.md, so that a test can run
// them and a command or its output that has gone stale is found.
//
// A block is fenced with "```sh". A line that starts with "$ " is a command; the
// lines that start with "> " right after it continue it; all other lines up to
// the next command are what it prints. A command with nothing below it must
// succeed, and may print what it likes. In what is shown, "…" stands for
// anything: within a line for any part of that line, alone on a line for any
// number of lines.
//
// "```sh tty" is a block whose output goes to a terminal. Blocks with any other
// word, such as "```text", are not commands.
package readme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Block is one fenced block of commands, which share one shell.
type Block struct {
	Line     int  // of the opening fence, from 1
	Terminal bool // standard output is a terminal
	Commands []Command
}

// A Command is one command of a block.
type Command struct {
	Line  int
	Text  string // lines end with a newline, but for the last
	Shown string // what README says that it prints, each line with its newline; empty for anything
}

// Blocks returns the command blocks of a Markdown text in their order. A block
// of commands without a command, or with output before the first, is an error:
// it would escape the test.
func Blocks(markdown string) ([]Block, error) {
	var blocks []Block
	lines := strings.Split(markdown, "\n")
	for i := 0; i < len(lines); i++ {
		fence, words := opening(lines[i])
		if fence == "" {
			continue
		}
		indent := len(lines[i]) - len(strings.TrimLeft(lines[i], " "))
		start := i + 1
		for i++; i < len(lines) && !closes(lines[i], fence); i++ {
		}
		if i == len(lines) {
			return nil, fmt.Errorf("line %d: block is not closed", start)
		}
		if len(words) == 0 || words[0] != "sh" {
			continue
		}
		commands, err := session(lines[start:i], indent, start+1)
		if err != nil {
			return nil, err
		}
		if len(commands) == 0 {
			return nil, fmt.Errorf("line %d: no command in the block", start)
		}
		blocks = append(blocks, Block{Line: start, Terminal: slices.Contains(words, "tty"), Commands: commands})
	}
	return blocks, nil
}

// opening returns the fence that line opens a block with, and the words after it.
func opening(line string) (fence string, words []string) {
	line = strings.TrimSpace(line)
	rest := strings.TrimLeft(line, "`")
	n := len(line) - len(rest)
	if n < 3 || strings.Contains(rest, "`") {
		return "", nil
	}
	return line[:n], strings.Fields(rest)
}

// closes reports whether line ends the block that fence opened.
func closes(line, fence string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, fence) && strings.Trim(line, "`") == ""
}

// session reads the lines of one block, the first of which has number first.
func session(lines []string, indent, first int) ([]Command, error) {
	var commands []Command
	for i, line := range lines {
		line = strings.TrimRight(line[min(indent, len(line)-len(strings.TrimLeft(line, " "))):], " ")
		if text, ok := strings.CutPrefix(line, "$ "); ok {
			commands = append(commands, Command{Line: first + i, Text: text})
			continue
		}
		if len(commands) == 0 {
			return nil, fmt.Errorf("line %d: output before the first command of the block", first+i)
		}
		last := &commands[len(commands)-1]
		if text, ok := strings.CutPrefix(line, "> "); ok && last.Shown == "" {
			last.Text += "\n" + text
			continue
		}
		last.Shown += line + "\n"
	}
	return commands, nil
}

// Match reports whether a command that printed got may be shown as printing
// shown. Spaces at the ends of lines do not count.
func Match(shown, got string) bool {
	var expr strings.Builder
	for line := range strings.Lines(trimmed(shown)) {
		if line == "…\n" {
			expr.WriteString(`(?:.*\n)*`)
			continue
		}
		for i, part := range strings.Split(line, "…") {
			if i > 0 {
				expr.WriteString(`.*`)
			}
			expr.WriteString(regexp.QuoteMeta(part))
		}
	}
	return regexp.MustCompile(`\A` + expr.String() + `\z`).MatchString(trimmed(got))
}

// trimmed returns text without the spaces at the ends of its lines, and with a
// newline after each.
func trimmed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(line, " \r\n") + "\n")
	}
	return b.String()
}
