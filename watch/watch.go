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

// entry is a registered node. All fields above the links are constant.
type entry struct {
	id         uint64 // given by list.add
	parent     *entry
	kind, name string
	path       string
	since      time.Time
	fill       func(*Node)
	ctx        context.Context

	// Guarded by the list's mutex.
	live       bool
	prev, next *entry
}

// entryKey is the context key of the innermost *entry.
type entryKey struct{}

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
	if name == "" {
		name = kind
	}
	e := &entry{
		kind:  kind,
		name:  name,
		path:  name,
		since: time.Now(),
		fill:  fill,
		ctx:   ctx,
	}
	if parent, ok := ctx.Value(entryKey{}).(*entry); ok {
		e.parent = parent
		e.path = parent.path + "/" + name
	}
	registry.add(e)
	ctx = pprof.WithLabels(ctx, pprof.Labels(Label, e.path))
	return context.WithValue(ctx, entryKey{}, e), func() { registry.remove(e) }
}

// node describes e as of now, without its children.
func (e *entry) node() *Node {
	n := &Node{
		ID:    e.id,
		Name:  e.name,
		Kind:  e.kind,
		Path:  e.path,
		Since: e.since,
		Cause: context.Cause(e.ctx),
	}
	if e.parent != nil {
		n.Parent = e.parent.id
	}
	if e.fill != nil {
		e.fill(n)
	}
	return n
}
