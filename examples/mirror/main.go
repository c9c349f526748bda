// Mirror asks several servers for the same page and prints the answer of the
// quickest (section 8.4.4).
//
// In the book the slower goroutines send to a channel that nobody reads any more.
// A buffer keeps them from leaking, but they still run to their end, and the
// program can't know when. Here the losers are cancelled and have ended when the
// answer is returned; and a server that fails quickly doesn't win.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"

	"baton/hedge"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, mirrors []string) error {
	if len(mirrors) == 0 {
		return fmt.Errorf("usage: mirror URL…")
	}
	var tries []func(context.Context) ([]byte, error)
	for _, url := range mirrors {
		tries = append(tries, func(ctx context.Context) ([]byte, error) { return fetch(ctx, url) })
	}
	body, err := hedge.Do(ctx, hedge.Options{Name: "mirrors"}, tries...)
	if err != nil {
		return err
	}
	_, err = out.Write(body)
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
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", url, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
