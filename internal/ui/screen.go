package ui

import (
	"io"
	"sync"
	"sync/atomic"
)

const (
	eraseLine  = "\r\x1b[K"
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
)

// A screen is the terminal that standard output and standard error may share. It
// keeps the status line apart from everything else that is written.
type screen struct {
	mu     sync.Mutex
	w      io.Writer // where the status line goes: standard error
	drawn  bool      // the status line is on the screen, and the cursor hidden
	inLine bool      // the cursor stands in a line that someone else began
	closed bool      // nothing is drawn any more
	block  block     // the lines above the cursor that a [Live] has drawn

	back atomic.Pointer[func()] // gives the terminal back that an Editor has taken over
}

// write writes p to w, an output that is a terminal.
func (sc *screen) write(w io.Writer, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.erase()
	// Only a newline proves that the cursor is at the start of an empty line: a
	// carriage return goes back to text that is still wanted.
	sc.inLine = p[len(p)-1] != '\n'
	return w.Write(p)
}

// draw replaces the status line. Where the cursor stands in someone's unfinished
// line it draws nothing: the next call, or the one after, will.
func (sc *screen) draw(text string) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	switch {
	case sc.closed || sc.inLine:
	case text == "":
		sc.erase()
	default:
		// One write a frame, so that no half of it can be seen. Erasing what is
		// left behind the text, rather than the line before it, does not flicker.
		frame := "\r" + text + "\x1b[K"
		if !sc.drawn {
			frame = hideCursor + frame
		}
		sc.drawn = true
		io.WriteString(sc.w, frame)
	}
}

// erase removes the status line and the block. The caller holds mu.
func (sc *screen) erase() {
	sc.block.erase()
	if sc.drawn {
		sc.drawn = false
		io.WriteString(sc.w, eraseLine+showCursor)
	}
}

// SetStatus shows text as the status line, cut to the terminal's width; an empty
// text erases it. Without a terminal on standard error, or when Quiet is set, it
// does nothing.
func (s *Streams) SetStatus(text string) {
	if !s.Interactive() {
		return
	}
	// The last column stays free: some terminals wrap as soon as it is written.
	s.screen.draw(Truncate(Safe(text), s.Err.Width()-1))
}

// Interactive reports whether there is a status line.
func (s *Streams) Interactive() bool {
	return s.Err.Terminal && !s.Err.dumb && !s.Quiet
}

// Restore gives the terminal back as it was found and draws nothing from then on.
// It is meant for the moment before the process ends, and so does not wait for a
// write that may be stuck in a terminal that was stopped with Ctrl-S.
func (s *Streams) Restore() {
	sc := s.screen
	if back := sc.back.Load(); back != nil {
		(*back)()
	}
	if !sc.mu.TryLock() {
		io.WriteString(sc.w, wrapOn+showCursor)
		return
	}
	defer sc.mu.Unlock()
	sc.block.leave()
	sc.erase()
	sc.closed = true
}
