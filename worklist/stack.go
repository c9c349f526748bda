package worklist

import "sync"

// A stack holds items that wait.
type stack[T any] struct {
	mu    sync.Mutex
	items ring[T] // guarded by mu
}

func (s *stack[T]) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items.n
}

// halve moves the older half, rounded up, to the empty ring at to, and reports
// whether there was any item.
func (s *stack[T]) halve(to *ring[T]) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items.n == 0 {
		return false
	}
	s.items.takeOldest((s.items.n+1)/2, to)
	return true
}

// put adds the items of one call of add; mu is held, or nobody else knows s.
func (s *stack[T]) put(order Order, items []T) {
	if order == DepthFirst {
		s.items.pushReversed(items)
	} else {
		s.items.push(items)
	}
}

// take removes the item to be visited next; the ring is not empty.
func take[T any](order Order, items *ring[T]) T {
	if order == DepthFirst {
		return items.popNewest()
	}
	return items.popOldest()
}
