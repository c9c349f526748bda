package gitignore

// rule is one pattern of a file.
type rule struct {
	negated bool // begins with !
	dirOnly bool // ends with /
	path    bool // has another slash: relative to the directory of its file
	parts   []part
}

// part is what a rule has between two slashes: a glob for one component of a
// path, or nil for "**", which stands for any number of components. Two of those
// never follow each other. A rule that is no path has one part.
type part = *glob

// live is a rule that can still match below some directory: the parts from at on
// are left for the names below it. One rule may be live in several states.
type live struct {
	rule *rule
	at   int
	name *glob // what a name in this directory has to match, nil if none can
}

// addState appends the state in which r has the parts from at on left, unless it
// is among those of r at the end of rules already. A "**" may also stand for
// nothing, which is a state of its own.
func (r *rule) addState(rules []live, at int) []live {
	for i := len(rules) - 1; i >= 0 && rules[i].rule == r; i-- {
		if rules[i].at == at {
			return rules
		}
	}
	l := live{rule: r, at: at}
	last := at == len(r.parts)-1
	switch {
	case last && r.parts[at] == nil:
		l.name = &everything // at least one component
	case last:
		l.name = r.parts[at]
	}
	rules = append(rules, l)
	if r.parts[at] == nil && !last {
		rules = r.addState(rules, at+1)
	}
	return rules
}

// enter appends to rules the states that l has in the subdirectory name.
func (l *live) enter(rules []live, name []byte) []live {
	switch p := l.rule.parts[l.at]; {
	case p == nil:
		return l.rule.addState(rules, l.at)
	case l.at < len(l.rule.parts)-1 && p.match(name):
		return l.rule.addState(rules, l.at+1)
	}
	return rules
}
