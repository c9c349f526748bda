package connect

import (
	"slices"
	"strings"
	"sync"
)

// names are those that can be completed, the latest first. Its methods may be called
// concurrently.
type names struct {
	mu   sync.Mutex
	list []string // guarded by mu
}

const maxNames = 500

func (n *names) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = slices.DeleteFunc(n.list, func(s string) bool { return s == name })
	n.list = slices.Insert(n.list, 0, name)
	n.list = n.list[:min(len(n.list), maxNames)]
}

// complete completes the word before the cursor, a name or a command.
func (n *names) complete(line string, pos int) (string, int, bool) {
	start := strings.LastIndexByte(line[:pos], ' ') + 1
	word := line[start:pos]
	if word == "" {
		return "", 0, false
	}
	best, end := "", " "
	if start == 0 && word[0] == '/' {
		for _, c := range commands {
			if strings.HasPrefix("/"+c.name, strings.ToLower(word)) {
				best = "/" + c.name
				break
			}
		}
	} else {
		best = n.find(word)
		if start == 0 {
			end = ": "
		}
	}
	if best == "" {
		return "", 0, false
	}
	head := line[:start] + best + end
	return head + line[pos:], len(head), true
}

func (n *names) find(prefix string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range n.list {
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			return name
		}
	}
	return ""
}
