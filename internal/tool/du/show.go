package du

import (
	"errors"

	"baton/internal/disktree"
)

// show prints the result in the view asked for.
func (r *run) show() error {
	switch r.opts.View {
	case Nothing:
		return nil
	case JSON:
		return r.showJSON()
	case Lines:
		r.notePartial()
		return r.showLines()
	case Lists:
		return r.showLists()
	default:
		return r.showTable()
	}
}

func (r *run) showLists() error {
	r.notePartial()
	var errs []error
	if r.opts.Top > 0 {
		errs = append(errs, r.showTop())
	}
	if r.opts.Types {
		errs = append(errs, r.showTypes())
	}
	if r.opts.Age {
		errs = append(errs, r.showAges())
	}
	if r.before != nil {
		errs = append(errs, r.showChanges())
	}
	return errors.Join(errs...)
}

// notePartial marks a result whose own form has no place for that.
func (r *run) notePartial() {
	if r.tree.Partial {
		r.warn("the following is what was counted so far")
	}
}

// observers returns the maker of what the lists gather, nil for none.
func (r *run) observers() func() disktree.Observer {
	if r.opts.Top <= 0 && !r.opts.Types && !r.opts.Age {
		return nil
	}
	return func() disktree.Observer { return &gatherer{r: r} }
}

// A gatherer is what one worker gathers for the lists.
type gatherer struct {
	r     *run
	top   largest
	types map[string]*disktree.Tally
	ages  [len(ages)]disktree.Tally
}

// File implements [disktree.Observer].
func (g *gatherer) File(f *disktree.File) {
	t := disktree.Tally{Files: 1, Disk: f.Disk(), Apparent: f.Apparent()}
	size := g.r.size(&t)
	if g.r.opts.Top > 0 && g.r.passes(size) {
		g.top.add(g.r.opts.Top, size, f)
	}
	if g.r.opts.Types {
		if g.types == nil {
			g.types = make(map[string]*disktree.Tally)
		}
		ext := extension(f.Name)
		sum := g.types[string(ext)]
		if sum == nil {
			sum = new(disktree.Tally)
			g.types[string(ext)] = sum
		}
		sum.Add(&t)
	}
	if g.r.opts.Age {
		g.ages[ageOf(g.r.start, f.Stat.Mtime)].Add(&t)
	}
}

// gathered returns the gatherers of all workers.
func (r *run) gathered() []*gatherer {
	var list []*gatherer
	for _, o := range r.tree.Observers {
		list = append(list, o.(*gatherer))
	}
	return list
}
