package fanout_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/fanout"
	"baton/internal/schedule/orders"
	"baton/watch"
)

var errUser = errors.New("the user went away")

// publish publishes the numbers from first to last, as values that equal their
// sequence numbers if first is the next one.
func publish(t *testing.T, topic *fanout.Topic[int], first, last int) {
	t.Helper()
	for i := first; i <= last; i++ {
		if seq, err := topic.Publish(t.Context(), i); err != nil || seq != uint64(i) {
			t.Errorf("message %d: %d, %v", i, seq, err)
			return
		}
	}
}

// read reads n messages, or all until the end if n is negative.
func read(t *testing.T, sub *fanout.Subscription[int], n int) []int {
	t.Helper()
	var got []int
	if n == 0 {
		return got
	}
	for seq, v := range sub.All() {
		if seq != uint64(v) {
			t.Errorf("message %d has number %d", v, seq)
		}
		if got = append(got, v); len(got) == n {
			break
		}
	}
	return got
}

func numbers(first, last int) []int {
	var all []int
	for i := first; i <= last; i++ {
		all = append(all, i)
	}
	return all
}

// TestPolicies publishes 100 messages while the subscriber has read none, then
// closes the topic.
func TestPolicies(t *testing.T) {
	for name, tc := range map[string]struct {
		log  int
		opts fanout.SubscribeOptions
		want []int
		err  error
	}{
		"wait, room for all":         {100, fanout.SubscribeOptions{}, numbers(1, 100), nil},
		"drop oldest":                {0, fanout.SubscribeOptions{WhenFull: fanout.DropOldest, Buffer: 10}, numbers(91, 100), nil},
		"drop oldest, small log":     {7, fanout.SubscribeOptions{WhenFull: fanout.DropOldest, Buffer: 10}, numbers(94, 100), nil},
		"drop newest":                {0, fanout.SubscribeOptions{WhenFull: fanout.DropNewest, Buffer: 10}, numbers(1, 10), nil},
		"drop newest, small log":     {20, fanout.SubscribeOptions{WhenFull: fanout.DropNewest, Buffer: 10}, nil, nil},
		"kick":                       {0, fanout.SubscribeOptions{WhenFull: fanout.Kick, Buffer: 10}, nil, fanout.ErrSlow},
		"kick, just fast enough":     {0, fanout.SubscribeOptions{WhenFull: fanout.Kick, Buffer: 100}, numbers(1, 100), nil},
		"from a message on":          {0, fanout.SubscribeOptions{WhenFull: fanout.DropOldest, From: 60}, numbers(60, 100), nil},
		"from a message that is not": {0, fanout.SubscribeOptions{WhenFull: fanout.DropOldest, From: 101}, nil, nil},
		"buffer of one":              {1, fanout.SubscribeOptions{WhenFull: fanout.DropOldest, Buffer: 1}, numbers(100, 100), nil},
	} {
		t.Run(name, func(t *testing.T) {
			orders.Run(t, 3, func(t *testing.T) {
				topic := fanout.New[int](fanout.Options{Log: tc.log})
				sub := topic.Subscribe(t.Context(), tc.opts)
				publish(t, topic, 1, 100)
				topic.Close()
				if diff := cmp.Diff(tc.want, read(t, sub, -1)); diff != "" {
					t.Error(diff)
				}
				if err := sub.Err(); err != tc.err {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// TestReplay subscribes to what was published before: it doesn't count as being
// behind, for any policy.
func TestReplay(t *testing.T) {
	for policy := fanout.Wait; policy <= fanout.Kick; policy++ {
		orders.Run(t, 3, func(t *testing.T) {
			topic := fanout.New[int](fanout.Options{Log: 50})
			publish(t, topic, 1, 100)
			sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{From: 1, Buffer: 5, WhenFull: policy})
			publish(t, topic, 101, 102)
			topic.Close()
			if diff := cmp.Diff(numbers(53, 102), read(t, sub, -1)); diff != "" {
				t.Errorf("policy %d: %s", policy, diff)
			}
		})
	}
}

func TestDropNewestResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{})
		sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{WhenFull: fanout.DropNewest, Buffer: 3})
		publish(t, topic, 1, 10)
		var got []int
		for _, v := range sub.All() {
			got = append(got, v)
			if v == 3 {
				go func() {
					synctest.Wait()
					publish(t, topic, 11, 12)
					topic.Close()
				}()
			}
		}
		if diff := cmp.Diff([]int{1, 2, 3, 11, 12}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWait holds a publisher up until the subscriber has read, has left, has
// been cancelled, or the publisher gives up, or the topic is closed.
func TestWait(t *testing.T) {
	for name, act := range map[string]func(topic *fanout.Topic[int], sub *fanout.Subscription[int], cancel func()){
		"read": func(_ *fanout.Topic[int], sub *fanout.Subscription[int], _ func()) {
			go read(t, sub, 2)
			time.Sleep(time.Second)
		},
		"leave":   func(_ *fanout.Topic[int], sub *fanout.Subscription[int], _ func()) { read(t, sub, 1) },
		"cancel":  func(_ *fanout.Topic[int], _ *fanout.Subscription[int], cancel func()) { cancel() },
		"close":   func(topic *fanout.Topic[int], _ *fanout.Subscription[int], _ func()) { topic.Close() },
		"give up": func(*fanout.Topic[int], *fanout.Subscription[int], func()) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				topic := fanout.New[int](fanout.Options{})
				defer topic.Close()
				sctx, cancel := context.WithCancelCause(t.Context())
				sub := topic.Subscribe(sctx, fanout.SubscribeOptions{Buffer: 3})
				other := topic.Subscribe(t.Context(), fanout.SubscribeOptions{})
				defer read(t, other, 1)
				publish(t, topic, 1, 3)
				ctx, stop := context.WithTimeoutCause(t.Context(), time.Minute, errUser)
				defer stop()
				type ending struct {
					seq uint64
					err error
				}
				published := make(chan ending, 1)
				go func() {
					seq, err := topic.Publish(ctx, 4)
					published <- ending{seq, err}
				}()
				synctest.Wait()
				if len(published) > 0 {
					t.Fatal("the publisher did not wait")
				}
				act(topic, sub, func() { cancel(errUser) })
				e := <-published
				switch name {
				case "give up":
					if !errors.Is(e.err, errUser) || !errors.Is(e.err, context.DeadlineExceeded) {
						t.Errorf("%+v", e)
					}
					read(t, sub, 1)
					if seq, err := topic.Publish(t.Context(), 4); seq != 4 || err != nil {
						t.Errorf("a message was published that failed: %d, %v", seq, err)
					}
				case "close":
					if e.err != fanout.ErrClosed {
						t.Errorf("%+v", e)
					}
				default:
					if e.seq != 4 || e.err != nil {
						t.Errorf("%+v", e)
					}
				}
				if name == "cancel" && (!errors.Is(sub.Err(), errUser) || !errors.Is(sub.Err(), context.Canceled)) {
					t.Errorf("subscription ended with %v", sub.Err())
				}
				cancel(nil)
				synctest.Wait()
			})
		})
	}
}

func TestSubscriptionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errUser)
		defer cancel()
		sub := topic.Subscribe(ctx, fanout.SubscribeOptions{})
		publish(t, topic, 1, 2)
		if got := read(t, sub, -1); len(got) != 2 { // until the context ends
			t.Errorf("%v", got)
		}
		if err := sub.Err(); !errors.Is(err, errUser) {
			t.Errorf("error %v", err)
		}
		<-sub.Done()
		late := topic.Subscribe(ctx, fanout.SubscribeOptions{From: 1})
		if got := read(t, late, -1); got != nil || !errors.Is(late.Err(), errUser) {
			t.Errorf("with an ended context: %v, %v", got, late.Err())
		}
		if _, err := topic.Publish(ctx, 3); !errors.Is(err, errUser) {
			t.Errorf("published with an ended context: %v", err)
		}
		left := topic.Subscribe(t.Context(), fanout.SubscribeOptions{From: 1})
		if got := read(t, left, 1); len(got) != 1 || left.Err() != nil {
			t.Errorf("%v, %v", got, left.Err())
		}
		if got := read(t, left, -1); got != nil {
			t.Errorf("after the loop was left: %v", got)
		}
		topic.Close()
		topic.Close()
		if got := read(t, topic.Subscribe(t.Context(), fanout.SubscribeOptions{From: 2}), -1); !slices.Equal(got, []int{2}) {
			t.Errorf("from a closed topic: %v", got)
		}
	})
}

