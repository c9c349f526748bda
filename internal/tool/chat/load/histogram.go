package load

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// A histogram counts durations in buckets that are at most a sixteenth wide. The
// zero value is ready; its methods may be called concurrently.
type histogram struct {
	counts [64 * fine]atomic.Uint64
}

const (
	fineBits = 4
	fine     = 1 << fineBits // buckets for each power of two
)

func (h *histogram) add(ns int64) { h.counts[bucket(uint64(max(ns, 0)))].Add(1) }

func bucket(ns uint64) int {
	if ns < fine {
		return int(ns)
	}
	exp := bits.Len64(ns) - 1
	return (exp-fineBits+1)*fine + int(ns>>(exp-fineBits))&(fine-1)
}

// upper returns the largest value of a bucket.
func upper(b int) uint64 {
	if b < fine {
		return uint64(b)
	}
	shift := b/fine - 1
	return (uint64(fine+b%fine)+1)<<shift - 1
}

// quantile returns what the part q of the durations does not exceed, to within a
// sixteenth, and 0 when there are none.
func (h *histogram) quantile(q float64) time.Duration {
	var total uint64
	for i := range h.counts {
		total += h.counts[i].Load()
	}
	want := max(uint64(q*float64(total)+0.5), 1)
	var sum uint64
	for i := range h.counts {
		if sum += h.counts[i].Load(); sum >= want {
			return time.Duration(upper(i))
		}
	}
	return 0
}
