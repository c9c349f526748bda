package monitor

import (
	"errors"
	"fmt"

	"baton/task"
)

// A batch is the calls that the monitor's goroutine has taken. It is that
// goroutine's, and its successor's if a function ends it by Goexit.
type batch[S any] struct {
	list       *call[S]   // have not run
	running    *call[S]   // runs
	ran        []*call[S] // wait for the commit
	committing bool
}

// work runs and commits the calls of the batch.
func (m *Monitor[S]) work() {
	b := &m.batch
	for b.list != nil || len(b.ran) > 0 {
		if b.list == nil || len(b.ran) == m.opts.Batch {
			m.commit()
			continue
		}
		c := b.list
		b.list, c.next = c.next, nil
		m.begun.Add(1)
		if c.state.CompareAndSwap(queued, taken) { // else its caller has left
			m.runCall(c)
			m.after(c)
		}
	}
}

func (m *Monitor[S]) runCall(c *call[S]) {
	m.batch.running = c
	defer func() {
		if r := recover(); r != nil {
			c.panicked = task.Recovered(r)
		}
	}()
	c.err = c.work.run(&m.state)
}

// after sees to a call that has run.
func (m *Monitor[S]) after(c *call[S]) {
	m.batch.running = nil
	if m.opts.Commit == nil {
		m.finish(c)
	} else {
		m.batch.ran = append(m.batch.ran, c)
	}
}

// commit commits the calls that have run, and gives them back to their callers.
func (m *Monitor[S]) commit() {
	m.batch.committing = true
	p, err := m.callCommit()
	m.committed(p, err)
}

func (m *Monitor[S]) callCommit() (p *task.PanicError, err error) {
	defer func() {
		if r := recover(); r != nil {
			p = task.Recovered(r)
		}
	}()
	return nil, m.opts.Commit(&m.state)
}

// committed gives the calls that have run back, with how their commit ended.
func (m *Monitor[S]) committed(p *task.PanicError, err error) {
	b := &m.batch
	b.committing = false
	for i, c := range b.ran {
		if err != nil {
			c.err = errors.Join(c.err, fmt.Errorf("commit: %w", err))
		}
		if c.panicked == nil {
			c.panicked = p
		}
		m.finish(c)
		b.ran[i] = nil
	}
	b.ran = b.ran[:0]
}

// exited sees to what was under way when a function called Goexit.
func (m *Monitor[S]) exited() {
	switch {
	case m.batch.committing:
		m.committed(nil, task.ErrGoexit)
	case m.batch.running != nil:
		c := m.batch.running
		c.err = task.ErrGoexit
		m.after(c)
	}
}

// finish gives a call back to its caller.
func (m *Monitor[S]) finish(c *call[S]) {
	if c.err != nil || c.panicked != nil {
		m.failed.Add(1)
	} else {
		m.out.Add(1)
	}
	c.ended <- struct{}{}
}
