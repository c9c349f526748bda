package ui

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"
)

const (
	eraseBelow = "\x1b[J"
	wrapOff    = "\x1b[?7l" // what is longer than a line is cut by the terminal
	wrapOn     = "\x1b[?7h"
)

// A Live is a block of lines on standard output that each frame replaces, such as
// a table of what goes on now.
type Live struct {
	loop
}

// Live reports whether standard output can show a block that changes: it is a
// terminal that understands escape sequences, and Quiet isn't set.
func (s *Streams) Live() bool { return s.Out.Terminal && !s.Out.dumb && !s.Quiet }

// StartLive shows what frame returns, lines that each end with a newline: at once,
// again after the time that frame returns with it, and whenever [Live.Update] asks
// for it. What doesn't fit on the terminal is cut. The text may hold colours, so
// that escaping what comes from outside is up to frame; [Table] does so.
//
// frame is called from another goroutine, one call at a time, and must not block.
// Where [Streams.Live] is false, it is never called and no goroutine is started.
func (s *Streams) StartLive(frame func() (text string, next time.Duration)) *Live {
	l := &Live{loop{streams: s, frame: frame, show: s.Out.showBlock, leave: s.screen.leaveBlock, again: make(chan struct{}, 1), last: true}}
	if s.Live() {
		l.start(0)
	}
	return l
}

// Update asks for a frame now. It doesn't wait for it.
func (l *Live) Update() {
	select {
	case l.again <- struct{}{}:
	default: // one is asked for already
	}
}

// Stop draws a last frame, which stays on the screen with the cursor below it, and
// returns when nothing is drawn any more. It may be called more than once.
func (l *Live) Stop() { l.end() }

// showBlock draws text in place of the block drawn before.
func (o *Output) showBlock(text string) {
	width, height := o.Width(), o.Height()
	o.streams.screen.drawBlock(o.w, text, width, height)
}

// A block is a number of lines on the screen that end just above the cursor. The
// screen's mutex guards it.
type block struct {
	w      io.Writer // where it is drawn; nil: there is none
	widths []int     // of its lines, as far as they were shown
	width  int       // of the terminal then
}

// drawBlock draws the lines of text, each of which ends with a newline, in place of
// the block. As [screen.draw] does, it keeps away from an unfinished line.
func (sc *screen) drawBlock(w io.Writer, text string, width, height int) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if sc.closed || sc.inLine {
		return
	}
	if sc.drawn {
		sc.drawn = false
		io.WriteString(sc.w, eraseLine)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	// The cursor needs a line too, or the first ones would scroll out of reach.
	if room := max(1, height-1); len(lines) > room {
		lines = append(lines[:room-1], fmt.Sprintf("and %d more; the window is too small", len(lines)-room+1))
	}
	// One write a frame, which erases behind the text: nothing flickers.
	var b strings.Builder
	b.WriteString(hideCursor + wrapOff + sc.block.up(width))
	drawn := block{w: w, width: width}
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\n")
		drawn.widths = append(drawn.widths, min(shownWidth(line), width))
	}
	b.WriteString(eraseBelow + wrapOn)
	io.WriteString(w, b.String())
	sc.block = drawn
}

// leaveBlock lets the block stay as it is and gives the cursor back.
func (sc *screen) leaveBlock() {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.block.leave()
}

func (b *block) leave() {
	if b.w != nil {
		io.WriteString(b.w, wrapOn+showCursor)
		*b = block{}
	}
}

// erase removes the block and gives the cursor back.
func (b *block) erase() {
	if b.w != nil {
		io.WriteString(b.w, b.up(b.width)+eraseBelow+showCursor)
		*b = block{}
	}
}

// up returns what moves the cursor to the block's start. A terminal that has
// become narrower, to width, has wrapped lines that are too long for it.
func (b *block) up(width int) string {
	rows := 0
	for _, w := range b.widths {
		rows += max(1, (w+width-1)/width)
	}
	if rows == 0 {
		return "\r"
	}
	return fmt.Sprintf("\r\x1b[%dA", rows)
}

// shownWidth is [Width] of a text with colours.
func shownWidth(text string) int {
	return displaywidth.Options{ControlSequences: true}.String(text)
}
