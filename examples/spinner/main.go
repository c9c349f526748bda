// Spinner shows that it is alive while it computes a Fibonacci number slowly.
//
// In the book (section 8.1) nothing can stop the spinner. It ends with the program,
// and until then may draw over the result; the computation cannot be stopped either.
// Here the spinner is a task of a group: it has ended, and its line is erased,
// before the result is printed, and Ctrl-C ends both.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strconv"
	"time"

	"baton/task"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal("spinner: ", err)
	}
}

func run(ctx context.Context, args []string, _ io.Reader, stdout io.Writer) error {
	n := 45
	if len(args) > 0 {
		var err error
		if n, err = strconv.Atoi(args[0]); err != nil {
			return err
		}
	}
	var result int
	err := task.Run(ctx, task.Options{Name: "spinner"}, func(ctx context.Context, g *task.Group) error {
		ctx, done := context.WithCancel(ctx)
		defer done()
		g.Go(func(context.Context) error { // until done is called
			spin(ctx, stdout, 100*time.Millisecond)
			return nil
		})
		result = fib(ctx, n)
		return context.Cause(ctx) // without which the result is none
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Fib(%d) = %d\n", n, result)
	return nil
}

// spin draws until ctx ends, and erases what it drew.
func spin(ctx context.Context, out io.Writer, delay time.Duration) {
	defer fmt.Fprint(out, "\r \r")
	frames := time.NewTicker(delay)
	defer frames.Stop()
	for i := 0; ; i++ {
		fmt.Fprintf(out, "\r%c", `-\|/`[i%4])
		select {
		case <-frames.C:
		case <-ctx.Done():
			return
		}
	}
}

// fib takes about half a second for 40. Once ctx has ended it returns soon, with
// a number that means nothing.
func fib(ctx context.Context, n int) int {
	if n < 2 || n > 30 && ctx.Err() != nil {
		return n
	}
	return fib(ctx, n-1) + fib(ctx, n-2)
}
