//go:build linux

package main

import "strings"

// A row is a load, under which ours is compared with a peer.
type row struct {
	what    string
	ours    contender
	peer    string // "": there is none
	theirs  contender
	figures []figure
}

// A contender is a server and what it is put under.
type contender struct {
	server string   // memory and data are baton's, without and with a store
	load   []string // arguments of baton chat bench
}

// A figure is one of the results.
type figure struct {
	name   string
	format string
	get    func(result) float64
	alone  bool // the peer has none
}

var (
	deliveries = figure{"deliveries a second", "%.0f", func(r result) float64 { return float64(r.Deliveries) / r.Seconds }, false}
	messages   = figure{"messages a second", "%.0f", func(r result) float64 { return float64(r.Messages) / r.Seconds }, false}
	cpu        = figure{"CPU per delivery, µs", "%.2f", func(r result) float64 { return r.Server.CPU * 1e6 / float64(max(r.Deliveries, 1)) }, false}
	allP50     = figure{"to all, p50, ms", "%.1f", func(r result) float64 { return r.Latency.AllP50 * 1e3 }, false}
	allP99     = figure{"to all, p99, ms", "%.1f", func(r result) float64 { return r.Latency.AllP99 * 1e3 }, false}
	joined     = figure{"until all are in, s", "%.2f", func(r result) float64 { return r.Join }, false}
	connected  = figure{"until all have their names, s", "%.1f", func(r result) float64 { return r.Connect }, false}
	perClient  = figure{"memory per client, kB", "%.1f", func(r result) float64 {
		before := r.Server.Memory - r.Server.MemoryPerClient*r.Clients
		return float64(r.Server.Held-before) / float64(r.Clients) / 1e3
	}, false}
	noticedAfter = figure{"noticed after, s", "%.1f", func(r result) float64 { return r.noticed.seconds }, true}
	noticedBytes = figure{"and so much for each member, kB", "%.0f", func(r result) float64 { return r.noticed.bytes / 1e3 }, true}
)

// under returns a contender under a load.
func under(server, load string) contender {
	return contender{server: server, load: strings.Fields(load)}
}

const (
	room   = "-c 300 -m 10000"
	paced  = "-c 300 -m 250 --rate 50"
	idle   = "-c 9500 -m 0 --room= --hold 12s"
	join   = "-c 1000 -m 0"
	steady = "-c 100 -m 5000 --rate 500 --size 300"
	store  = "-c 64 -s 64 -m 60000 --window "
)

var rows = []row{
	{"pipelined room of 300", under("memory", room), "ngircd", under("ngircd", room), []figure{deliveries, cpu}},
	{"the same, stored", under("data", room), "ngircd", under("ngircd", room), []figure{deliveries, cpu}},
	{"the same over WebSocket", under("memory", room+" -p websocket"), "", contender{}, []figure{deliveries, cpu}},
	{"50 messages a second to 300", under("memory", paced), "ngircd", under("ngircd", paced), []figure{allP50, allP99, cpu}},
	{"50 messages a second to 300, stored", under("data", paced), "ngircd", under("ngircd", paced), []figure{allP50, allP99, cpu}},
	{"idle IRC clients", under("memory", idle), "ngircd", under("ngircd", idle), []figure{perClient, connected}},
	{"idle WebSocket clients", under("memory", idle+" -p websocket"), "", contender{}, []figure{perClient, connected}},
	{"1,000 join a room at once", under("memory", join), "ngircd", under("ngircd", join), []figure{joined}},
	{"1,000 join a room at once over WebSocket", under("memory", join+" -p websocket"), "", contender{}, []figure{joined}},
	{"64 who wait for each message to be stored", under("data", store+"1"), "", contender{}, []figure{messages, allP99}},
	{"64 with 8 messages on the way", under("data", store+"8"), "", contender{}, []figure{messages, allP99}},
	{"one of 101 does not read", under("memory", steady+" --stuck 1"), "all read", under("memory", steady), []figure{allP50, allP99, noticedAfter, noticedBytes}},
}
