//go:build linux

package main

import (
	"errors"
	"fmt"
	"time"
)

// A result is what one run has measured.
type result struct {
	options
	lines, lost   int
	starved       int // of the stuck clients, those whose line was at a standstill
	arrival, read late
	cpu, others   time.Duration
	wall          time.Duration
	memory        int64 // bytes for all clients
}

// core is the part of one core that the server took.
func (r result) core() float64 { return r.cpu.Seconds() / r.wall.Seconds() }

func (r result) String() string {
	server := "baton"
	if r.baton == "" {
		server = "bare"
	}
	stuck := fmt.Sprint(r.stuck)
	if r.stuck > 0 {
		stuck = fmt.Sprintf("%d (%d at a standstill)", r.stuck, r.starved)
	}
	return fmt.Sprintf("| %s | %d | %s | %d | %s | %s | %s | %.1f %% | %.2f kB | %.1f %% |",
		server, r.clients, stuck, r.lost, r.arrival, r.arrival.near(), r.read,
		100*r.core(), float64(r.memory)/1000/float64(r.clients+r.stuck), 100*r.others.Seconds()/r.wall.Seconds())
}

func run(o options) (result, error) {
	r := result{options: o}
	s, err := startServer(o)
	if err != nil {
		return r, err
	}
	defer s.stop()
	before, err := s.memory()
	if err != nil {
		return r, err
	}
	cs, err := connect(s.addr, o)
	if err != nil {
		return r, err
	}
	defer cs.close()
	if err := cs.follow(time.Now().Add(o.settle), nil); err != nil {
		return r, err
	}
	// From between two full seconds to between two others.
	if err := cs.follow(between(time.Now()), nil); err != nil {
		return r, err
	}
	if err := r.watch(s, cs); err != nil {
		return r, err
	}
	memory, err := s.memory()
	r.memory = memory - before
	if r.lost = o.clients*int(o.length/time.Second) - r.lines; r.lost < 0 {
		err = errors.Join(err, errors.New("more lines than seconds"))
	}
	return r, err
}

// watch is the part of a run that counts.
func (r *result) watch(s *server, cs *clients) error {
	waiting := cs.unread()
	began := time.Now()
	cpu, err := s.cpu()
	if err != nil {
		return err
	}
	busy, err := machine(cpu)
	if err != nil {
		return err
	}
	if err := cs.follow(began.Add(r.length), r); err != nil {
		return err
	}
	r.wall = time.Since(began)
	after, err := s.cpu()
	if err != nil {
		return err
	}
	r.cpu = after - cpu
	now, err := machine(after)
	r.others = max(now-busy, 0)
	for i, n := range cs.unread() {
		if n == waiting[i] && n > 0 {
			r.starved++
		}
	}
	return err
}

// between returns the next moment that is half a second after a full one.
func between(t time.Time) time.Time {
	return t.Add(time.Second / 2).Truncate(time.Second).Add(time.Second / 2)
}
