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
// the two apart, whatever the file system, once the time is added that its
// threads had to wait for a core that other programs used.
const (
	tunePeriod = 10 * time.Millisecond
	maxWorkers = 64
	idleBelow  = 0.70 // of the cores: more workers
	busyAbove  = 0.90 // of the cores: fewer again
)

// tune is the Tune function of the work list. It also says whether the caches
// are warm, so that nothing is lost by not telling the scheduler of short calls.
func (s *scan) tune(ctx context.Context, set func(workers int)) error {
	cores := runtime.GOMAXPROCS(0)
	workers := s.opts.Workers
	if workers == 0 {
		workers = cores
	}
	load := newLoad()
	tick := time.NewTicker(tunePeriod)
	defer tick.Stop()
	defer s.warm.Store(false)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		s.asked.Store(true) // so what Progress shows is hardly older than that
		used, ok := load.measure(min(workers, cores))
		if !ok {
			continue
		}
		s.warm.Store(used > busyAbove)
		if s.opts.Workers > 0 {
			continue // as many as were asked for
		}
		if want := retune(workers, cores, used); want != workers {
			workers = want
			set(workers)
		}
	}
}

// retune returns how many workers to use when as many as given used a share of
// the cores' time.
func retune(workers, cores int, used float64) int {
	switch {
	case used < idleBelow:
		return min(workers*2, max(maxWorkers, cores))
	case used > busyAbove:
		return max(workers/2, cores)
	default:
		return workers
	}
}

// A load measures the use of processors from one call of measure to the next.
type load struct {
	last  time.Time
	cpu   time.Duration
	delay time.Duration
	known bool // delay was measured at last
}

func newLoad() *load {
	l := &load{last: time.Now()}
	l.cpu, _ = cpuTime()
	return l
}

// measure returns which share of the time of some cores the process has used or
// would have used but for other programs. It returns false where that isn't known.
func (l *load) measure(cores int) (used float64, ok bool) {
	now := time.Now()
	cpu, ok := cpuTime()
	whole := float64(now.Sub(l.last)) * float64(cores)
	used = float64(cpu-l.cpu) / whole
	l.last, l.cpu = now, cpu
	if !ok || used >= idleBelow {
		l.known = false // not worth a look
		return used, ok
	}
	before, known := l.delay, l.known
	delay, told := runDelay()
	l.delay, l.known = delay, told
	if told && !known {
		return 0, false // the next call can tell
	}
	return used + max(0, float64(delay-before)/whole), true
}
