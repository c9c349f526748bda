package disktree

import (
	"context"
	"runtime"
	"time"
)

// How the number of workers adapts. A worker that finds everything in the
// kernel's caches computes, and then more workers than cores only get in each
// other's way. One that waits for a disk or a server leaves its core idle, and
// then more requests in flight are what helps. The process's own CPU time tells
// the two apart, whatever the file system.
const (
	tunePeriod = 10 * time.Millisecond
	maxWorkers = 64
	idleBelow  = 0.70 // of the cores: more workers
	busyAbove  = 0.90 // of the cores: fewer again
)

// tune is the Tune function of the work list. It also says whether the caches
// are warm, so that nothing is lost by not telling the scheduler of short calls.
func (s *scan) tune(ctx context.Context, set func(workers int)) error {
	before, ok := cpuTime()
	if !ok {
		return nil
	}
	cores := runtime.GOMAXPROCS(0)
	workers := s.opts.Workers
	tick := time.NewTicker(tunePeriod)
	defer tick.Stop()
	defer s.warm.Store(false)
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := time.Now()
		used, _ := cpuTime()
		busy := float64(used-before) / float64(now.Sub(last)) / float64(cores)
		before, last = used, now
		s.warm.Store(busy > busyAbove || workers < cores && busy*float64(cores) > busyAbove*float64(workers))
		if s.opts.Workers > 0 {
			continue // as many as were asked for
		}
		if want := retune(max(workers, cores), cores, busy); want != workers {
			workers = want
			set(workers)
		}
	}
}

// retune returns how many workers to use when as many as given kept the cores
// busy to a share of their time.
func retune(workers, cores int, busy float64) int {
	switch {
	case busy < idleBelow:
		return min(workers*2, max(maxWorkers, cores))
	case busy > busyAbove:
		return max(workers/2, cores)
	default:
		return workers
	}
}
