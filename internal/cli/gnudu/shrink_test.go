//go:build linux && (amd64 || arm64)

package gnudu

import (
	"path"
	"slices"
)

// shrink takes away from a failing case what it fails without, and returns what
// is left and how that fails.
func (b *bench) shrink(c *testCase, diff string) (*testCase, string) {
	for again := true; again; {
		again = false
		for _, smaller := range c.smaller() {
			if d := b.compare(smaller); d != "" {
				c, diff, again = smaller, d, true
				break
			}
		}
	}
	return c, diff
}

// smaller returns the case with one thing less, in each possible way.
func (c *testCase) smaller() []*testCase {
	var list []*testCase
	change := func(f func(*testCase)) {
		d := *c
		if c.list != nil {
			l := *c.list
			d.list = &l
		}
		f(&d)
		list = append(list, &d)
	}
	for i := range c.files {
		change(func(d *testCase) { d.files = without(c.files, i) })
	}
	for i := range c.flags {
		change(func(d *testCase) { d.flags = slices.Delete(slices.Clone(c.flags), i, i+1) })
	}
	for i := range c.operands {
		change(func(d *testCase) { d.operands = slices.Delete(slices.Clone(c.operands), i, i+1) })
	}
	for i := range c.env {
		change(func(d *testCase) { d.env = slices.Delete(slices.Clone(c.env), i, i+1) })
	}
	if c.patterns != nil {
		change(func(d *testCase) { d.patterns = nil })
		for i := range c.patterns {
			change(func(d *testCase) { d.patterns = slices.Delete(slices.Clone(c.patterns), i, i+1) })
		}
	}
	if c.list != nil {
		change(func(d *testCase) { d.list = nil })
		for i := range c.list.paths {
			change(func(d *testCase) { d.list.paths = slices.Delete(slices.Clone(c.list.paths), i, i+1) })
		}
	}
	return list
}

// without returns the files but for the one at i, what is in it, and the links
// that would have no target.
func without(files []file, i int) []file {
	gone := map[string]bool{files[i].path: true}
	var rest []file
	for j, f := range files {
		if j == i || gone[path.Dir(f.path)] || f.kind == hardLink && gone[f.target] {
			gone[f.path] = true
			continue
		}
		rest = append(rest, f)
	}
	return rest
}
