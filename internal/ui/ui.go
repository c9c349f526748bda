// Package ui is the only code of baton that knows a terminal. It carries the
// three standard streams into every command and owns all that is drawn on them.
//
// # Rules of output
//
//   - Data goes to standard output, everything else to standard error.
//   - A stream that is a terminal gets aligned tables and colour. Any other gets
//     neither: fields are separated by tabs, without a header line.
//   - The two output streams are judged apart: `baton du 2>log` keeps its colours.
//   - Colour follows, in this order, --color, NO_COLOR, FORCE_COLOR, TERM=dumb,
//     and whether the stream is a terminal. It never carries meaning alone.
//   - One status line may stand at the bottom of standard error, when that is a
//     terminal and neither --quiet nor --json was given. It is erased before
//     anything else is written and before the command ends, and never covers a
//     line that is not finished.
//   - A command that watches something may show a block of lines, its data, that
//     each frame replaces, when standard output is a terminal. Other output goes
//     above the block, and at the end the last frame stays.
//   - What comes from outside, such as a file's name, cannot move the cursor or
//     set colours: control characters are shown escaped.
//   - Errors have the form "baton du: message", in lower case, without a full
//     stop; a remedy follows on a line of its own.
//   - Nothing asks questions.
package ui

import (
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Streams are the standard streams of a command, with what is known about the
// terminals behind them. Commands receive them and never touch os.Stdout.
//
// The methods are safe for concurrent use; the fields are set up before a
// command starts and only read by it.
type Streams struct {
	In  *Input
	Out *Output
	Err *Output

	// Quiet turns the status line off, as --quiet and --json do.
	Quiet bool

	env    func(key string) (string, bool)
	screen *screen
}

// System returns the streams of this process.
func System() *Streams {
	s := &Streams{env: os.LookupEnv, screen: &screen{}}
	s.In = &Input{Reader: os.Stdin, Terminal: isTerminal(os.Stdin), file: os.Stdin}
	s.Out = &Output{Terminal: isTerminal(os.Stdout), file: os.Stdout, w: os.Stdout, streams: s}
	s.Err = &Output{Terminal: isTerminal(os.Stderr), file: os.Stderr, w: os.Stderr, streams: s}
	for _, o := range []*Output{s.Out, s.Err} {
		o.dumb = o.Terminal && !prepareTerminal(o.file)
	}
	s.screen.w = os.Stderr
	s.SetColor(ColorAuto)
	return s
}

// Env returns the value of an environment variable, and whether it is set.
func (s *Streams) Env(key string) (string, bool) { return s.env(key) }

// Unicode reports whether the terminal can be expected to show more than ASCII:
// unless the locale names another character set than UTF-8, or the terminal is
// the console of the Linux kernel, whose font has few glyphs.
func (s *Streams) Unicode() bool {
	if t, _ := s.env("TERM"); t == "linux" || t == "dumb" {
		return false
	}
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, _ := s.env(key); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// An Input is a stream that a command reads.
type Input struct {
	io.Reader
	Terminal bool

	file *os.File
}

// File returns the file behind the stream, for a child process to inherit or to
// wait on; nil when there is none, as in tests.
func (in *Input) File() *os.File { return in.file }

// Width returns the number of columns: COLUMNS if that is set, else what the
// terminal says at this moment, else 80.
func (o *Output) Width() int {
	if v, ok := o.streams.env("COLUMNS"); ok {
		if n, err := strconv.Atoi(v); err == nil && n > 0 {
			return n
		}
	}
	w, _ := o.size()
	return w
}

// Height returns the number of lines that the terminal has at this moment, and
// 24 where that is not known.
func (o *Output) Height() int {
	_, h := o.size()
	return h
}

func (o *Output) size() (width, height int) {
	width, height = o.width, o.height // set in tests
	if o.Terminal && o.file != nil {
		if w, h, err := term.GetSize(int(o.file.Fd())); err == nil {
			width, height = w, h
		}
	}
	if width <= 0 {
		width = 80
	}
	if height <= 0 {
		height = 24
	}
	return width, height
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
