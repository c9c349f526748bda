package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	asked, left := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done() // until the client has gone
		close(left)
	}))
	defer slow.Close()
	broken := httptest.NewServer(http.NotFoundHandler())
	defer broken.Close()
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-asked // all are asked at once, but not in an order
		fmt.Fprint(w, "hello")
	}))
	defer quick.Close()

	var out strings.Builder
	if err := run(t.Context(), &out, []string{slow.URL, broken.URL, quick.URL}); err != nil || out.String() != "hello" {
		t.Errorf("%v: %q", err, &out)
	}
	if err := run(t.Context(), &out, []string{broken.URL, broken.URL}); err == nil || strings.Count(err.Error(), "404") != 2 {
		t.Errorf("all broken: %v", err)
	}
	if err := run(t.Context(), &out, nil); err == nil {
		t.Error("no mirrors, no error")
	}
	<-left
}
