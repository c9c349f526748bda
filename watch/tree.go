package watch

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"baton/internal/schedule"
)

// A Tree is a snapshot of all registered work. It belongs to the caller.
type Tree struct {
	Taken time.Time
	Roots []*Node // by ID
}

// Snapshot returns the tree of work that is registered now. Each node is read at
// one moment, different nodes at slightly different ones. A node whose parent
// has ended hangs under its nearest living ancestor and is marked as an orphan.
//
// Snapshot is safe for concurrent use. It takes about half a microsecond for each
// node, and does not stop the work that it looks at.
func Snapshot() *Tree {
	entries := registry.entries()
	t := &Tree{Taken: time.Now()}
	nodes := make(map[*entry]*Node, len(entries))
	for _, e := range entries {
		schedule.Point("watch: read a node")
		n := e.node(nodes[e.parent])
		nodes[e] = n
		// A living ancestor came before e, so it is in nodes already.
		up := e.parent
		for up != nil && nodes[up] == nil {
			up = up.parent
		}
		n.Orphan = up != e.parent
		if up == nil {
			t.Roots = append(t.Roots, n)
		} else {
			nodes[up].Children = append(nodes[up].Children, n)
		}
	}
	return t
}

// All calls yield for each node, parents before their children, with the
// node's depth: 0 for roots. It is an [iter.Seq2].
func (t *Tree) All(yield func(depth int, n *Node) bool) {
	walk(t.Roots, 0, yield)
}

func walk(nodes []*Node, depth int, yield func(int, *Node) bool) bool {
	for _, n := range nodes {
		if !yield(depth, n) || !walk(n.Children, depth+1, yield) {
			return false
		}
	}
	return true
}

// String returns what [Tree.Fprint] writes.
func (t *Tree) String() string {
	var b strings.Builder
	t.Fprint(&b)
	return b.String()
}

// Fprint writes one line for each node, indented by two spaces for each level.
// The lines are for people; programs read the nodes.
//
//	crawl task 2.3s: 4 running, 1 waiting, limit 4; in 120, out 110, errors 2; queue 3/64
func (t *Tree) Fprint(w io.Writer) error {
	for depth, n := range t.All {
		age := t.Taken.Sub(n.Since)
		_, err := fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", depth), n.line(age))
		if err != nil {
			return err
		}
	}
	return nil
}

// line describes n, which has run for age.
func (n *Node) line(age time.Duration) string {
	var parts []string
	if s := n.goroutines(); s != "" {
		parts = append(parts, s)
	}
	if n.In|n.Out|n.Errors != 0 {
		parts = append(parts, fmt.Sprintf("in %d, out %d, errors %d", n.In, n.Out, n.Errors))
	}
	switch {
	case n.QueueCap > 0:
		parts = append(parts, fmt.Sprintf("queue %d/%d", n.Queue, n.QueueCap))
	case n.Queue > 0:
		parts = append(parts, fmt.Sprintf("queue %d", n.Queue))
	}
	if n.Cause != nil {
		reason, _, _ := strings.Cut(n.Cause.Error(), "\n") // a panic's text goes on with its stack
		parts = append(parts, "ended: "+printable(reason))
	}
	if n.Orphan {
		parts = append(parts, "orphan of "+strconv.FormatUint(n.Parent, 10))
	}

	line := printable(n.Name)
	if n.Kind != n.Name {
		line += " " + printable(n.Kind)
	}
	line += " " + short(age)
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, "; ")
	}
	return line
}

// goroutines lists the states that have goroutines, by name, and the limit.
func (n *Node) goroutines() string {
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(n.State)) {
		if c := n.State[state]; c != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c, printable(state)))
		}
	}
	if n.Limit > 0 {
		parts = append(parts, fmt.Sprintf("limit %d", n.Limit))
	}
	return strings.Join(parts, ", ")
}

// short rounds d to what a reader of a live display needs.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

// printable quotes s if it could break the line or the terminal.
func printable(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