// TestKickedThenCancelled ends the context of a subscription that has ended.
func TestKickedThenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{})
		defer topic.Close()
		ctx, cancel := context.WithCancel(t.Context())
		sub := topic.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 2, WhenFull: fanout.Kick})
		publish(t, topic, 1, 4)
		cancel()
		if got := read(t, sub, -1); got != nil || sub.Err() != fanout.ErrSlow {
			t.Errorf("%v, %v", got, sub.Err())
		}
	})
}

// TestKickWakes has a kicked listener that is stuck elsewhere know.
func TestKickWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{})
		defer topic.Close()
		sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{Buffer: 2, WhenFull: fanout.Kick})
		go publish(t, topic, 1, 4)
		for range sub.All() {
			<-sub.Done() // stuck until the kick
		}
		if sub.Err() != fanout.ErrSlow {
			t.Errorf("%v", sub.Err())
		}
	})
}

// TestCloseWakes closes a topic whose subscriber waits for a message.
func TestCloseWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{})
		sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{})
		go func() {
			synctest.Wait()
			topic.Close()
		}()
		if got := read(t, sub, -1); got != nil || sub.Err() != nil {
			t.Errorf("%v, %v", got, sub.Err())
		}
	})
}

// TestOneOrder has several publishers and many subscribers, slow ones among
// them: all see the same messages under the same numbers, in order. In a bubble, a
// wake-up that is lost is a deadlock at once.
func TestOneOrder(t *testing.T) {
	for _, procs := range []int{1, 2, 8} {
		for _, buffer := range []int{1, 7, 1000} {
			t.Run(fmt.Sprint(procs, buffer), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				synctest.Test(t, func(t *testing.T) { oneOrder(t, buffer) })
			})
		}
	}
}

