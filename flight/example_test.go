package flight_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"baton/flight"
)

// Many ask for the same page at once; it is downloaded once.
func ExampleGroup_Do() {
	var pages flight.Group[string, string]
	downloads := 0
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			pages.Do(context.Background(), "/index.html", func(context.Context) (string, error) {
				downloads++
				time.Sleep(100 * time.Millisecond) // long enough for all to come
				return "<html>", nil
			})
		})
	}
	wg.Wait()
	fmt.Println(downloads)
	// Output: 1
}

// A caller who can't wait leaves; the others get what they came for.
func ExampleGroup_Do_leave() {
	var pages flight.Group[string, string]
	download := func(context.Context) (string, error) {
		time.Sleep(50 * time.Millisecond)
		return "<html>", nil
	}
	impatient, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, _, err := pages.Do(impatient, "/index.html", download)
	fmt.Println(err)

	page, _, err := pages.Do(context.Background(), "/index.html", download)
	fmt.Println(page, err)
	// Output:
	// context deadline exceeded
	// <html> <nil>
}
