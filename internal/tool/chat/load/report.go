package load

import (
	"fmt"
	"slices"
	"time"

	"baton/internal/ui"
)

// A usage is what the server had used at a moment.
type usage struct {
	known  bool
	cpu    time.Duration
	memory int64 // resident bytes
}

// A report is the figures of a run. Durations in JSON are seconds.
type report struct {
	Partial  bool
	Clients  int
	Messages int64
	Connect  time.Duration // until all had their names
	Join     time.Duration // until all were in the room

	Deliveries int64
	Lost       int64
	Took       time.Duration    // from the first message to the last delivery
	Each, All  [2]time.Duration // p50 and p99, to each member and to the last one
	Worst      time.Duration

	Known           bool          // whether the server was measured
	CPU             time.Duration // while messages went
	Memory          int64         // resident bytes after joining
	MemoryPerClient int64
	Held            int64 // resident bytes at the end
}

func (r *report) begin(o Options, before, joined usage) {
	r.Clients = o.Clients
	r.Known = joined.known
	r.Memory = joined.memory
	r.MemoryPerClient = (joined.memory - before.memory) / int64(o.Clients+o.Stuck)
	r.Held = joined.memory
}

func (r *report) sent(b *board, took time.Duration, before, after usage) {
	r.Messages = b.sent.Load()
	r.Deliveries = b.arrived.Load()
	r.Lost = b.lost()
	r.Took = took
	all := b.toAll()
	slices.Sort(all)
	for i, q := range []float64{0.5, 0.99} {
		r.Each[i] = b.each.quantile(q)
		if len(all) > 0 {
			r.All[i] = time.Duration(all[min(int(q*float64(len(all))), len(all)-1)])
		}
	}
	if len(all) > 0 {
		r.Worst = time.Duration(all[len(all)-1])
	}
	r.CPU = after.cpu - before.cpu
	r.Held = after.memory
}

func (r *report) held(u usage) {
	if u.known {
		r.Held = u.memory
	}
}

func (r *report) print(s *ui.Streams, asJSON bool) error {
	if asJSON {
		s.Out.JSON(r.json())
		return nil
	}
	t := s.Out.Table(ui.Column{}, ui.Column{Right: true})
	row := func(name, format string, args ...any) { t.Row(name, fmt.Sprintf(format, args...)) }
	row("clients", "%d", r.Clients)
	row("connected in", "%.3f s", r.Connect.Seconds())
	row("joined in", "%.3f s", r.Join.Seconds())
	if r.Known {
		row("memory", "%.1f MB", float64(r.Memory)/1e6)
		row("memory per client", "%.1f kB", float64(r.MemoryPerClient)/1e3)
	}
	if r.Messages > 0 {
		row("messages", "%d", r.Messages)
		row("messages a second", "%.0f", float64(r.Messages)/r.Took.Seconds())
		row("deliveries", "%d", r.Deliveries)
		row("deliveries a second", "%.0f", float64(r.Deliveries)/r.Took.Seconds())
		row("to each, p50 and p99", "%s %s", ms(r.Each[0]), ms(r.Each[1]))
		row("to all, p50 and p99", "%s %s", ms(r.All[0]), ms(r.All[1]))
		row("to all, the slowest", "%s", ms(r.Worst))
	}
	if r.Messages > 0 && r.Known {
		row("CPU", "%.2f s", r.CPU.Seconds())
		row("CPU per delivery", "%.2f µs", float64(r.CPU.Microseconds())/float64(max(r.Deliveries, 1)))
	}
	if r.Known {
		row("memory at the end", "%.1f MB", float64(r.Held)/1e6)
	}
	if r.Lost > 0 {
		row("deliveries missing", "%d", r.Lost)
	}
	if r.Partial {
		row("partial", "yes")
	}
	return t.Flush()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1e3) }

// json returns the shape that docs/json.md describes.
func (r *report) json() any {
	type server struct {
		CPU             float64 `json:"cpu_seconds"`
		Memory          int64   `json:"memory_bytes"`
		MemoryPerClient int64   `json:"memory_bytes_per_client"`
		Held            int64   `json:"memory_bytes_at_end"`
	}
	type latency struct {
		EachP50 float64 `json:"each_p50_seconds"`
		EachP99 float64 `json:"each_p99_seconds"`
		AllP50  float64 `json:"all_p50_seconds"`
		AllP99  float64 `json:"all_p99_seconds"`
		AllMax  float64 `json:"all_max_seconds"`
	}
	out := struct {
		Partial    bool     `json:"partial"`
		Clients    int      `json:"clients"`
		Connect    float64  `json:"connect_seconds"`
		Join       float64  `json:"join_seconds"`
		Messages   int64    `json:"messages"`
		Deliveries int64    `json:"deliveries"`
		Lost       int64    `json:"deliveries_missing"`
		Seconds    float64  `json:"seconds"`
		Latency    *latency `json:"latency,omitempty"`
		Server     *server  `json:"server,omitempty"`
	}{
		r.Partial, r.Clients, r.Connect.Seconds(), r.Join.Seconds(),
		r.Messages, r.Deliveries, r.Lost, r.Took.Seconds(), nil, nil,
	}
	if r.Messages > 0 {
		out.Latency = &latency{r.Each[0].Seconds(), r.Each[1].Seconds(), r.All[0].Seconds(), r.All[1].Seconds(), r.Worst.Seconds()}
	}
	if r.Known {
		out.Server = &server{r.CPU.Seconds(), r.Memory, r.MemoryPerClient, r.Held}
	}
	return out
}
