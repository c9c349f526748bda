package main

import (
	"sync"

	"github.com/samber/lo"

	"baton/fanout"
)

const subscribers = 300

var fanoutRows = []row{
	{
		what:  "fanout: a message to 300 subscribers",
		ours:  contender{"fanout", publish},
		peers: []contender{{"loop over channels, buffers of 256", sendToAll}, {"lo.FanOut, buffers of 256", loFanOut}},
	},
}

func publish(n int) {
	topic := fanout.New[int](fanout.Options{})
	var wg sync.WaitGroup
	for range subscribers {
		sub := topic.Subscribe(background, fanout.SubscribeOptions{Buffer: 256})
		wg.Go(func() {
			for range sub.All() {
			}
		})
	}
	for i := range n {
		topic.Publish(background, i)
	}
	topic.Close()
	wg.Wait()
}

func sendToAll(n int) {
	var wg sync.WaitGroup
	var channels []chan int
	for range subscribers {
		ch := make(chan int, 256)
		channels = append(channels, ch)
		wg.Go(func() {
			for range ch {
			}
		})
	}
	for i := range n {
		for _, ch := range channels {
			ch <- i
		}
	}
	for _, ch := range channels {
		close(ch)
	}
	wg.Wait()
}

func loFanOut(n int) {
	in := make(chan int, 256)
	var wg sync.WaitGroup
	for _, ch := range lo.FanOut(subscribers, 256, in) {
		wg.Go(func() {
			for range ch {
			}
		})
	}
	for i := range n {
		in <- i
	}
	close(in)
	wg.Wait()
}
