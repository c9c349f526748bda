package main

import (
	"fmt"
	"sync"

	"baton/monitor"
)

var monitorRows = []row{
	monitorRow(1), monitorRow(2), monitorRow(16),
}

// monitorRow is a row for that many callers: a lone one waits for each call's whole
// way, many keep the monitor's goroutine busy.
func monitorRow(callers int) row {
	what := fmt.Sprintf("monitor: a call, %d callers", callers)
	if callers == 1 {
		what = "monitor: a call, 1 caller"
	}
	return row{
		what:  what,
		ours:  contender{"monitor", func(n int) { monitorCalls(callers, n) }},
		peers: []contender{{"request and response channels", func(n int) { channelCalls(callers, n) }}},
	}
}

func monitorCalls(callers, n int) {
	m := monitor.New(0, monitor.Options[int]{})
	defer m.Close()
	share(callers, n, func() {
		monitor.Call(background, m, func(n *int) (int, error) { *n++; return *n, nil })
	})
}

// channelCalls is a goroutine written by hand, which takes requests that each bring a
// channel for the response.
func channelCalls(callers, n int) {
	type request struct{ response chan int }
	requests := make(chan request)
	go func() { // ends when requests is closed
		n := 0
		for r := range requests {
			n++
			r.response <- n
		}
	}()
	defer close(requests)
	share(callers, n, func() {
		response := make(chan int)
		requests <- request{response}
		<-response
	})
}

// share calls fn n times or a few more from that many goroutines.
func share(callers, n int, fn func()) {
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range (n + callers - 1) / callers {
				fn()
			}
		})
	}
	wg.Wait()
}
