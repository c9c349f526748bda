package pipe_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"baton/pipe"
)

// Counter, squarer, printer: the loop is left after five squares, and with it the
// endless counter ends.
func Example() {
	ctx := context.Background()
	counter := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	squares := pipe.Map(ctx, pipe.From(counter), pipe.Options{}, func(_ context.Context, i int) (int, error) {
		return i * i, nil
	})
	for square, err := range squares {
		if err != nil || square > 16 {
			break
		}
		fmt.Println(square)
	}
	// Output:
	// 0
	// 1
	// 4
	// 9
	// 16
}

// Four workers, results in order. The first error is the last element.
func ExampleMap() {
	files := pipe.Of("a.jpg", "b.jpg", "notes.txt", "c.jpg")
	thumbs := pipe.Map(context.Background(), files, pipe.Options{Workers: 4}, func(_ context.Context, file string) (string, error) {
		name, isImage := strings.CutSuffix(file, ".jpg")
		if !isImage {
			return "", errors.New(file + ": no image")
		}
		return name + ".thumb.jpg", nil
	})
	fmt.Println(pipe.Collect(thumbs))
	// Output: [a.thumb.jpg b.thumb.jpg] notes.txt: no image
}

func ExampleBatch() {
	for batch := range pipe.Batch(context.Background(), pipe.Of(1, 2, 3, 4, 5), 2, 0) {
		fmt.Println(batch)
	}
	// Output:
	// [1 2]
	// [3 4]
	// [5]
}

func ExampleRetry() {
	tries := 0
	fetch := func(_ context.Context, url string) (string, error) {
		if tries++; tries < 3 {
			return "", errors.New("busy")
		}
		return "<html>", nil
	}
	opts := pipe.RetryOptions{Delay: 1} // nanosecond
	fmt.Println(pipe.Collect(pipe.Map(context.Background(), pipe.Of("/"), pipe.Options{}, pipe.Retry(opts, fetch))))
	// Output: [<html>] <nil>
}
