package main

import (
	"errors"
	"sync"
	"time"
)

// A suite is what a block and its peers should get right.
type suite struct {
	block      string
	contenders []string
	cases      []string
	check      func(contender, testCase int) string
}

// A contender is a block or a peer, behind an adapter A that uses it in the way
// that its documentation shows.
type contender[A any] struct {
	name    string
	adapter A
}

// A testCase is one expectation. Its check returns "", or what is wrong, or
// notOffered, and may as well crash or hang, because each check has a process of
// its own.
//
// Times are real: something that must be seen to run takes long, which is far
// from the moment, soon, at which something else must happen.
type testCase[A any] struct {
	name  string
	check func(A) string
}

const (
	soon = 100 * time.Millisecond
	long = time.Second
)

// notOffered is for what a contender doesn't claim to do.
const notOffered = "–"

var suites = []suite{
	newSuite("task", taskContenders, taskCases),
	newSuite("pipe", pipeContenders, pipeCases),
	newSuite("flight", flightContenders, flightCases),
	newSuite("memo", memoContenders, memoCases),
	newSuite("hedge", hedgeContenders, hedgeCases),
	newSuite("fanout", fanoutContenders, fanoutCases),
}

func newSuite[A any](block string, contenders []contender[A], cases []testCase[A]) suite {
	s := suite{block: block}
	for _, c := range contenders {
		s.contenders = append(s.contenders, c.name)
	}
	for _, tc := range cases {
		s.cases = append(s.cases, tc.name)
	}
	s.check = func(column, row int) string { return cases[row].check(contenders[column].adapter) }
	return s
}

func expect(ok bool, otherwise string) string {
	if ok {
		return ""
	}
	return otherwise
}

// within reports whether fn returns within a time.
func within(d time.Duration, fn func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
		return true
	case <-time.After(d):
		return false
	}
}

// A collected is a list of errors.
type collected struct {
	mu   sync.Mutex
	errs []error
}

func (c *collected) add(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, err)
}

func (c *collected) joined() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.errs...)
}
