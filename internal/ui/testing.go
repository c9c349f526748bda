package ui

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
)

// A Terminal says what the streams of a test are connected to. The zero value is
// no terminal at all.
type Terminal struct {
	In, Out, Err  bool // which streams are a terminal
	Width, Height int  // 0: 80 columns, 24 lines
	Color         ColorMode
	Env           map[string]string
	OutErr        error     // if not nil, what each write to Out returns
	Stdin         io.Reader // nil is empty; a *os.File is also what File returns
}

// A Buffer collects what a test's command writes. It is safe for concurrent use.
type Buffer struct {
	mu      sync.Mutex
	b       bytes.Buffer  // guarded by mu
	written chan struct{} // if not nil, to be closed at the next write; guarded by mu
}

// Write appends p.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written != nil {
		close(b.written)
		b.written = nil
	}
	return b.b.Write(p)
}

// Await waits until text has been written, or for the end of ctx, whose cause it
// returns then.
func (b *Buffer) Await(ctx context.Context, text string) error {
	for {
		b.mu.Lock()
		found := bytes.Contains(b.b.Bytes(), []byte(text))
		if b.written == nil {
			b.written = make(chan struct{})
		}
		written := b.written
		b.mu.Unlock()
		if found {
			return nil
		}
		select {
		case <-written:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// String returns all that was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Test returns streams for a test, and what is written to the two outputs.
func Test(t Terminal) (s *Streams, stdout, stderr *Buffer) {
	stdout, stderr = new(Buffer), new(Buffer)
	s = &Streams{
		env:    func(key string) (string, bool) { v, ok := t.Env[key]; return v, ok },
		screen: &screen{w: stderr},
	}
	if t.Stdin == nil {
		t.Stdin = strings.NewReader("")
	}
	s.In = &Input{Reader: t.Stdin, Terminal: t.In}
	s.In.file, _ = t.Stdin.(*os.File)
	s.Out = &Output{Terminal: t.Out, width: t.Width, height: t.Height, w: stdout, streams: s}
	s.Err = &Output{Terminal: t.Err, width: t.Width, height: t.Height, w: stderr, streams: s}
	s.Out.dumb = t.Env["TERM"] == "dumb"
	s.Err.dumb = s.Out.dumb
	if t.OutErr != nil {
		s.Out.w = failing{t.OutErr}
	}
	s.SetColor(t.Color)
	return s, stdout, stderr
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
