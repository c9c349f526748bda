package pipe

import (
	"slices"
	"sync"

	"baton/task"
)

// panics are what happened in a stage's goroutines, to be raised in its consumer's.
type panics struct {
	mu  sync.Mutex
	all []*task.PanicError // guarded by mu
}

func (p *panics) add(one *task.PanicError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, one)
}

// raise panics with the first, which holds the others, if there are any.
func (p *panics) raise() {
	p.mu.Lock()
	all := p.all
	p.mu.Unlock()
	if len(all) == 0 {
		return
	}
	first := *all[0] // a copy: somebody else may know the original
	first.Others = slices.Concat(first.Others, all[1:])
	panic(&first)
}
