package main

import (
	"sync"

	"baton/monitor"
)

var monitorRows = []row{
	{
		what:  "monitor: a call, 2 callers",
		ours:  contender{"monitor", monitorCalls},
		peers: []contender{{"request and response channels", channelCalls}},
	},
}

func monitorCalls(n int) {
	m := monitor.New(0, monitor.Options[int]{})
	defer m.Close()
	twoCallers(n, func() {
		monitor.Call(background, m, func(n *int) (int, error) { *n++; return *n, nil })
	})
}

func channelCalls(n int) {
	type request struct{ response chan int }
	requests := make(chan request)
	go func() {
		n := 0
		for r := range requests {
			n++
			r.response <- n
		}
	}()
	defer close(requests)
	twoCallers(n, func() {
		response := make(chan int)
		requests <- request{response}
		<-response
	})
}

// twoCallers calls fn n times from two goroutines.
func twoCallers(n int, fn func()) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range (n + 1) / 2 {
				fn()
			}
		})
	}
	wg.Wait()
}
