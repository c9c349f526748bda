package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestRun(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		fmt.Fprint(w, r.URL.Path)
	}))
	defer server.Close()
	var urls []string
	for i := range 60 {
		urls = append(urls, fmt.Sprintf("%s/%d", server.URL, i%3))
	}
	var out strings.Builder
	if err := run(t.Context(), &out, urls); err != nil {
		t.Error(err)
	}
	if requests.Load() != 3 || !strings.HasSuffix(out.String(), "\n3 fetched\n") || strings.Count(out.String(), "2 bytes") != 60 {
		t.Errorf("%d requests\n%s", requests.Load(), &out)
	}
}

// TestCancel leaves while the server takes its time; the request ends.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	var out strings.Builder
	if err := run(ctx, &out, []string{server.URL}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-gone
}
