package disktree

// Shared says how much of a directory's total hangs on files that have names
// elsewhere too.
type Shared struct {
	// Shared sums up the files below the directory that have a name outside it
	// as well. Removing the directory doesn't free them.
	Shared Tally
	// Unique sums up everything else below it: what removing it frees.
	Unique Tally
}

// share makes the tree's Shared, once totals are summed up.
func (s *scan) share() {
	if !s.opts.Shared {
		return
	}
	shares := make(map[*Node]*Shared)
	at := func(n *Node) *Shared {
		sh := shares[n]
		if sh == nil {
			sh = &Shared{Unique: n.Total}
			shares[n] = sh
		}
		return sh
	}
	s.links.all(func(k *link) {
		var t Tally
		s.addFile(&t, &k.stat)
		names := make(map[*Node]uint32) // of k, below each node
		for _, n := range k.seen {
			for ; n != nil; n = n.Parent {
				names[n]++
			}
		}
		counted := make(map[*Node]bool) // where the file is part of the total
		for n := k.node; n != nil; n = n.Parent {
			counted[n] = true
		}
		for n, count := range names {
			switch inside := count >= k.stat.Nlink; {
			case inside && !counted[n]:
				at(n).Unique.Add(&t)
			case !inside && counted[n]:
				at(n).Unique.subtract(&t)
				fallthrough
			case !inside:
				at(n).Shared.Add(&t)
			}
		}
	})
	s.tree.Shared = shares
}
