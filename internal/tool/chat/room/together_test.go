package room

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/store"
)

// A disk is a store that takes its time.
type disk struct {
	store.Store
	takes   time.Duration
	appends atomic.Int64
}

func (d *disk) Append(ctx context.Context, list []store.Message) error {
	d.appends.Add(1)
	time.Sleep(d.takes)
	return d.Store.Append(ctx, list)
}

// TestGather: those who wait for each of their messages share commits, though none of
// them goes on at the same time as the others. Nobody waits for who doesn't come.
func TestGather(t *testing.T) {
	const takes, lines = time.Millisecond, 20
	for _, tt := range []struct {
		senders int
		think   time.Duration // of the slowest
		commits int64         // at most
		lasts   time.Duration // likewise
	}{
		{1, 0, lines, lines * takes},
		{1, 5 * takes, lines, lines * 6 * takes},
		{8, takes / 2, lines + 2, lines * 2 * takes},
		{8, 5 * takes, 8 * lines, lines * 8 * takes},
	} {
		t.Run(fmt.Sprint(tt.senders, tt.think), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &disk{Store: store.Memory(1000), takes: takes}
				s := start(t, Options{}, d)
				defer s.end()
				var all []*person
				for i := range tt.senders {
					p := s.person(fmt.Sprint("p", i), true)
					s.join(p, "#a")
					all = append(all, p)
				}
				begin := time.Now()
				var talking sync.WaitGroup
				for i, p := range all {
					talking.Go(func() {
						for range lines {
							s.say(p, "#a", "x")
							time.Sleep(tt.think * time.Duration(i+1) / time.Duration(tt.senders))
						}
					})
				}
				talking.Wait()
				if n := d.appends.Load(); n > tt.commits {
					t.Errorf("%d commits, want %d at most", n, tt.commits)
				}
				if lasted := time.Since(begin); lasted > tt.lasts {
					t.Errorf("lasted %v, want %v at most", lasted, tt.lasts)
				}
			})
		})
	}
}
