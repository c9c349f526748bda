package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A lockedBuffer is a standard output, to which visits write concurrently.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// site serves pages and returns the server's address.
func site(t *testing.T, page http.HandlerFunc) string {
	s := httptest.NewServer(page)
	t.Cleanup(func() {
		client.CloseIdleConnections()
		s.Close()
	})
	return s.URL
}

// lines returns the paths of the pages that were printed, sorted.
func lines(out *lockedBuffer, address string) []string {
	all := strings.Fields(strings.ReplaceAll(out.b.String(), address, ""))
	slices.Sort(all)
	return all
}

// TestEnds crawls pages that link to each other in circles, and to others that
// don't exist or aren't of the web.
func TestEnds(t *testing.T) {
	links := map[string][]string{
		"/":  {"/a", "b", "/", "mailto:me", "/a#part"},
		"/a": {"/", "/b", "/a"},
		"/b": {"/a", "/c"},
	}
	address := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/c" {
			http.NotFound(w, r)
		}
		for _, link := range links[r.URL.Path] {
			fmt.Fprintf(w, "<p><A class=x href=%q>text</a>", link)
		}
	})
	var out lockedBuffer
	err := run(t.Context(), []string{address + "/"}, &out)
	if err == nil || !strings.Contains(err.Error(), "/c: 404") {
		t.Errorf("run returned %v", err)
	}
	if diff := cmp.Diff([]string{"/", "/a", "/b", "/c"}, lines(&out, address)); diff != "" {
		t.Errorf("pages differ (-want +got):\n%s", diff)
	}
}

// TestDepth crawls a chain without end.
func TestDepth(t *testing.T) {
	address := site(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Path[1:])
		fmt.Fprintf(w, `<a href="/%d">next</a>`, n+1)
	})
	var out lockedBuffer
	if err := run(t.Context(), []string{address + "/0"}, &out); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"/0", "/1", "/2", "/3"}, lines(&out, address)); diff != "" {
		t.Errorf("pages differ (-want +got):\n%s", diff)
	}
}

// TestTwentyAtOnce serves a page with a hundred links. The first twenty requests
// are answered when all of them are there.
func TestTwentyAtOnce(t *testing.T) {
	var mu sync.Mutex
	now, most := 0, 0
	all := make(chan struct{})
	address := site(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			for i := range 100 {
				fmt.Fprintf(w, `<a href="/%d">text</a>`, i)
			}
			return
		}
		mu.Lock()
		now++
		if now > most {
			if most = now; most == 20 {
				close(all)
			}
		}
		mu.Unlock()
		<-all
		mu.Lock()
		now--
		mu.Unlock()
	})
	var out lockedBuffer
	if err := run(t.Context(), []string{address + "/"}, &out); err != nil {
		t.Error(err)
	}
	if most != 20 {
		t.Errorf("%d requests at once, want 20", most)
	}
	if n := len(lines(&out, address)); n != 101 {
		t.Errorf("%d pages, want 101", n)
	}
}

// TestInterrupt ends the crawl while a server doesn't answer.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := site(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // until the crawl hangs up
	})
	var out lockedBuffer
	if err := run(ctx, []string{address}, &out); !errors.Is(err, context.Canceled) {
		t.Errorf("run returned %v", err)
	}
}
