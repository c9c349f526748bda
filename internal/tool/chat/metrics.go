package chat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"baton/internal/tool/chat/room"
)

// counts are the connections since the start, by what their clients speak.
type counts struct {
	plain, irc, http, tls, refused atomic.Uint64
}

// metricsTimeout is how long the hub may take to count.
const metricsTimeout = 5 * time.Second

// metrics answers Prometheus, in its text format.
func (s *server) metrics(w http.ResponseWriter, r *http.Request) {
	if !s.opts.MetricsForAll && !local(r.RemoteAddr) {
		http.Error(w, "only for clients on this machine; see --metrics", http.StatusForbidden)
		return
	}
	// Package net/http takes the end of the client's half, such as that of nc -N, for
	// the client's leaving, and ends the request's context.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), metricsTimeout)
	defer cancel()
	var n room.Counts
	err := s.hub.Do(ctx, nil, func(tx *room.Tx) error { n = tx.Counts(); return nil })
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	s.writeMetrics(w, n)
}

// local reports whether an address is one of this machine's loopback.
func local(addr string) bool {
	ap, err := netip.ParseAddrPort(addr)
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func (s *server) writeMetrics(w io.Writer, n room.Counts) {
	st := s.hub.Stats()
	gauge := func(name, help string, v float64) { metric(w, "gauge", name, help, v) }
	counter := func(name, help string, v uint64) { metric(w, "counter", name+"_total", help, float64(v)) }

	gauge("uptime_seconds", "Seconds since the server started.", time.Since(s.started).Seconds())
	gauge("connections", "Chat connections that are open.", float64(st.Clients))
	gauge("clients", "Clients that have a name.", float64(n.Clients))
	gauge("rooms", "Rooms with members.", float64(n.Rooms))
	gauge("slow_clients", "Clients that do not take what is written to them.", float64(st.Slow))
	gauge("writers", "Goroutines that write to one client that cannot take it at once.", float64(st.Flushing))
	counter("events", "Events published.", st.Events)
	counter("messages", "Messages stored.", st.Stored)
	counter("messages_failed", "Messages that could not be stored and were refused.", st.Lost)
	counter("written_bytes", "Bytes written to clients.", st.Written)
	counter("presence_skipped", "Events about presence left out for slow clients.", st.Skipped)
	counter("gaps", "Times that a client had to go on from the store.", st.Gaps)
	counter("messages_caught_up", "Messages that slow clients got from the store.", st.CaughtUp)
	counter("clients_slowed", "Times that a client became slow.", st.Slowed)
	counter("flood_delays", "Times that a client was read from later because of a flood limit.", st.Delayed)
	counter("senders_held", "Times that a sender was held up because of delivery.", st.Held)

	fmt.Fprintln(w, "# HELP baton_chat_connections_total Connections by what their clients speak.")
	fmt.Fprintln(w, "# TYPE baton_chat_connections_total counter")
	for _, c := range []struct {
		protocol string
		n        *atomic.Uint64
	}{{"plain", &s.conns.plain}, {"irc", &s.conns.irc}, {"http", &s.conns.http}, {"tls", &s.conns.tls}, {"refused", &s.conns.refused}} {
		fmt.Fprintf(w, "baton_chat_connections_total{protocol=%q} %d\n", c.protocol, c.n.Load())
	}

	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gauge("goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	gauge("heap_bytes", "Bytes of live and not yet swept objects.", float64(m.HeapAlloc))
	gauge("stack_bytes", "Bytes of goroutine stacks.", float64(m.StackInuse))
	gauge("system_bytes", "Bytes obtained from the system.", float64(m.Sys))
}

func metric(w io.Writer, kind, name, help string, v float64) {
	fmt.Fprintf(w, "# HELP baton_chat_%s %s\n# TYPE baton_chat_%s %s\nbaton_chat_%s %v\n", name, help, name, kind, name, v)
}
