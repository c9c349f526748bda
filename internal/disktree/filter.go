package disktree

import (
	"baton/internal/fsdir"
	"baton/internal/gitignore"
)

// filtered reports whether the current entry of c, in d, is to be left out.
// The path of d is in sc.path.
func (s *scan) filtered(sc *scratch, d *dir, c *fsdir.Chunk) bool {
	if d.ignore != nil && d.ignore.Match(c.Name(), c.Kind() == fsdir.Directory) {
		return true
	}
	if s.opts.Exclude == nil {
		return false
	}
	n := len(sc.path)
	full := appendName(sc.path, string(c.Name()))
	sc.path = full[:n]
	return s.opts.Exclude(full)
}

// ignoreRules returns what git ignores in the directory d, nil where it ignores
// nothing.
func (s *scan) ignoreRules(d *dir) *gitignore.Matcher {
	path := d.path()
	check := func(err error) {
		if err != nil && !s.gone(err) {
			s.fail("cannot read the ignore rules of", path, err)
		}
	}
	s.globalIgnore.Do(func() {
		var err error
		s.global, err = gitignore.Global()
		check(err)
	})
	var m *gitignore.Matcher
	if d.parent != nil {
		m = d.parent.ignore.Enter([]byte(d.name))
	} else {
		inherited, err := gitignore.Inherit(path, s.global)
		check(err)
		m = inherited
	}
	top, err := gitignore.Repository(path, s.global)
	check(err)
	if top != nil {
		m = top
	}
	if m == nil {
		return nil // outside of any work tree, a .gitignore means nothing
	}
	own, err := gitignore.IgnoreFile(path)
	check(err)
	return m.With(own)
}
