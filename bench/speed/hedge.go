package main

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/cristalhq/hedgedhttp"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/hedgepolicy"

	"baton/hedge"
)

var hedgeRows = []row{
	{
		what: "hedge: a call whose first try succeeds, 2 tries",
		ours: contender{"hedge.Do", hedges},
		peers: []contender{
			{"failsafe-go", failsafes},
			{"hedgedhttp", hedgedHTTPs},
		},
	},
}

const hedgeDelay = time.Second

func hedges(n int) {
	one := func(context.Context) (int, error) { return 1, nil }
	for range n {
		hedge.Do(cancellable, hedge.Options{Delay: hedgeDelay}, one, one)
	}
}

func failsafes(n int) {
	policy := hedgepolicy.NewBuilderWithDelay[int](hedgeDelay).WithMaxHedges(1).
		CancelIf(func(_ int, err error) bool { return err == nil }).Build()
	executor := failsafe.With(policy).WithContext(cancellable)
	for range n {
		executor.GetWithExecution(func(failsafe.Execution[int]) (int, error) { return 1, nil })
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func hedgedHTTPs(n int) {
	rt, err := hedgedhttp.NewRoundTripper(hedgeDelay, 2, roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(http.NoBody)}, nil
	}))
	if err != nil {
		panic(err)
	}
	req, err := http.NewRequestWithContext(cancellable, http.MethodGet, "http://localhost/", nil)
	if err != nil {
		panic(err)
	}
	for range n {
		if resp, err := rt.RoundTrip(req); err == nil {
			resp.Body.Close()
		}
	}
}
