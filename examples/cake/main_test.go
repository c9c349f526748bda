package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The bubbles of these tests fail if a goroutine is left.

// TestCooksWorkAtOnce checks that three cooks who take 200 ms for a cake each have
// done the first after 600 ms, and then one every 200 ms.
func TestCooksWorkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var out strings.Builder
		if err := run(t.Context(), []string{"5"}, nil, &out); err != nil {
			t.Fatal(err)
		}
		if took, want := time.Since(begin), 1400*time.Millisecond; took != want {
			t.Errorf("took %v, want %v", took, want)
		}
		cakes := strings.Split(out.String(), "\n")
		if len(cakes) != 6 || cakes[4] != "cake 5: baked iced inscribed" {
			t.Errorf("output is %q", out.String())
		}
	})
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
		defer cancel()
		begin := time.Now()
		var out strings.Builder
		if err := run(ctx, []string{"1000000"}, nil, &out); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("run returned %v", err)
		}
		if took, n := time.Since(begin), strings.Count(out.String(), "\n"); took != 1100*time.Millisecond || n != 3 {
			t.Errorf("%d cakes in %v", n, took)
		}
	})
}

// TestEarlyEnd takes one of many cakes: nobody bakes on.
func TestEarlyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := errors.New("one is enough")
		out := writerFunc(func([]byte) (int, error) { panic(first) })
		defer func() {
			if got := recover(); got != any(first) {
				t.Errorf("run panicked with %v", got)
			}
		}()
		run(t.Context(), nil, nil, out)
	})
}

func TestUsage(t *testing.T) {
	if err := run(t.Context(), []string{"many"}, nil, io.Discard); err == nil {
		t.Error("run returned nil")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
