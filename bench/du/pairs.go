package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A cost is what one run of a program took.
type cost struct {
	Wall, User, Sys time.Duration
	Peak            int64 // bytes of memory
	Exit            int
}

// cpu returns the processor time.
func (c cost) cpu() time.Duration { return c.User + c.Sys }

// A rig runs programs.
type rig struct {
	measure string   // the command that measures one process
	env     []string // what every program gets
	before  func() error
}

// run runs argv once, its output thrown away.
func (r rig) run(argv []string) (cost, error) {
	if r.before != nil {
		if err := r.before(); err != nil {
			return cost{}, err
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		return cost{}, err
	}
	defer read.Close()
	var stderr strings.Builder
	cmd := exec.Command(r.measure, argv...)
	cmd.Env, cmd.Stderr, cmd.ExtraFiles = r.env, &stderr, []*os.File{write}
	err = cmd.Run() // what it writes fits in a pipe
	write.Close()
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w: %s", argv, err, &stderr)
	}
	var c cost
	if err := json.NewDecoder(read).Decode(&c); err != nil {
		return cost{}, fmt.Errorf("%s: %w", argv, err)
	}
	if c.Exit != 0 {
		return cost{}, fmt.Errorf("%s: exit status %d: %s", argv, c.Exit, &stderr)
	}
	return c, nil
}

// A pair is one run of ours and the run of theirs that followed it.
type pair struct{ Ours, Theirs cost }

// pairs runs ours and theirs in turn on the tree at path: once to warm up, and
// then n times, or as often as fit into limit, but once at least.
func (r rig) pairs(ours, theirs program, path string, n int, limit time.Duration) ([]pair, error) {
	var all []pair
	for i := 0; i <= n; i++ {
		var p pair
		var err error
		if p.Ours, err = r.run(ours.argv(path)); err != nil {
			return nil, err
		}
		if p.Theirs, err = r.run(theirs.argv(path)); err != nil {
			return nil, err
		}
		if i == 0 { // the warm-up
			n = max(1, min(n, int(limit/(p.Ours.Wall+p.Theirs.Wall+1))))
			continue
		}
		all = append(all, p)
	}
	return all, nil
}

// medianOf returns the median of of over all, the lower one of two.
func medianOf[T any, N cmp.Ordered](all []T, of func(T) N) N {
	return sorted(all, of)[(len(all)-1)/2]
}

func sorted[T any, N cmp.Ordered](all []T, of func(T) N) []N {
	values := make([]N, len(all))
	for i, v := range all {
		values[i] = of(v)
	}
	slices.Sort(values)
	return values
}
