package ui

import (
	"os"
	"os/signal"
	"sync"
	"time"
)

const (
	progressDelay = 200 * time.Millisecond // a command that is done by then shows none
	progressEvery = 100 * time.Millisecond
)

// A Progress keeps the status line up to date while a command works.
type Progress struct {
	loop
}

// A loop shows frames, in a goroutine of its own, until Stop.
type loop struct {
	streams *Streams
	frame   func() (text string, next time.Duration)
	show    func(text string)
	leave   func()        // gives the terminal back
	again   chan struct{} // gets a token when a frame is wanted before its time; nil: never
	last    bool          // a frame is shown at the end too
	halt    sync.Once
	stop    chan struct{} // closed by Stop
	stopped chan struct{} // closed by run; nil when nothing is shown
}

// StartProgress shows what line returns as the status line: first after 200 ms,
// then ten times a second, until [Progress.Stop]. line is called from another
// goroutine, one call at a time, and must not block; an empty text leaves the line
// empty. Where there is no status line, line is never called and no goroutine is
// started.
func (s *Streams) StartProgress(line func() string) *Progress {
	return s.start(progressDelay, func() (string, time.Duration) { return line(), progressEvery })
}

// StartStatus is StartProgress for a line that keeps its own time: it is shown at
// once, and again after the time that line returns with it.
func (s *Streams) StartStatus(line func() (text string, next time.Duration)) *Progress {
	return s.start(0, line)
}

func (s *Streams) start(delay time.Duration, line func() (string, time.Duration)) *Progress {
	p := &Progress{loop{streams: s, frame: line, show: s.SetStatus, leave: func() { s.SetStatus("") }}}
	if s.Interactive() {
		p.start(delay)
	}
	return p
}

// Stop erases the status line and returns when nothing is drawn any more. It may
// be called more than once.
func (p *Progress) Stop() { p.end() }

func (l *loop) start(delay time.Duration) {
	l.stop, l.stopped = make(chan struct{}), make(chan struct{})
	go l.run(delay) // ends when end closes stop, and is joined there
}

func (l *loop) end() {
	if l.stopped == nil {
		return
	}
	l.halt.Do(func() { close(l.stop) })
	<-l.stopped
}

func (l *loop) run(delay time.Duration) {
	defer close(l.stopped)
	defer l.leave() // also when frame panics: the cursor comes back
	tstp := make(chan os.Signal, 1)
	if l.streams.Err.file != nil { // not in tests
		notifySuspend(tstp)
		defer signal.Stop(tstp)
	}

	next := time.NewTimer(delay)
	defer next.Stop()
	for {
		select {
		case <-l.stop:
			if l.last {
				text, _ := l.frame()
				l.show(text)
			}
			return
		case <-tstp:
			// The shell's prompt should find a clean line and a cursor.
			l.leave()
			suspend()
			next.Reset(0)
		case <-l.again:
			next.Reset(0)
		case <-next.C:
			text, after := l.frame()
			l.show(text)
			next.Reset(after)
		}
	}
}

// Spinner returns the glyph that a spinner shows after some time, a full turn in
// a second.
func (s *Streams) Spinner(elapsed time.Duration) string {
	glyphs := []string{"|", "/", "-", `\`}
	if s.Unicode() {
		glyphs = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}
	}
	return glyphs[int(elapsed/progressEvery)%len(glyphs)]
}
