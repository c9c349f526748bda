package du

import (
	"slices"

	"baton/internal/disktree"
)

// A gatherer is what one worker gathers for the lists.
type gatherer struct {
	r     *run
	top   largest
	types map[string]*disktree.Tally
	ages  [len(ages)]disktree.Tally
}

// observers returns the maker of gatherers, nil where no list needs them.
func (r *run) observers() func() disktree.Observer {
	if r.opts.Top <= 0 && !r.opts.Types && !r.opts.Age {
		return nil
	}
	return func() disktree.Observer { return &gatherer{r: r} }
}

// File implements [disktree.Observer].
func (g *gatherer) File(f *disktree.File) {
	t := disktree.Tally{Files: 1, Disk: f.Disk(), Apparent: f.Apparent(), Latest: f.Stat.Mtime}
	if size := g.r.size(&t); g.r.opts.Top > 0 && g.r.passes(size) {
		g.top.add(g.r.opts.Top, size, f)
	}
	if g.r.opts.Types {
		g.addType(extension(f.Name), &t)
	}
	if g.r.opts.Age {
		g.ages[g.r.ageOf(f.Stat.Mtime)].Add(&t)
	}
}

func (g *gatherer) addType(ext []byte, t *disktree.Tally) {
	if g.types == nil {
		g.types = make(map[string]*disktree.Tally)
	}
	sum := g.types[string(ext)]
	if sum == nil {
		sum = new(disktree.Tally)
		g.types[string(ext)] = sum
	}
	sum.Add(t)
}

// gathered returns the gatherers of all workers.
func (r *run) gathered() []*gatherer {
	var list []*gatherer
	for _, o := range r.tree.Observers {
		list = append(list, o.(*gatherer))
	}
	return list
}

// top returns the largest files of all workers.
func (r *run) top() []big {
	var all largest
	for _, g := range r.gathered() {
		all = append(all, g.top...)
	}
	slices.SortFunc(all, bySize)
	all = all[:min(len(all), r.opts.Top)]
	slices.SortFunc(all, r.orderTop)
	return all
}

// types returns the sums by ending, in the order asked for.
func (r *run) types() []row {
	sums := make(map[string]*disktree.Tally)
	for _, g := range r.gathered() {
		for ext, t := range g.types {
			if sums[ext] == nil {
				sums[ext] = new(disktree.Tally)
			}
			sums[ext].Add(t)
		}
	}
	var rows []row
	for ext, t := range sums {
		rows = append(rows, row{kind: groupRow, name: ext, tally: *t})
	}
	r.sortRows(rows)
	return rows
}
