package memo_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/memo"
)

// A page is downloaded once. A download that nobody waits for any more is
// cancelled, and the next who asks starts anew.
func Example() {
	downloads := 0
	pages := memo.New(memo.Options[string, string]{MaxEntries: 100}, func(ctx context.Context, url string) (string, error) {
		downloads++
		return "<html>" + url, ctx.Err()
	})
	defer pages.Close()
	for range 3 {
		pages.Get(context.Background(), "/index.html")
	}
	fmt.Println(downloads, "download")
	// Output: 1 download
}

// That a user doesn't exist is worth remembering for a while; that the server
// didn't answer is not.
func ExampleOptions_errorTTL() {
	errNoUser := errors.New("no such user")
	asked := 0
	users := memo.New(memo.Options[string, int]{
		ErrorTTL: func(_ string, err error) time.Duration {
			if errors.Is(err, errNoUser) {
				return time.Minute
			}
			return 0
		},
	}, func(context.Context, string) (int, error) { asked++; return 0, errNoUser })
	defer users.Close()
	for range 3 {
		users.Get(context.Background(), "mallory")
	}
	fmt.Println("asked", asked)
	// Output: asked 1
}
