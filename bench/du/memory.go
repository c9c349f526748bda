package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// measureMemory prints the peaks of memory: of totals alone, and of a kept tree,
// also for each entry of it. What a command needs on an empty directory does not
// count as needed for the entries.
func measureMemory(r rig, o options) error {
	empty := filepath.Join(o.dir, "empty")
	if err := os.MkdirAll(empty, 0o777); err != nil {
		return err
	}
	totals, kept := o.ours("-s", "PATH"), o.ours("--save", "/dev/null", "PATH")
	t := &table{heading: []string{"what", "command", "peak MB", "empty directory MB", "bytes an entry"}}
	for _, row := range []struct {
		p program
		s shape
	}{
		{totals, shape{Entries: o.entries}},
		{totals, shape{Entries: o.entries, Flat: true}},
		{totals, shape{Entries: 1_000_000}},
		{kept, shape{Entries: 1_000_000}},
	} {
		path, err := tree(o.dir, row.s)
		if err != nil {
			return err
		}
		peak, err := r.peak(row.p, path, o.pairs)
		if err != nil {
			return err
		}
		floor, err := r.peak(row.p, empty, o.pairs)
		if err != nil {
			return err
		}
		t.rows = append(t.rows, []string{
			row.s.String(), row.p.String(), megabytes(peak), megabytes(floor),
			fmt.Sprintf("%.1f", float64(peak-floor)/float64(row.s.Entries)),
		})
	}
	fmt.Println()
	return t.write(os.Stdout, o.markdown)
}

// peak returns the largest peak of n runs.
func (r rig) peak(p program, path string, n int) (int64, error) {
	var peak int64
	for range n {
		c, err := r.run(p.argv(path))
		if err != nil {
			return 0, err
		}
		peak = max(peak, c.Peak)
	}
	return peak, nil
}
