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

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestResult(t *testing.T) {
	var out bytes.Buffer // no lock: nobody writes beside the spinner, and after it
	if err := run(t.Context(), []string{"20"}, nil, &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasSuffix(got, "\r \rFib(20) = 6765\n") {
		t.Errorf("output is %q", got)
	}
}

func TestFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 450*time.Millisecond)
		defer cancel()
		var out strings.Builder
		spin(ctx, &out, 100*time.Millisecond)
		if got, want := out.String(), "\r-\r\\\r|\r/\r-\r \r"; got != want {
			t.Errorf("output is %q, want %q", got, want)
		}
	})
}

// TestInterrupt stops a computation that would take years once the spinner turns.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := run(ctx, []string{"90"}, nil, out); !errors.Is(err, context.Canceled) {
		t.Errorf("run returned %v", err)
	}
}

func TestUsage(t *testing.T) {
	if err := run(t.Context(), []string{"many"}, nil, io.Discard); err == nil {
		t.Error("run returned nil")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
