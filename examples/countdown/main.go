// Countdown counts down to a launch, unless somebody presses Return.
//
// In the book (section 8.7) the goroutine that reads the key outlives the countdown
// or waits for ever to send; the end of the input, as under </dev/null, counts as
// a key; and a key pressed in the last moment may lose to the clock by chance.
// Here the reader is a task, whose error ends the countdown and is its result, and
// which has ended before the launch.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"time"

	"baton/task"
)

var errAborted = errors.New("launch aborted")

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	stdin, err := os.Open("/dev/stdin") // unlike os.Stdin, closing it ends a read
	if err != nil {
		stdin, _ = os.Open(os.DevNull) // no such file: Ctrl-C aborts
	}
	if err := run(ctx, os.Args[1:], stdin, os.Stdout); err != nil {
		log.Fatal("countdown: ", err)
	}
}

func run(ctx context.Context, _ []string, stdin io.ReadCloser, stdout io.Writer) error {
	fmt.Fprintln(stdout, "Commencing countdown. Press Return to abort.")
	err := task.Run(ctx, task.Options{Name: "countdown"}, func(ctx context.Context, g *task.Group) error {
		defer stdin.Close() // ends the task
		g.Go(func(context.Context) error {
			if _, err := bufio.NewReader(stdin).ReadString('\n'); err != nil {
				return nil // closed, or there is nobody to press a key
			}
			return errAborted
		})
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for left := 10; left > 0; left-- {
			fmt.Fprintln(stdout, left)
			select {
			case <-second.C:
			case <-ctx.Done(): // Return or Ctrl-C
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Lift off!")
	return nil
}
