package worklist

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestRingAgainstSlice compares a ring, after any operations, with a slice from
// the oldest item to the newest.
func TestRingAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring[*int]
		var model []*int
		var taken ring[*int] // its buffer serves again and again
		draw := func(t *rapid.T) []*int {
			items := make([]*int, rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, 200)).Draw(t, "n"))
			for i := range items {
				items[i] = new(int)
			}
			return items
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				items := draw(t)
				r.push(items)
				model = append(model, items...)
			},
			"push reversed": func(t *rapid.T) {
				items := draw(t)
				r.pushReversed(items)
				slices.Reverse(items)
				model = append(model, items...)
			},
			"pop newest": func(t *rapid.T) {
				for n := rapid.IntRange(0, 50).Draw(t, "n"); n > 0 && len(model) > 0; n-- {
					if r.popNewest() != model[len(model)-1] {
						t.Fatal("popNewest returned another item")
					}
					model = model[:len(model)-1]
				}
			},
			"pop oldest": func(t *rapid.T) {
				for n := rapid.IntRange(0, 50).Draw(t, "n"); n > 0 && len(model) > 0; n-- {
					if r.popOldest() != model[0] {
						t.Fatal("popOldest returned another item")
					}
					model = model[1:]
				}
			},
			"take oldest": func(t *rapid.T) {
				k := rapid.IntRange(0, len(model)).Draw(t, "k")
				r.takeOldest(k, &taken)
				compare(t, &taken, model[:k])
				back := model[:k:k]
				model = slices.Clone(model[k:])
				if rapid.Bool().Draw(t, "bring back") {
					taken.moveTo(&r)
					model = append(model, back...)
				}
				for taken.n > 0 {
					taken.popOldest()
				}
			},
			"move": func(t *rapid.T) {
				var other ring[*int]
				r.moveTo(&other)
				compare(t, &r, nil)
				r = other
			},
			"": func(t *rapid.T) { compare(t, &r, model) },
		})
	})
}

// compare fails the test unless r holds want, nothing else, and is not too big.
func compare(t *rapid.T, r *ring[*int], want []*int) {
	t.Helper()
	if r.n != len(want) || !slices.Equal(items(r), want) {
		t.Fatal("the ring holds other items")
	}
	held := 0
	for _, p := range r.buf {
		if p != nil {
			held++
		}
	}
	if held != r.n {
		t.Fatalf("the buffer holds %d items of %d", held, r.n)
	}
	if size := len(r.buf); size > minRing && size > 4*max(r.n, 1) {
		t.Fatalf("%d slots for %d items", size, r.n)
	}
}

func items(r *ring[*int]) []*int {
	var s []*int
	for i := range r.n {
		s = append(s, *r.slot(i))
	}
	return s
}

func TestRingShrinksWithItsContent(t *testing.T) {
	var r ring[int]
	var sizes []int
	for _, n := range []int{1000, 100, 10, 1} {
		for r.n < n {
			r.push([]int{1})
		}
		for r.n > n {
			r.popNewest()
		}
		sizes = append(sizes, len(r.buf))
	}
	if diff := cmp.Diff([]int{1024, 256, 32, minRing}, sizes); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
}
