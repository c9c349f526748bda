package disktree

import "baton/internal/fsdir"

// filtered reports whether the current entry of c, in d, is to be left out.
// The path of d is in sc.path.
func (s *scan) filtered(sc *scratch, d *dir, c *fsdir.Chunk) bool {
	if s.opts.Exclude == nil {
		return false
	}
	n := len(sc.path)
	full := appendName(sc.path, string(c.Name()))
	sc.path = full[:n]
	return s.opts.Exclude(full)
}

type ignoreRules struct{}

func enterIgnore(d *dir) *ignoreRules { return nil }
