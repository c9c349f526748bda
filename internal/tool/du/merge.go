package du

import (
	"iter"
	"strings"
)

// merge pairs the elements of two lists that are ordered by name. An element
// that only one list has is paired with nil.
func merge[T any](old, now []T, name func(T) string) iter.Seq2[*T, *T] {
	return func(yield func(a, b *T) bool) {
		for len(old) > 0 || len(now) > 0 {
			var a, b *T
			switch {
			case len(old) == 0:
				b = &now[0]
			case len(now) == 0:
				a = &old[0]
			default:
				order := strings.Compare(name(old[0]), name(now[0]))
				if order <= 0 {
					a = &old[0]
				}
				if order >= 0 {
					b = &now[0]
				}
			}
			if a != nil {
				old = old[1:]
			}
			if b != nil {
				now = now[1:]
			}
			if !yield(a, b) {
				return
			}
		}
	}
}
