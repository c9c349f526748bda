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
	streams *Streams
	line    func() (text string, next time.Duration)
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
	p := &Progress{streams: s, line: line}
	if s.Interactive() {
		p.stop, p.stopped = make(chan struct{}), make(chan struct{})
		go p.run(delay) // ends when Stop closes stop, and is joined there
	}
	return p
}

// Stop erases the status line and returns when nothing is drawn any more. It may
// be called more than once.
func (p *Progress) Stop() {
	if p.stopped == nil {
		return
	}
	p.halt.Do(func() { close(p.stop) })
	<-p.stopped
}

func (p *Progress) run(delay time.Duration) {
	defer close(p.stopped)
	defer p.streams.SetStatus("") // also when line panics: the cursor comes back
	tstp := make(chan os.Signal, 1)
	if p.streams.Err.file != nil { // not in tests
		notifySuspend(tstp)
		defer signal.Stop(tstp)
	}

	next := time.NewTimer(delay)
	defer next.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tstp:
			// The shell's prompt should find a clean line and a cursor.
			p.streams.SetStatus("")
			suspend()
			next.Reset(0)
		case <-next.C:
			text, again := p.line()
			p.streams.SetStatus(text)
			next.Reset(again)
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
