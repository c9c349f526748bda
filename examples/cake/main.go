// Cake bakes, ices and inscribes cakes, several at once but each by one cook.
//
// In the book (section 9.1) the stages of the pipeline hand on a pointer and promise
// to forget it, and cooks never go home: nobody can stop them, nor learn what went
// wrong. Here a cake is a value, so what a stage has handed on is out of its reach,
// and the loop over the last stage owns the cooks: however it ends, they have ended.
package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"os/signal"
	"strconv"
	"time"

	"baton/pipe"
)

// A cake is what it has been through.
type cake string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal("cake: ", err)
	}
}

func run(ctx context.Context, args []string, _ io.Reader, stdout io.Writer) error {
	n := 10
	if len(args) > 0 {
		var err error
		if n, err = strconv.Atoi(args[0]); err != nil {
			return err
		}
	}
	// A stage runs in its consumer's goroutine. Buffer is a place between two cooks
	// for one cake: it gives what is before it a goroutine.
	baked := pipe.Map(ctx, pipe.From(order(n)), pipe.Options{}, step("baked"))
	iced := pipe.Map(ctx, pipe.Buffer(ctx, baked, 1), pipe.Options{}, step("iced"))
	inscribed := pipe.Map(ctx, pipe.Buffer(ctx, iced, 1), pipe.Options{}, step("inscribed"))
	for cake, err := range inscribed {
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, cake)
	}
	return nil
}

// order yields n cakes that have not been begun.
func order(n int) iter.Seq[cake] {
	return func(yield func(cake) bool) {
		for i := 1; i <= n && yield(cake(fmt.Sprint("cake ", i, ":"))); i++ {
		}
	}
}

// step returns a cook, who takes a while for a cake.
func step(what string) func(context.Context, cake) (cake, error) {
	return func(ctx context.Context, c cake) (cake, error) {
		select {
		case <-time.After(200 * time.Millisecond):
			return c + cake(" "+what), nil
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}
