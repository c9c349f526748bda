//go:build baton_schedule

package schedule

import (
	"bytes"
	"runtime"
	"strconv"
	"sync/atomic"
)

// Enabled says whether points do anything.
const Enabled = true

// current is the run that goroutines of its bubble take part in.
var current atomic.Pointer[run]

// Point is a place where another goroutine may come in between. In a goroutine of
// a [Run], it waits until it is this goroutine's turn; elsewhere it does nothing.
// It must not be called with a lock held.
func Point(name string) {
	r := current.Load()
	if r == nil {
		return
	}
	if id, bubble := self(); bubble == r.bubble {
		r.stop(id, name)
	}
}

// self returns the number of the calling goroutine, and that of its bubble, 0 if
// it is in none. Numbers of goroutines grow in the order in which they were
// started, on one processor. The runtime tells both nowhere but in a stack trace,
// which begins "goroutine 7 [running, synctest bubble 3]:".
func self() (goroutine, bubble uint64) {
	var buf [96]byte
	head := buf[:runtime.Stack(buf[:], false)]
	goroutine, _ = number(head, "goroutine ")
	bubble, _ = number(head, "synctest bubble ")
	return goroutine, bubble
}

// number returns the number that follows key in text.
func number(text []byte, key string) (uint64, bool) {
	_, rest, found := bytes.Cut(text, []byte(key))
	if !found {
		return 0, false
	}
	end := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.ParseUint(string(rest[:max(end, 0)]), 10, 64)
	return n, err == nil
}
