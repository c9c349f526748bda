// Package watch shows what is running: the tree of live groups, pipelines and
// servers, who owns each, what it waits for and how full its queues are.
//
// The goroutine profile of [runtime/pprof] lists goroutines by stack; it does
// not know which piece of work they belong to. Here each piece of work is a
// node under the one that started it. Every block of this module registers
// itself, so a program built on them needs to do nothing:
//
//	fmt.Print(watch.Snapshot())
//
// To show work of one's own, call [Start] and pass on the context it returns:
// what is started with that context appears under the new node.
//
// # Labels
//
// The context that Start returns also carries a pprof label with the key
// [Label], whose value is the path of the node's name and its ancestors' names.
// Goroutines that set it ([pprof.SetGoroutineLabels], [pprof.Do]) can be
// recognised in goroutine dumps and CPU profiles.
//
// # Cost
//
// A node costs its registration, about a microsecond, and what its owner pays to
// count. Nothing is read before someone calls [Snapshot].
package watch

import (
	"context"
	"runtime/pprof"
	"time"
)

// Label is the key of the pprof label that holds a node's path.
const Label = "baton"

// A Node describes one piece of running work at the moment of a [Snapshot].
type Node struct {
	ID, Parent      uint64         // IDs grow in the order of registration; Parent is 0 at the root
	Name, Kind      string         // Kind is the block that registered it, such as "task"
	Path            string         // the value of its [Label]: its name after its ancestors' names
	Since           time.Time      // when it was registered
	State           map[string]int // goroutines by what they do, such as "running" or "waiting"
	Limit           int            // how many goroutines may run at once; 0 means no bound
	In, Out, Errors uint64         // items taken, items finished without error, items failed
	Queue, QueueCap int            // items that wait, and how many may; a QueueCap of 0 means no bound
	Cause           error          // why its context ended, nil while it has not
	Orphan          bool           // the work that started it, Parent, has ended before it
	Children        []*Node        // by ID
}

// entry is a registered node, and the context of what is below it. It is the one
// allocation that a node needs, so servers may have one for each connection. All
// fields above the links are constant.
type entry struct {
	context.Context        // in which it was started
	id              uint64 // given by list.add
	parent          *entry
	kind, name      string
	since           time.Time
	fill            func(*Node)

	// Guarded by the list's mutex. Both are nil before and after it is in the list.
	prev, next *entry
}

// entryKey is the context key of the innermost *entry.
type entryKey struct{}

// Value is a method of [context.Context].
func (e *entry) Value(key any) any {
	if key == (entryKey{}) {
		return e
	}
	return e.Context.Value(key)
}

// Start registers a piece of work under the one that ctx carries, or as a root.
// The returned context carries the new node and its pprof labels. An empty name
// is replaced by the kind.
//
// fill is called by each [Snapshot] to fill in the node's state, counters and
// queues; the other fields are set already. It may run concurrently with the
// work and with itself, and once more just after the work has ended. It must not
// block. A nil fill is for a node that only gives its children a place.
//
// The caller calls end once the work has ended; calling it again does nothing.
// Start and end are safe for concurrent use.
func Start(ctx context.Context, kind, name string, fill func(*Node)) (_ context.Context, end func()) {
	e := start(ctx, kind, name, fill)
	return pprof.WithLabels(e, pprof.Labels(Label, e.path())), e.end
}

// StartUnlabelled is like [Start] but leaves the labels as they are: a goroutine
// that sets those of the returned context counts under the node above. It is for
// work of which there are thousands, such as connections: a node then takes about
// a hundred bytes, and its label would take as much again twice.
func StartUnlabelled(ctx context.Context, kind, name string, fill func(*Node)) (_ context.Context, end func()) {
	e := start(ctx, kind, name, fill)
	return e, e.end
}

func start(ctx context.Context, kind, name string, fill func(*Node)) *entry {
	if name == "" {
		name = kind
	}
	e := &entry{Context: ctx, kind: kind, name: name, since: time.Now(), fill: fill}
	e.parent, _ = ctx.Value(entryKey{}).(*entry)
	registry.add(e)
	return e
}

func (e *entry) end() { registry.remove(e) }

// path returns e's name after those of its ancestors.
func (e *entry) path() string {
	if e.parent == nil {
		return e.name
	}
	return e.parent.path() + "/" + e.name
}

// node describes e as of now, without its children. Above is the node of e's
// parent, or nil if that isn't known.
func (e *entry) node(above *Node) *Node {
	n := &Node{
		ID:    e.id,
		Name:  e.name,
		Kind:  e.kind,
		Since: e.since,
		Cause: context.Cause(e.Context),
	}
	switch {
	case e.parent == nil:
		n.Path = e.name
	case above != nil:
		n.Path = above.Path + "/" + e.name
	default:
		n.Path = e.path()
	}
	if e.parent != nil {
		n.Parent = e.parent.id
	}
	if e.fill != nil {
		e.fill(n)
	}
	return n
}
