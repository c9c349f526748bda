package hedge_test

import (
	"context"
	"fmt"
	"time"

	"baton/hedge"
)

// All mirrors are asked at once; the slow ones are gone when Do returns.
func ExampleDo() {
	request := func(host string, delay time.Duration) func(context.Context) (string, error) {
		return func(ctx context.Context) (string, error) {
			select {
			case <-time.After(delay):
				return "hello from " + host, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}
	}
	fmt.Println(hedge.Do(context.Background(), hedge.Options{},
		request("asia", time.Hour),
		request("europe", time.Millisecond),
		request("america", time.Hour),
	))
	// Output: hello from europe <nil>
}

// One Latency and one Budget serve all calls to a service.
func ExampleOptions() {
	opts := hedge.Options{
		Latency: new(hedge.Latency),
		Delay:   50 * time.Millisecond, // until enough is known, and at the most
		Budget:  &hedge.Budget{Ratio: 0.02},
	}
	read := func(context.Context) (string, error) { return "value", nil }
	fmt.Println(hedge.Do(context.Background(), opts, read, read))
	// Output: value <nil>
}
