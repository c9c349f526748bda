// Package pipe builds pipelines whose early end stops everything upstream.
//
// A pipeline is a chain of functions that take a sequence and return one, from a
// source to a range statement or a sink:
//
//	paths := pipe.Of(os.Args[1:]...)
//	thumbs := pipe.Map(ctx, paths, pipe.Options{Workers: 8}, thumbnail)
//	for thumb, err := range thumbs {
//		if err != nil {
//			return err // all workers have ended when return is done
//		}
//		fmt.Println(thumb)
//	}
//
// The nearest relatives are the standard library's iterators, which are what a
// [Seq] is, and pipelines of goroutines and channels. Of the first it has that
// nothing is left behind when a loop ends early; of the second that stages run in
// parallel.
//
// # Stages and goroutines
//
// Nothing runs before somebody ranges over the last stage. A stage with one
// worker runs in the goroutine of its consumer: a chain of such stages is a
// chain of calls, with no goroutine and no channel. A stage with more is a
// boundary: its source runs in a goroutine of its own, the workers take items
// from a bounded ring, and results reach the consumer in the items' order unless
// it asks for less. All of these goroutines have ended when the range statement
// ends, for whatever reason: the end of the source, break, return, an error, a
// panic, the end of the context.
//
// That takes cooperation: a function that waits should return when its context
// ends. The sources and stages of this package do, also when the context they
// were made with lives on but the loop downstream has ended. A sequence of another
// kind is asked to stop when it has its next item.
//
// # Errors
//
// A sequence yields items and errors. The first error of a stage's function is
// the last that the stage yields, after the items before it; under
// [task.KeepGoing] it takes the place of its item and the stage goes on. Errors
// from upstream are passed on. When a stage's context ends, the stage yields its
// cause, see [task.Cause], and ends.
//
// A panic in a worker or in a boundary's source ends the pipeline and, when all
// goroutines are joined, is raised again in the consumer's goroutine as a
// [*task.PanicError]. Goexit there is the error [task.ErrGoexit]. In a stage
// without workers both simply happen to the consumer, whose goroutine it is.
package pipe

import (
	"iter"

	"baton/task"
)

// A Seq is a sequence of items and errors. With an error, the item is the zero
// value. A Seq may be ranged over again if its source may, and by several
// goroutines at once if the source allows that.
type Seq[T any] = iter.Seq2[T, error]

// Options configure a stage; the zero value makes it part of its consumer.
type Options struct {
	// Name is the stage's name in package watch, if it has workers; the default
	// is "pipe".
	Name string
	// Workers is how many goroutines run the stage's function. With 0 or 1 it
	// runs in the consumer's goroutine.
	Workers int
	// Unordered lets results overtake each other.
	Unordered bool
	// Buffer is how many items a stage with workers may have taken from its
	// source before their results are consumed; that many may be lost to an early
	// end. It bounds how far results can be ahead of a slow one. The default is
	// 64 for each worker.
	Buffer int
	// OnError says what an error of the stage's function does.
	OnError task.ErrorPolicy
}

func (o *Options) check() {
	if o.Workers < 0 {
		panic("pipe: negative number of workers")
	}
	if o.Buffer < 0 {
		panic("pipe: negative buffer")
	}
}

func (o *Options) buffer() int {
	if o.Buffer == 0 {
		return 64 * o.Workers
	}
	return o.Buffer
}
