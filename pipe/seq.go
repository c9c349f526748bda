package pipe

import (
	"context"
	"reflect"

	"baton/task"
)

// A run yields a sequence. It stops when yield returns false and, if stop isn't
// nil, as soon as that context ends, even if there is no item to yield.
type run[T any] func(stop context.Context, yield func(T, error) bool)

// seq makes the sequences of this package. A range statement calls them with its
// body. A boundary that ranges over one in a goroutine has to stop it also while
// it waits for an item, which an iterator has no way to tell. So bind calls it
// with nil, which no range statement does, to have the run behind it.
//
// It is never inlined, so that all sequences of one type share their code, by
// which bind knows them.
//
//go:noinline
func seq[T any](r run[T]) Seq[T] {
	return func(yield func(T, error) bool) {
		if yield == nil {
			panic(r)
		}
		r(nil, yield)
	}
}

// bind returns the run of src, which knows how to stop if this package made src.
func bind[T any](src Seq[T]) (r run[T]) {
	if src == nil {
		panic("pipe: nil sequence")
	}
	if reflect.ValueOf(src).Pointer() != reflect.ValueOf(seq[T](nil)).Pointer() {
		return func(_ context.Context, yield func(T, error) bool) { src(yield) }
	}
	defer func() { r = recover().(run[T]) }()
	src(nil)
	return nil
}

// within returns the context that a stage made with ctx has to use while stop,
// the context of the boundary that runs it, may end it too.
func within(ctx, stop context.Context) (_ context.Context, release func()) {
	if stop == nil {
		return ctx, func() {}
	}
	if stop.Value(ancestor{ctx}) != nil {
		return stop, func() {} // ends when ctx does
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	undo := context.AfterFunc(stop, func() {
		defer close(ended)
		cancel(task.Cause(stop))
	})
	return ctx, func() {
		cancel(nil)
		if !undo() {
			<-ended
		}
	}
}

// ancestor is the context key by which a boundary's context answers that it
// descends from ctx. Contexts are compared as interfaces, so theirs must be
// comparable types, as pointers are.
type ancestor struct{ ctx context.Context }
