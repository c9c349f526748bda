package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The bubbles of these tests fail if a goroutine is left.

func TestCountdown(t *testing.T) {
	for _, c := range []struct {
		name   string
		press  time.Duration // when Return is pressed, 0 is never
		end    bool          // the input has ended
		stop   time.Duration // when Ctrl-C is pressed, 0 is never
		want   error
		takes  time.Duration
		counts int
	}{
		{name: "launch", takes: 10 * time.Second, counts: 10},
		{name: "nobody there", end: true, takes: 10 * time.Second, counts: 10},
		{name: "return", press: 3500 * time.Millisecond, want: errAborted, takes: 3500 * time.Millisecond, counts: 4},
		{name: "interrupt", stop: 1500 * time.Millisecond, want: context.Canceled, takes: 1500 * time.Millisecond, counts: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.stop > 0 {
					time.AfterFunc(c.stop, cancel)
				}
				stdin, keys := io.Pipe()
				if c.press > 0 {
					time.AfterFunc(c.press, func() { io.WriteString(keys, "\n") })
				}
				if c.end {
					keys.Close()
				}
				var out bytes.Buffer
				begin := time.Now()
				err := run(ctx, nil, stdin, &out)
				if took := time.Since(begin); took != c.takes {
					t.Errorf("took %v, want %v", took, c.takes)
				}
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
					t.Errorf("run returned %v, want %v", err, c.want)
				}
				if n := strings.Count(out.String(), "\n") - 1; c.want != nil && n != c.counts {
					t.Errorf("%d counts, want %d", n, c.counts)
				}
				if launched := strings.HasSuffix(out.String(), "1\nLift off!\n"); launched != (c.want == nil) {
					t.Errorf("output is %q", out.String())
				}
			})
		})
	}
}
