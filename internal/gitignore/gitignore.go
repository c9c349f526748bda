// Package gitignore decides which files of a Git work tree are ignored, by the
// rules of gitignore(5), https://git-scm.com/docs/gitignore. It decides from the
// patterns alone: a file that Git tracks although a pattern matches it counts as
// ignored.
//
// It is made for a walker that visits many directories at the same time. A
// [Matcher] holds what matters in one directory and is never changed: the walker
// derives that of a subdirectory with [Matcher.Enter] and [Matcher.With], and asks
// [Matcher.Match] about the names it finds there.
//
//	m, err := gitignore.Inherit(root, global)      // nil outside a work tree
//	…
//	for each directory dir with these entries:
//		if it has ".git", and Repository(dir, global) is not nil, that replaces m
//		if it has ".gitignore", a regular file:   m = m.With(content)
//		for each other entry, unless m.Match(name, isDir):
//			if isDir, go on there with m.Enter(name)
//
// A walker that does so never enters an ignored directory, so that nothing in it
// can be included again, which is Git's rule too. As in Git, a work tree inside
// another one follows its own patterns only, and a .gitignore that is a symbolic
// link is not read.
//
// # Cost
//
// No path is ever put together or matched: a pattern with slashes advances by one
// component at each Enter, and is dropped where it cannot match any more. Most
// directories therefore share the Matcher of their parent. Match tests one name
// against each pattern that is left, in time proportional to the lengths of both
// at worst multiplied, whatever the number of stars.
//
// Core.excludesFile is read at its default place only and core.ignoreCase is taken
// as false; Git's configuration is not consulted.
package gitignore

// A Matcher knows the patterns that apply in one directory. It is immutable and
// may be used by any number of goroutines. A nil Matcher ignores nothing, and
// what is derived from it by Enter is nil too.
type Matcher struct {
	rules []live // the last one that matches decides
	paths bool   // some of them change on Enter
}

// New returns the Matcher of a work tree's top directory, without its .gitignore.
// The contents of the user's file come first and those of the repository's
// info/exclude second; either may be empty.
func New(global, exclude []byte) *Matcher {
	return (&Matcher{}).With(global).With(exclude)
}

// With returns m with the patterns of the directory's own .gitignore added, given
// its content.
func (m *Matcher) With(content []byte) *Matcher {
	added := parse(content)
	if len(added) == 0 {
		return m
	}
	var d Matcher
	if m != nil {
		d.rules = append(d.rules, m.rules...)
		d.paths = m.paths
	}
	for _, r := range added {
		d.paths = d.paths || r.path
		d.rules = r.addState(d.rules, 0)
	}
	return &d
}

// Enter returns the Matcher of the subdirectory name: m itself if there is no
// difference.
func (m *Matcher) Enter(name []byte) *Matcher {
	if m == nil || !m.paths {
		return m
	}
	d := Matcher{rules: make([]live, 0, len(m.rules))}
	for _, l := range m.rules {
		if !l.rule.path {
			d.rules = append(d.rules, l)
			continue
		}
		before := len(d.rules)
		d.rules = l.enter(d.rules, name)
		d.paths = d.paths || len(d.rules) > before
	}
	return &d
}

// Match reports whether the entry name of the directory is ignored. The name .git
// always is. A symbolic link is no directory, wherever it points.
func (m *Matcher) Match(name []byte, isDir bool) bool {
	if m == nil {
		return false
	}
	if string(name) == ".git" {
		return true
	}
	for i := len(m.rules) - 1; i >= 0; i-- {
		l := &m.rules[i]
		if l.name != nil && (isDir || !l.rule.dirOnly) && l.name.match(name) {
			return !l.rule.negated
		}
	}
	return false
}
