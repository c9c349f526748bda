package task_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"baton/task"
)

// The first error cancels the other tasks, and Run returns it when they have
// ended.
func ExampleRun() {
	err := task.Run(context.Background(), task.Options{}, func(_ context.Context, g *task.Group) error {
		g.Go(func(ctx context.Context) error {
			<-ctx.Done() // gives up at once; this error is only an echo
			return ctx.Err()
		})
		g.Go(func(context.Context) error {
			return errors.New("disk full")
		})
		return nil
	})
	fmt.Println(err)
	// Output: disk full
}

// With KeepGoing all tasks run, and all errors are kept.
func ExampleRun_keepGoing() {
	opts := task.Options{OnError: task.KeepGoing, Limit: 1}
	err := task.Run(context.Background(), opts, func(_ context.Context, g *task.Group) error {
		for _, host := range []string{"alpha", "beta", "gamma"} {
			g.Go(func(context.Context) error {
				if host == "beta" {
					return nil
				}
				return fmt.Errorf("%s is down", host)
			})
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// alpha is down
	// gamma is down
}

// A panic in a task reaches Run's caller, with the stack of the panic.
func ExamplePanicError() {
	defer func() {
		p := recover().(*task.PanicError)
		fmt.Println(p.Value)
	}()
	task.Run(context.Background(), task.Options{}, func(_ context.Context, g *task.Group) error {
		g.Go(func(context.Context) error {
			numbers := []int{1, 2}
			i := len(numbers)
			_ = numbers[i]
			return nil
		})
		return nil
	})
	// Output: runtime error: index out of range [2] with length 2
}

// A mirrored query asks several servers and takes the first answer. The losers
// are cancelled, and are gone when Run returns.
func ExampleGroup_Go_mirroredQuery() {
	var answer atomic.Pointer[string]
	found := errors.New("found")
	err := task.Run(context.Background(), task.Options{Name: "query"}, func(_ context.Context, g *task.Group) error {
		for mirror, delay := range map[string]time.Duration{
			"asia": time.Hour, "europe": 0, "america": time.Hour,
		} {
			g.Go(func(ctx context.Context) error {
				select {
				case <-time.After(delay):
					answer.CompareAndSwap(nil, &mirror)
					return found
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		}
		return nil
	})
	if errors.Is(err, found) {
		fmt.Println(*answer.Load())
	}
	// Output: europe
}
