// Threads measures what goroutines and threads cost on this machine.
//
// The book (section 9.8) has numbers, and no way to check them; GOMAXPROCS, for one,
// now heeds what a container may use. Here each measurement is a group of tasks: the
// next one begins when none of its goroutines is left.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"baton/task"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal("threads: ", err)
	}
}

func run(ctx context.Context, _ []string, _ io.Reader, stdout io.Writer) error {
	ball := make(chan int)
	throw, catch := thousand(func() { ball <- 0 }), thousand(func() { <-ball })
	lock := runtime.LockOSThread // a goroutine that ends locked takes its thread with it
	w := tabwriter.NewWriter(stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "%s/%s, 1000 times\tgoroutine\tthread\n", runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "start and join\t%v\t%v\n", together(ctx, 1000, func() {}), together(ctx, 1000, lock))
	fmt.Fprintf(w, "pass on a value\t%v\t%v\n", together(ctx, 1, throw, catch),
		together(ctx, 1, func() { lock(); throw() }, func() { lock(); catch() }))
	fmt.Fprintf(w, "\ncalls deep\tstack\n")
	for depth := 1000; depth <= 1_000_000; depth *= 10 {
		var before, after runtime.MemStats
		runtime.GC() // takes back stacks that nobody has any more
		runtime.ReadMemStats(&before)
		together(ctx, 1, func() { descend(depth, func() { runtime.ReadMemStats(&after) }) })
		fmt.Fprintf(w, "%d\t%d kB\n", depth, (int(after.StackInuse)-int(before.StackInuse))>>10)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	fmt.Fprintf(w, "\nGOMAXPROCS\t1000 computations\t(%d by default, of %d processors)\n", runtime.GOMAXPROCS(0), runtime.NumCPU())
	for n := 1; n <= max(2, runtime.NumCPU()); n *= 2 {
		runtime.GOMAXPROCS(n)
		fmt.Fprintf(w, "%d\t%v\n", n, together(ctx, 1000, thousand(func() { descend(20, func() {}) })))
	}
	return w.Flush()
}

// together returns how long it takes to start n tasks of each kind and join them.
func together(ctx context.Context, n int, kinds ...func()) time.Duration {
	begin := time.Now() // without the cancellation, for a thrower needs a catcher
	task.Run(context.WithoutCancel(ctx), task.Options{Name: "threads"}, func(_ context.Context, g *task.Group) error {
		for _, do := range slices.Repeat(kinds, n) {
			g.Go(func(context.Context) error { do(); return nil })
		}
		return nil
	})
	return time.Since(begin).Round(time.Microsecond)
}

func thousand(do func()) func() {
	return func() {
		for range 1000 {
			do()
		}
	}
}

func descend(depth int, do func()) {
	if depth > 0 {
		descend(depth-1, do)
	} else {
		do()
	}
}
