//go:build !race

package fanout_test

import (
	"context"
	"runtime"
	"testing"

	"baton/fanout"
)

// TestMemoryOfSubscriptions measures what a subscription takes whose listener is
// elsewhere, with a context that others share.
func TestMemoryOfSubscriptions(t *testing.T) {
	const n, atMost = 1000, 600
	topic := fanout.New[string](fanout.Options{})
	defer topic.Close()
	ctx, cancel := context.WithCancel(t.Context())
	subs := make([]*fanout.Subscription[string], n)
	before := memory()
	for i := range subs {
		subs[i] = topic.Subscribe(ctx, fanout.SubscribeOptions{Name: "x"})
	}
	each := (memory() - before) / n
	t.Logf("%d bytes for each subscription", each)
	if each > atMost {
		t.Errorf("that is more than %d", atMost)
	}
	cancel()
	for _, s := range subs {
		<-s.Done()
	}
}

// memory returns the bytes of the live heap and of stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
