// Crawl prints the pages given to it and those up to three links away.
//
// The book's crawler (section 8.6) starts a goroutine for each link and waits for more
// when there is none left. Here pages are items of a work list: twenty are fetched at
// once, others wait as URLs, it ends when none is left, and Ctrl-C ends requests too.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"sync"
	"time"

	"baton/task"
	"baton/worklist"
)

type page struct {
	url   string
	depth int // links from where the crawl began
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		log.Fatal("crawl: ", err)
	}
}

func run(ctx context.Context, urls []string, stdout io.Writer) error {
	roots := make([]page, len(urls))
	for i, url := range urls {
		roots[i].url = url
	}
	var seen sync.Map // URLs that somebody has taken
	opts := worklist.Options{Name: "crawl", Workers: 20, Order: worklist.BreadthFirst, OnError: task.KeepGoing}
	return worklist.Run(ctx, opts, roots, func(ctx context.Context, p page, add func(...page)) error {
		if _, again := seen.LoadOrStore(p.url, true); again {
			return nil
		}
		fmt.Fprintln(stdout, p.url)
		linked, err := extract(ctx, p)
		add(linked...)
		return err
	})
}

var client = http.Client{Timeout: 10 * time.Second}

var href = regexp.MustCompile(`(?i)<a\s[^>]*href="([^"#]+)`) // does for most pages

// extract returns the pages linked from p, unless they are too deep.
func extract(ctx context.Context, p page) (linked []page, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", p.url, resp.Status)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	for _, m := range href.FindAllSubmatch(text, -1) {
		if u, err := resp.Request.URL.Parse(string(m[1])); err == nil && u.Host != "" && p.depth < 3 {
			linked = append(linked, page{u.String(), p.depth + 1})
		}
	}
	return linked, err
}
