// Squares prints the squares of the natural numbers, from a counter through a
// squarer to a printer (section 8.4 of the book).
//
// The book's counter and squarer are goroutines that can't be told to stop: a
// printer that has seen enough leaves them stuck in a send for ever. Here the
// stages are sequences; leaving the loop ends them, and they need no goroutine.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"baton/pipe"
)

func main() {
	last := flag.Int("below", 1000, "print squares below `N`")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *last); err != nil {
		fmt.Fprintln(os.Stderr, "squares:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, below int) error {
	squares := pipe.Map(ctx, pipe.From(naturals), pipe.Options{}, func(_ context.Context, n int) (int, error) {
		return n * n, nil
	})
	for square, err := range squares {
		if err != nil || square >= below {
			return err
		}
		fmt.Fprintln(out, square)
	}
	return nil
}

// naturals yields all of them.
func naturals(yield func(int) bool) {
	for n := 0; yield(n); n++ {
	}
}