func oneOrder(t *testing.T, buffer int) {
	const publishers, each = 4, 500
	topic := fanout.New[[2]int](fanout.Options{Log: max(8, buffer)})
	var reference [publishers*each + 1][2]int
	first := topic.Subscribe(t.Context(), fanout.SubscribeOptions{Buffer: buffer})
	type message struct {
		seq uint64
		v   [2]int
	}
	got := make([][]message, 8)
	var readers, writers sync.WaitGroup
	for i := range got {
		policy := []fanout.Policy{fanout.Wait, fanout.DropOldest, fanout.DropNewest}[i%3]
		sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{Buffer: buffer, WhenFull: policy})
		readers.Go(func() {
			for seq, v := range sub.All() {
				got[i] = append(got[i], message{seq, v})
				if len(got[i])%50 == i {
					runtime.Gosched()
				}
			}
		})
	}
	readers.Go(func() {
		next := uint64(1)
		for seq, v := range first.All() {
			if seq != next {
				t.Errorf("number %d after %d with the policy Wait", seq, next-1)
			}
			reference[seq], next = v, seq+1
		}
		if next != publishers*each+1 {
			t.Errorf("%d messages", next-1)
		}
	})
	for p := range publishers {
		writers.Go(func() {
			for i := range each {
				topic.Publish(t.Context(), [2]int{p, i})
			}
		})
	}
	writers.Wait()
	topic.Close()
	readers.Wait()
	for i, messages := range got {
		last := uint64(0)
		for _, m := range messages {
			if m.seq <= last || m.v != reference[m.seq] {
				t.Fatalf("subscriber %d: message %d is %v after %d, others saw %v", i, m.seq, m.v, last, reference[m.seq])
			}
			last = m.seq
		}
		if i%3 == 0 && len(messages) != publishers*each {
			t.Errorf("subscriber %d has %d messages", i, len(messages))
		}
	}
}

func TestVisible(t *testing.T) {
	topic := fanout.New[int](fanout.Options{Name: "news", Log: 10})
	sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{Name: "reader", Buffer: 5, WhenFull: fanout.DropOldest})
	publish(t, topic, 1, 3)
	nodes := func() (all []string) {
		for _, n := range watch.Snapshot().All {
			if n.Kind == "fanout" {
				all = append(all, fmt.Sprintf("%s in %d, out %d, queue %d/%d", n.Name, n.In, n.Out, n.Queue, n.QueueCap))
			}
		}
		return all
	}
	want := []string{"news in 3, out 3, queue 3/10", "reader in 3, out 0, queue 3/5"}
	if diff := cmp.Diff(want, nodes()); diff != "" {
		t.Error(diff)
	}
	read(t, sub, 1)
	topic.Close()
	if diff := cmp.Diff([]string(nil), nodes()); diff != "" {
		t.Error(diff)
	}
}

func TestMisuse(t *testing.T) {
	topic := fanout.New[int](fanout.Options{})
	defer topic.Close()
	for want, misuse := range map[string]func(){
		"fanout: negative log":    func() { fanout.New[int](fanout.Options{Log: -1}) },
		"fanout: negative buffer": func() { topic.Subscribe(t.Context(), fanout.SubscribeOptions{Buffer: -1}) },
		"fanout: unknown policy":  func() { topic.Subscribe(t.Context(), fanout.SubscribeOptions{WhenFull: 9}) },
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("recovered %v, want %s", r, want)
				}
			}()
			misuse()
		}()
	}
}
