// Memo fetches the pages of a list, in which most come several times, at once
// and each only once (section 9.7).
//
// The book's memo remembers every result for ever, failures too; its callers
// can't leave; and a request that was cancelled would be remembered as the result
// for all. Here the memory has a bound, an error is for those who waited for it,
// and a fetch ends when the last one who waits for it has left.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"time"

	"baton/memo"
	"baton/task"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "memo:", err)
		os.Exit(1)
	}
}

// run prints how long each of urls took and how much it was.
func run(ctx context.Context, out io.Writer, urls []string) (err error) {
	pages := memo.New(memo.Options[string, []byte]{MaxEntries: 1000}, fetch)
	defer func() { err = errors.Join(err, pages.Close()) }()
	lines := make([]string, len(urls))
	err = task.Run(ctx, task.Options{Limit: 20, OnError: task.KeepGoing}, func(_ context.Context, g *task.Group) error {
		for i, url := range urls {
			g.Go(func(ctx context.Context) error {
				begin := time.Now()
				body, err := pages.Get(ctx, url)
				lines[i] = fmt.Sprintf("%s, %v, %d bytes", url, time.Since(begin).Round(time.Millisecond), len(body))
				return err
			})
		}
		return nil
	})
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintln(out, pages.Stats().Loads, "fetched")
	return err
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
