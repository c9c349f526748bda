// Du sums up the files below directories, and says twice a second how far it is.
//
// In the book (sections 8.8, 8.9) a stopped du prints nothing of what it has found,
// the end of the input stops it as a key does, and each directory has a goroutine,
// of which twenty may read. Here directories are items of a work list with twenty
// workers. Return or Ctrl-C ends all; the sums so far are printed, marked as such.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"time"

	"baton/task"
	"baton/worklist"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	stdin, err := os.Open("/dev/stdin") // unlike os.Stdin, closing it ends a read
	if err != nil {
		stdin, _ = os.Open(os.DevNull) // no such file: Ctrl-C stops
	}
	if err := run(ctx, os.Args[1:], stdin, os.Stdout); err != nil {
		log.Fatal("du: ", err)
	}
}

func run(ctx context.Context, roots []string, stdin io.ReadCloser, stdout io.Writer) error {
	var files, bytes atomic.Int64
	show := func(when string) { fmt.Fprintf(stdout, "%d files  %d bytes  %s\n", files.Load(), bytes.Load(), when) }
	visit := func(_ context.Context, dir string, add func(...string)) error {
		entries, err := os.ReadDir(dir) // also with an error, those that could be read
		for _, e := range entries {
			if e.IsDir() {
				add(filepath.Join(dir, e.Name()))
			} else if info, err := e.Info(); err == nil { // else it is gone
				files.Add(1)
				bytes.Add(info.Size())
			}
		}
		return err
	}
	err := task.Run(ctx, task.Options{Name: "du"}, func(ctx context.Context, g *task.Group) error {
		walked, done := context.WithCancel(ctx)
		defer done()        // ends the first task
		defer stdin.Close() // ends the second
		g.Go(func(context.Context) error {
			for {
				select {
				case <-time.After(time.Second / 2):
					show("so far")
				case <-walked.Done():
					return nil
				}
			}
		})
		g.Go(func(context.Context) error {
			if _, err := stdin.Read(make([]byte, 1)); err != nil {
				return nil // closed, or there is nobody to press a key
			}
			return errors.New("stopped")
		})
		return worklist.Run(ctx, worklist.Options{Name: "du", Workers: 20, OnError: task.KeepGoing}, roots, visit)
	})
	if err != nil {
		show("in part")
		return err
	}
	show("in all")
	return nil
}
