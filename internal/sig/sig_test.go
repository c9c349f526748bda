package sig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/exit"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func TestCause(t *testing.T) {
	tests := []struct {
		signal os.Signal
		text   string
		code   int
	}{
		{os.Interrupt, "interrupted", 130},
		{syscall.SIGTERM, "terminated", 143},
	}
	for _, tt := range tests {
		var err error = fmt.Errorf("wrapped: %w", &Cause{tt.signal})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v is not context.Canceled", err)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is a deadline", err)
		}
		if got := exit.Code(err); got != tt.code {
			t.Errorf("exit code of %v = %d, want %d", err, got, tt.code)
		}
		if got := (&Cause{tt.signal}).Error(); got != tt.text {
			t.Errorf("text = %q, want %q", got, tt.text)
		}
	}
}

// start runs watch with signals of the test's own. codes gets the exit code of a
// process that would have ended.
func start(opts Options) (ctx context.Context, join func(), signals chan os.Signal, codes chan int) {
	signals, codes = make(chan os.Signal, 2), make(chan int, 1)
	opts.exit = func(code int) { codes <- code }
	ctx, join = watch(context.Background(), opts, signals)
	return ctx, join, signals, codes
}

func TestTwoStages(t *testing.T) {
	for _, tt := range []struct {
		first, second os.Signal
		text          string
		code          int
	}{
		{os.Interrupt, os.Interrupt, "interrupted", 130},
		{syscall.SIGTERM, os.Interrupt, "terminated", 130},
		{os.Interrupt, syscall.SIGTERM, "interrupted", 143},
	} {
		synctest.Test(t, func(t *testing.T) {
			var stopping, quitting os.Signal
			ctx, join, signals, codes := start(Options{
				Stopping: func(s os.Signal) { stopping = s },
				Quitting: func(s os.Signal) { quitting = s },
			})
			defer join()
			synctest.Wait()
			if ctx.Err() != nil || CauseOf(ctx) != nil {
				t.Fatalf("ended before a signal: %v", context.Cause(ctx))
			}
			signals <- tt.first
			synctest.Wait()
			if c := CauseOf(ctx); c == nil || c.Error() != tt.text || stopping != tt.first {
				t.Fatalf("after the first: cause %v, Stopping(%v)", context.Cause(ctx), stopping)
			}
			if len(codes) != 0 {
				t.Fatal("the first signal ended the process")
			}
			signals <- tt.second
			synctest.Wait()
			if code := <-codes; code != tt.code || quitting != tt.second {
				t.Errorf("after the second: code %d, Quitting(%v); want %d, %v", code, quitting, tt.code, tt.second)
			}
		})
	}
}

// A terminal that takes no output must not keep the process alive.
func TestQuittingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		_, join, signals, codes := start(Options{Quitting: func(os.Signal) { <-release }})
		defer join()
		began := time.Now()
		signals <- os.Interrupt
		signals <- os.Interrupt
		<-codes
		if d := time.Since(began); d != 250*time.Millisecond {
			t.Errorf("ended after %v", d)
		}
		close(release)
	})
}

func TestStop(t *testing.T) {
	parent, cancel := context.WithCancel(t.Context())
	defer cancel()
	ctx, stop := Context(parent, Options{})
	stop()
	stop()
	if ctx.Err() == nil {
		t.Error("the context outlives stop")
	}
	if CauseOf(ctx) != nil {
		t.Errorf("cause = %v", CauseOf(ctx))
	}
}

func TestParent(t *testing.T) {
	why := errors.New("why")
	parent, cancel := context.WithCancelCause(t.Context())
	ctx, stop := Context(parent, Options{})
	defer stop()
	cancel(why)
	<-ctx.Done()
	if context.Cause(ctx) != why {
		t.Errorf("cause = %v, want %v", context.Cause(ctx), why)
	}
}
