package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"golang.org/x/term"
)

// An Editor reads lines that are edited on the terminal, below what is printed
// meanwhile. Its methods may be called concurrently, but ReadLine by one goroutine
// at a time.
type Editor struct {
	streams *Streams
	term    *term.Terminal
	restore func()
	stop    func()

	mu     sync.Mutex
	prompt string // guarded by mu
}

// Editor takes the terminal over until Close; its error is [ErrNoTerminal] where
// standard input and output aren't both one. Reading ends with ctx.
func (s *Streams) Editor(ctx context.Context) (*Editor, error) {
	if !s.In.Terminal || s.In.file == nil || !s.Out.Terminal || s.Out.dumb {
		return nil, ErrNoTerminal
	}
	in, stop, err := Until(ctx, s.In)
	if err != nil {
		return nil, err
	}
	fd := int(s.In.file.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		stop()
		return nil, err
	}
	e := &Editor{
		streams: s,
		term:    term.NewTerminal(readWriter{in, s.Out}, ""),
		restore: sync.OnceFunc(func() { term.Restore(fd, before) }), // there is nothing to do if that fails
		stop:    stop,
	}
	e.term.SetBracketedPasteMode(true)
	s.screen.back.Store(&e.restore)
	return e, nil
}

// ErrNoTerminal says that there is no terminal to edit lines on.
var ErrNoTerminal = errors.New("no terminal")

type readWriter struct {
	io.Reader
	io.Writer
}

// ReadLine returns the next line that is entered. It is erased from the screen: what
// becomes of it is for the caller to print. The error is io.EOF after Ctrl-D or
// Ctrl-C, or the cause of the context.
func (e *Editor) ReadLine() (string, error) {
	e.resize()
	line, err := e.term.ReadLine()
	if err != nil && err != term.ErrPasteIndicator { // a pasted line is one like others
		return "", err
	}
	e.mu.Lock()
	cells := Width(e.prompt) + Width(line)
	e.mu.Unlock()
	rows := cells/max(e.streams.Out.Width(), 1) + 1
	io.WriteString(e.term, strings.Repeat("\x1b[A\x1b[2K", rows))
	return line, nil
}

// Print prints a line above the one that is being edited.
func (e *Editor) Print(line string) {
	e.resize()
	io.WriteString(e.term, line+"\n")
}

// SetPrompt changes what stands before the line, at once.
func (e *Editor) SetPrompt(prompt string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if prompt == e.prompt {
		return
	}
	e.prompt = prompt
	e.term.SetPrompt(prompt)
	io.WriteString(e.term, "") // draws it
}

// SetComplete sets what is called when the tab key is pressed, with the line and the
// cursor's place in it; it returns them changed, or false.
func (e *Editor) SetComplete(complete func(line string, pos int) (string, int, bool)) {
	e.term.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		return complete(line, pos)
	}
}

// resize tells the editor how large the terminal is now.
func (e *Editor) resize() {
	out := e.streams.Out
	e.term.SetSize(out.Width(), out.Height()) // it only fails to draw
}

// Close gives the terminal back.
func (e *Editor) Close() {
	e.term.SetBracketedPasteMode(false)
	io.WriteString(e.streams.Out, "\r\x1b[K")
	e.streams.screen.back.Store(nil)
	e.restore()
	e.stop()
}
