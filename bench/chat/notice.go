//go:build linux

package main

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// A notice says when a server noticed that a client does not read.
type notice struct {
	seconds float64 // since the first message
	bytes   float64 // written to all clients since then, later to each
}

// A watcher reads a server's metrics, until it has noticed.
type watcher struct {
	quit   chan struct{}
	result chan notice
}

// pause is how often the metrics are read.
const pause = 50 * time.Millisecond

func watch(url string) *watcher {
	w := &watcher{make(chan struct{}), make(chan notice, 1)}
	go func() { w.result <- w.run(url) }() // ends with quit
	return w
}

// stop returns what was seen, with bytes for each of so many clients.
func (w *watcher) stop(clients int64) notice {
	close(w.quit)
	n := <-w.result
	n.bytes /= float64(max(clients, 1))
	return n
}

func (w *watcher) run(url string) (n notice) {
	var begin time.Time
	var before float64
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-w.quit:
			return n
		case <-tick.C:
		}
		m := metrics(url)
		if m["messages_total"] == 0 {
			begin, before = time.Now(), m["written_bytes_total"]
		}
		if n.seconds == 0 && m["clients_slowed_total"] > 0 {
			n = notice{time.Since(begin).Seconds(), m["written_bytes_total"] - before}
		}
	}
}

var line = regexp.MustCompile(`(?m)^baton_chat_(\w+) (\S+)$`)

// metrics returns the values without labels; none when the server doesn't answer.
func metrics(url string) map[string]float64 {
	all := map[string]float64{}
	resp, err := http.Get(url)
	if err != nil {
		return all
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return all
	}
	for _, m := range line.FindAllSubmatch(text, -1) {
		if v, err := strconv.ParseFloat(string(m[2]), 64); err == nil {
			all[string(m[1])] = v
		}
	}
	return all
}
