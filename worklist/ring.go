package worklist

// A ring is a double-ended queue in a circular buffer. It doubles when it is
// full and halves when three quarters of it are empty, so that its size follows
// its content at a constant amortised cost. The zero value is empty.
type ring[T any] struct {
	buf  []T // its length is 0 or a power of two; slots without an item are zero
	head int // index of the oldest item
	n    int // number of items
}

// minRing is the smallest buffer, below which shrinking would save nothing.
const minRing = 32

// slot returns the place of the i-th oldest item.
func (r *ring[T]) slot(i int) *T { return &r.buf[(r.head+i)&(len(r.buf)-1)] }

// push adds items as the newest ones, the last item the newest of all.
func (r *ring[T]) push(items []T) {
	r.reserve(len(items))
	for i := range items {
		*r.slot(r.n + i) = items[i]
	}
	r.n += len(items)
}

// pushReversed adds items as the newest ones, the first item the newest of all.
func (r *ring[T]) pushReversed(items []T) {
	r.reserve(len(items))
	last := r.n + len(items) - 1
	for i := range items {
		*r.slot(last - i) = items[i]
	}
	r.n += len(items)
}

// popNewest removes the newest item of a ring that is not empty.
func (r *ring[T]) popNewest() T {
	r.n--
	return r.clear(r.slot(r.n))
}

// popOldest removes the oldest item of a ring that is not empty.
func (r *ring[T]) popOldest() T {
	p := r.slot(0)
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	return r.clear(p)
}

// clear takes the item out of p, so that the buffer does not keep it alive.
func (r *ring[T]) clear(p *T) T {
	var zero T
	item := *p
	*p = zero
	if r.n < len(r.buf)/4 && len(r.buf) > minRing {
		r.resize(len(r.buf) / 2)
	}
	return item
}

// takeOldest moves the k oldest items, k at most r.n, to the ring at to, which is
// empty.
func (r *ring[T]) takeOldest(k int, to *ring[T]) {
	to.reserve(k)
	r.copyTo(to.buf, k)
	to.head, to.n = 0, k

	r.head = (r.head + k) & (len(r.buf) - 1)
	r.n -= k
	size := len(r.buf)
	for size > minRing && r.n < size/4 {
		size /= 2
	}
	if size < len(r.buf) {
		r.resize(size)
	} else {
		var zero T
		for i := range k {
			*r.slot(i - k) = zero
		}
	}
}

// moveTo appends all items to other as its newest ones and leaves r empty.
func (r *ring[T]) moveTo(other *ring[T]) {
	other.reserve(r.n)
	for i := range r.n {
		*other.slot(other.n + i) = *r.slot(i)
	}
	other.n += r.n
	*r = ring[T]{}
}

// reserve makes room for k more items.
func (r *ring[T]) reserve(k int) {
	size := max(len(r.buf), minRing)
	for size < r.n+k {
		size *= 2
	}
	if size != len(r.buf) {
		r.resize(size)
	}
}

// resize moves the items to a buffer of the given size.
func (r *ring[T]) resize(size int) {
	buf := make([]T, size)
	r.copyTo(buf, r.n)
	r.buf, r.head = buf, 0
}

// copyTo copies the k oldest items to the start of buf.
func (r *ring[T]) copyTo(buf []T, k int) {
	if k == 0 {
		return
	}
	end := min(r.head+k, len(r.buf))
	m := copy(buf, r.buf[r.head:end])
	copy(buf[m:], r.buf[:k-m])
}
