package hedge

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// A Latency is the distribution of how long tries took lately: of the last 1,024
// to 2,048. Its zero value is ready, and it must not be copied after first use.
// One is meant for many calls to the same service; its methods may be called
// concurrently.
type Latency struct {
	mu       sync.Mutex // held to rotate
	newest   atomic.Pointer[histogram]
	previous atomic.Pointer[histogram]
}

const (
	window     = 1024 // observations in a histogram
	minSamples = 32   // fewer tell nothing
	fine       = 8    // buckets for each power of two, so that a bucket is at most an eighth wide
	buckets    = 64 * fine
)

type histogram struct {
	total  atomic.Int64
	counts [buckets]atomic.Uint32
}

// Observe notes that a try took d.
func (l *Latency) Observe(d time.Duration) {
	h := l.newest.Load()
	if h == nil || h.total.Load() >= window {
		h = l.rotate(h)
	}
	h.counts[bucket(d)].Add(1)
	h.total.Add(1)
}

// rotate replaces the newest histogram, if that is still h.
func (l *Latency) rotate(h *histogram) *histogram {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.newest.Load(); now != h {
		return now
	}
	next := new(histogram)
	l.previous.Store(h)
	l.newest.Store(next)
	return next
}

// Quantile returns what the part q of the observations did not exceed, to within
// an eighth, or false if there were too few. It panics unless 0 < q < 1.
func (l *Latency) Quantile(q float64) (time.Duration, bool) {
	if !(q > 0 && q < 1) {
		panic("hedge: quantile outside 0 to 1")
	}
	var counts [buckets]uint32
	total := 0.0
	for _, h := range []*histogram{l.previous.Load(), l.newest.Load()} {
		if h == nil {
			continue
		}
		for i := range counts {
			c := h.counts[i].Load()
			counts[i] += c
			total += float64(c)
		}
	}
	if total < minSamples {
		return 0, false
	}
	rank := math.Ceil(q * total)
	for i, c := range counts {
		if rank -= float64(c); rank <= 0 {
			low, high := bounds(i)
			return low + time.Duration(float64(high-low)*(1+rank/float64(c))), true // as if evenly spread
		}
	}
	return math.MaxInt64, true // not reached: rank is at most total
}

// bucket returns the bucket of d: its highest bit and the three after that.
func bucket(d time.Duration) int {
	if d < fine {
		return max(0, int(d))
	}
	exp := bits.Len64(uint64(d)) - 1
	return (exp-2)*fine + int(uint64(d)>>(exp-3))&(fine-1)
}

// bounds returns the least value in bucket i and the least beyond it.
func bounds(i int) (low, high time.Duration) {
	if i < fine {
		return time.Duration(i), time.Duration(i + 1)
	}
	exp := i/fine + 2
	width := time.Duration(1) << (exp - 3)
	low = time.Duration(1)<<exp + time.Duration(i%fine)*width
	return low, low + width
}
