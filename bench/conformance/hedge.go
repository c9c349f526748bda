package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cristalhq/hedgedhttp"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/hedgepolicy"

	"baton/hedge"
)

// A hedgeCalls calls try, with the number of the try, up to three times, each the
// delay after the one before, and returns the first result.
type hedgeCalls func(ctx context.Context, delay time.Duration, try func(ctx context.Context, n int) (int, error)) (int, error)

var hedgeContenders = []contender[hedgeCalls]{
	{"hedge", func(ctx context.Context, delay time.Duration, try func(context.Context, int) (int, error)) (int, error) {
		numbered := func(n int) func(context.Context) (int, error) {
			return func(ctx context.Context) (int, error) { return try(ctx, n) }
		}
		return hedge.Do(ctx, hedge.Options{Delay: delay}, numbered(0), numbered(1), numbered(2))
	}},
	{"hedgedhttp", hedgedHTTP},
	{"failsafe-go", func(ctx context.Context, delay time.Duration, try func(context.Context, int) (int, error)) (int, error) {
		policy := hedgepolicy.NewBuilderWithDelay[int](delay).WithMaxHedges(2).
			CancelIf(func(_ int, err error) bool { return err == nil }).Build()
		var n atomic.Int64
		return failsafe.With(policy).WithContext(ctx).GetWithExecution(func(e failsafe.Execution[int]) (int, error) {
			return try(e.Context(), int(n.Add(1))-1)
		})
	}},
}

// hedgedHTTP makes a request of each call and a response of each result; a try's
// error is a response with the status 503.
func hedgedHTTP(ctx context.Context, delay time.Duration, try func(context.Context, int) (int, error)) (int, error) {
	var n atomic.Int64
	rt, err := hedgedhttp.NewRoundTripper(delay, 3, roundTripper(func(req *http.Request) (*http.Response, error) {
		r, err := try(req.Context(), int(n.Add(1))-1)
		if err != nil {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: io.NopCloser(strings.NewReader(err.Error()))}, nil
		}
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(fmt.Sprint(r)))}, nil
	}))
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/", nil)
	if err != nil {
		return 0, err
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, errors.New(resp.Status)
	}
	var r int
	_, err = fmt.Fscan(resp.Body, &r)
	return r, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

var hedgeCases = []testCase[hedgeCalls]{
	{"the first success wins, not the first failure", hedgeSuccess},
	{"a failure starts the next try at once", hedgeAtOnce},
	{"the losers are cancelled", hedgeCancels},
	{"nothing runs on when the call has returned", hedgeJoined},
	{"if all fail, all errors are kept", hedgeErrors},
	{"the end of the context ends the call, with its cause", hedgeContext},
	{"a panic of a try reaches the caller", hedgePanic},
}

func hedgeSuccess(run hedgeCalls) string {
	r, err := run(context.Background(), soon, func(_ context.Context, n int) (int, error) {
		if n == 0 {
			time.Sleep(2 * soon)
			return 0, errTask
		}
		time.Sleep(3 * soon)
		return n, nil
	})
	return expect(r > 0 && err == nil, "the failure")
}

func hedgeAtOnce(run hedgeCalls) string {
	begin := time.Now()
	run(context.Background(), long, func(_ context.Context, n int) (int, error) {
		if n == 0 {
			return 0, errTask
		}
		return n, nil
	})
	if time.Since(begin) > long/2 {
		return "waits"
	}
	r, err := run(context.Background(), long, func(_ context.Context, n int) (int, error) {
		if n == 0 {
			return 0, errTask
		}
		return n, nil
	})
	return expect(r == 1 && err == nil, "no next try")
}

func hedgeCancels(run hedgeCalls) string {
	cancelled := make(chan struct{})
	run(context.Background(), soon, func(ctx context.Context, n int) (int, error) {
		if n == 0 {
			<-ctx.Done()
			close(cancelled)
			return 0, ctx.Err()
		}
		return n, nil
	})
	select {
	case <-cancelled:
		return ""
	case <-time.After(long):
		return "run on"
	}
}

func hedgeJoined(run hedgeCalls) string {
	var running atomic.Int64
	run(context.Background(), soon, func(ctx context.Context, n int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		if n == 0 {
			<-ctx.Done()
			time.Sleep(soon)
			return 0, ctx.Err()
		}
		return n, nil
	})
	time.Sleep(soon / 10)
	return expect(running.Load() == 0, "losers run on")
}

func hedgeErrors(run hedgeCalls) string {
	_, err := run(context.Background(), soon, func(_ context.Context, n int) (int, error) {
		if n == 0 {
			time.Sleep(2 * soon)
			return 0, errTask
		}
		time.Sleep(soon / 2)
		return 0, errOther
	})
	return expect(errors.Is(err, errTask) && errors.Is(err, errOther), "one lost")
}

func hedgeContext(run hedgeCalls) string {
	ctx, cancel := context.WithTimeoutCause(context.Background(), soon, errOther)
	defer cancel()
	var err error
	if !within(long, func() {
		_, err = run(ctx, 10*soon, func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
	}) {
		return "hangs"
	}
	return expect(errors.Is(err, errOther), "other error")
}

func hedgePanic(run hedgeCalls) (problem string) {
	defer func() {
		if v := recover(); v != nil {
			problem = expect(strings.Contains(fmt.Sprint(v), ".explode("), "no stack")
		}
	}()
	run(context.Background(), soon, func(context.Context, int) (int, error) { explode(); return 0, nil })
	return "no panic"
}
