package flight_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"baton/flight"
)

// Many ask for the same page at once; it is not downloaded for each.
func ExampleGroup_Do() {
	var pages flight.Group[string, string]
	var downloads atomic.Int64
	var all, coming sync.WaitGroup
	coming.Add(100)
	for range 100 {
		all.Go(func() {
			coming.Done()
			pages.Do(context.Background(), "/index.html", func(context.Context) (string, error) {
				downloads.Add(1)
				coming.Wait() // it takes until everybody is there
				return "<html>", nil
			})
		})
	}
	all.Wait()
	fmt.Println("fewer than a hundred downloads:", downloads.Load() < 100)
	// Output: fewer than a hundred downloads: true
}

// A caller who can't wait leaves, and a download that nobody waits for ends.
func ExampleGroup_Do_leave() {
	var pages flight.Group[string, string]
	impatient, leave := context.WithCancel(context.Background())
	_, _, err := pages.Do(impatient, "/index.html", func(ctx context.Context) (string, error) {
		leave() // while the download is under way
		<-ctx.Done()
		return "", ctx.Err()
	})
	fmt.Println(err)

	page, _, err := pages.Do(context.Background(), "/index.html", func(context.Context) (string, error) {
		return "<html>", nil
	})
	fmt.Println(page, err)
	// Output:
	// context canceled
	// <html> <nil>
}
