package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/samber/lo"

	"baton/fanout"
)

// A topic sends numbers to listeners, each of which may be behind by 16.
type topic struct {
	publish func(int)
	listen  []func(each func(int) bool) // calls each with what comes, until it returns false or the topic is closed
	close   func()
}

// A newTopic makes one with some listeners.
type newTopic func(listeners int) topic

var fanoutContenders = []contender[newTopic]{
	{"fanout", func(listeners int) topic {
		t := fanout.New[int](fanout.Options{})
		var listen []func(func(int) bool)
		for range listeners {
			sub := t.Subscribe(context.Background(), fanout.SubscribeOptions{Buffer: 16, WhenFull: fanout.DropOldest})
			listen = append(listen, func(each func(int) bool) {
				for _, v := range sub.All() {
					if !each(v) {
						return
					}
				}
			})
		}
		return topic{func(v int) { t.Publish(context.Background(), v) }, listen, t.Close}
	}},
	{"a loop over channels", func(listeners int) topic {
		var channels []chan int
		for range listeners {
			channels = append(channels, make(chan int, 16))
		}
		return topic{func(v int) {
			for _, ch := range channels {
				ch <- v
			}
		}, receive(channels), func() {
			for _, ch := range channels {
				close(ch)
			}
		}}
	}},
	{"lo.FanOut", func(listeners int) topic {
		in := make(chan int)
		return topic{func(v int) { in <- v }, receive(lo.FanOut(listeners, 16, in)), func() { close(in) }}
	}},
}

// receive returns listeners that receive from channels.
func receive[C chan int | <-chan int](channels []C) (listen []func(func(int) bool)) {
	for _, ch := range channels {
		listen = append(listen, func(each func(int) bool) {
			for v := range (<-chan int)(ch) {
				if !each(v) {
					return
				}
			}
		})
	}
	return listen
}

var fanoutCases = []testCase[newTopic]{
	{"a listener that is stuck stops nobody", fanoutStuck},
	{"a listener that has left stops nobody", fanoutLeft},
	{"all see the messages of two publishers in one order", fanoutOrder},
}

func fanoutStuck(make newTopic) string {
	t := make(2)
	go t.listen[0](func(int) bool { select {} })
	return othersGet(t)
}

func fanoutLeft(make newTopic) string {
	t := make(2)
	go t.listen[0](func(int) bool { return false })
	return othersGet(t)
}

// othersGet publishes 100 messages that the second listener of t should get. It
// keeps pace, so that nothing but the first listener can be what stops it.
func othersGet(t topic) string {
	const messages = 100
	got := make(chan int, messages)
	go t.listen[1](func(v int) bool { got <- v; return true })
	for i := range messages {
		if !within(long, func() { t.publish(i) }) {
			return "all stand still"
		}
		select {
		case v := <-got:
			if v != i {
				return "messages lost"
			}
		case <-time.After(long):
			return "all stand still"
		}
	}
	return ""
}

func fanoutOrder(make newTopic) string {
	const listeners, each = 4, 2000
	t := make(listeners)
	got := [listeners][]int{}
	var listening, publishing sync.WaitGroup
	for i, listen := range t.listen {
		listening.Go(func() { listen(func(v int) bool { got[i] = append(got[i], v); return true }) })
	}
	for p := range 2 {
		publishing.Go(func() {
			for i := range each {
				t.publish(p*each + i)
				if i%8 == 0 {
					time.Sleep(10 * time.Microsecond) // few fall behind
				}
			}
		})
	}
	publishing.Wait()
	t.close()
	listening.Wait()
	for _, other := range got[1:] {
		if !slices.Equal(among(got[0], other), among(other, got[0])) {
			return "different orders"
		}
	}
	return ""
}

// among returns what list and other have in common, in the order of list.
func among(list, other []int) (common []int) {
	has := make(map[int]bool)
	for _, v := range other {
		has[v] = true
	}
	for _, v := range list {
		if has[v] {
			common = append(common, v)
		}
	}
	return common
}
