package pipe_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/pipe"
	"baton/task"
)

// An element is an item, or an error that took the place of one.
type element struct {
	item int
	err  string
}

// A link is one stage of a random pipeline, and what it does to a slice.
type link struct {
	stage func(context.Context, pipe.Seq[int]) pipe.Seq[int]
	model func([]element) []element
	order bool // keeps it
}

// TestModel builds random pipelines and compares each with the same steps on a
// slice, up to a random point at which the loop is left.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "items")
		var want []element
		for i := range n {
			want = append(want, element{item: i})
		}
		src, ordered := count(n), true
		for range rapid.IntRange(1, 4).Draw(t, "stages") {
			l := drawLink(t, ordered)
			src, want, ordered = l.stage(t.Context(), src), l.model(want), ordered && l.order
		}
		limit := rapid.IntRange(0, 250).Draw(t, "limit")
		if !ordered && slices.ContainsFunc(want, func(e element) bool { return e.err != "" }) {
			limit = 250 // which elements come before an error depends on the order
		}
		var got []element
		for item, err := range src {
			if len(got) == limit {
				break
			}
			if err != nil {
				got = append(got, element{err: err.Error()})
			} else {
				got = append(got, element{item: item})
			}
		}
		if ordered {
			if diff := cmp.Diff(want[:min(limit, len(want))], got, cmp.AllowUnexported(element{}), equateEmpty); diff != "" {
				t.Fatal(diff)
			}
			return
		}
		if len(got) != min(limit, len(want)) {
			t.Fatalf("%d elements, want %d", len(got), min(limit, len(want)))
		}
		left := slices.Clone(want)
		for _, e := range got {
			i := slices.Index(left, e)
			if i < 0 {
				t.Fatalf("%v is not in %v", e, want)
			}
			left = slices.Delete(left, i, i+1)
		}
	})
}

var equateEmpty = cmp.Transformer("len", func(s []element) []element {
	if len(s) == 0 {
		return nil
	}
	return s
})

// drawLink draws a stage. From an unordered one on, all keep going, since
// otherwise the number of elements before an error is anyone's guess.
func drawLink(t *rapid.T, inOrder bool) link {
	opts := pipe.Options{
		Workers:   rapid.SampledFrom([]int{0, 1, 2, 5}).Draw(t, "workers"),
		Buffer:    rapid.SampledFrom([]int{0, 1, 2, 7}).Draw(t, "buffer"),
		Unordered: rapid.Bool().Draw(t, "unordered"),
	}
	if opts.Unordered || !inOrder || rapid.Bool().Draw(t, "keepGoing") {
		opts.OnError = task.KeepGoing
	}
	ordered := !opts.Unordered || opts.Workers < 2
	bad := rapid.SampledFrom([]int{3, 50, 1 << 30}).Draw(t, "bad") // items that are multiples fail
	fails := func(i int) error {
		if i != 0 && i%bad == 0 {
			return fmt.Errorf("item %d", i)
		}
		return nil
	}
	perItem := func(f func(int) []element) func([]element) []element {
		return func(in []element) (out []element) {
			for _, e := range in {
				if e.err != "" {
					out = append(out, e)
					continue
				}
				if err := fails(e.item); err != nil {
					out = append(out, element{err: err.Error()})
					if opts.OnError != task.KeepGoing {
						return out
					}
					continue
				}
				out = append(out, f(e.item)...)
			}
			return out
		}
	}
	switch rapid.SampledFrom([]string{"map", "filter", "flatmap", "batch", "buffer", "throttle", "merge", "tee"}).Draw(t, "stage") {
	case "map":
		return link{func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] {
			return pipe.Map(ctx, src, opts, func(_ context.Context, i int) (int, error) { return i + 1, fails(i) })
		}, perItem(func(i int) []element { return []element{{item: i + 1}} }), ordered}
	case "filter":
		return link{func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] {
			return pipe.Filter(ctx, src, opts, func(_ context.Context, i int) (bool, error) { return i%2 == 0, fails(i) })
		}, perItem(func(i int) []element {
			if i%2 == 0 {
				return []element{{item: i}}
			}
			return nil
		}), ordered}
	case "flatmap":
		opts.OnError = task.KeepGoing
		bad = 1 << 30
		return link{func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] {
			return pipe.FlatMap(ctx, src, opts, func(_ context.Context, i int) pipe.Seq[int] { return pipe.Of(i, -i) })
		}, perItem(func(i int) []element { return []element{{item: i}, {item: -i}} }), ordered}
	case "batch":
		size := rapid.IntRange(1, 9).Draw(t, "size")
		wait := rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "wait")
		bad, opts.OnError = 1<<30, task.KeepGoing
		return link{func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] {
			return pipe.FlatMap(ctx, pipe.Batch(ctx, src, size, wait), opts, func(_ context.Context, batch []int) pipe.Seq[int] {
				if len(batch) == 0 || len(batch) > size {
					return func(yield func(int, error) bool) { yield(0, fmt.Errorf("batch of %d", len(batch))) }
				}
				return pipe.Of(batch...)
			})
		}, func(in []element) []element { return in }, ordered}
	case "throttle":
		return identity(func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] { return pipe.Throttle(ctx, src, 0, 1) })
	case "merge":
		return identity(func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] { return pipe.Merge(ctx, src) })
	case "tee":
		return identity(func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] { return pipe.Tee(ctx, src, 1, 1)[0] })
	default:
		n := rapid.IntRange(1, 9).Draw(t, "n")
		return identity(func(ctx context.Context, src pipe.Seq[int]) pipe.Seq[int] { return pipe.Buffer(ctx, src, n) })
	}
}

func identity(stage func(context.Context, pipe.Seq[int]) pipe.Seq[int]) link {
	return link{stage, func(in []element) []element { return in }, true}
}
