//go:build linux

// Command clock measures `baton clock` under many clients: how late each line is,
// what the server takes of a core, and how much memory for each client.
//
//	go build -o /tmp/baton ./cmd/baton
//	cd bench && go run ./clock -baton /tmp/baton -n 10000 -seconds 20 -stuck 100
//
// It starts the server as a process of its own, on a free port of loopback, and is
// the clients itself. A line's lateness is counted from the full second that the
// line tells to when the kernel had it for the client, and to when the client had
// read it. The clients share the machine with the server, so the second of these
// says as much about them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

type options struct {
	baton   string
	args    string
	clients int
	stuck   int
	settle  time.Duration
	length  time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.baton, "baton", "baton", "the `program` to measure")
	flag.StringVar(&o.args, "args", "", "more `arguments` for baton clock, separated by spaces")
	flag.IntVar(&o.clients, "n", 10_000, "how many clients read the lines")
	flag.IntVar(&o.stuck, "stuck", 0, "how many more never read")
	flag.DurationVar(&o.settle, "settle", 5*time.Second, "time to wait after the last client has connected")
	seconds := flag.Int("seconds", 20, "how long to measure")
	header := flag.Bool("header", true, "print the head of the table")
	flag.Parse()
	o.length = time.Duration(*seconds) * time.Second
	r, err := run(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "clock:", err)
		os.Exit(1)
	}
	if *header {
		fmt.Println("| clients | stuck | lines | lost | arrival: p50, p99, max | read: p50, p99, max | CPU of one core | memory per client |")
		fmt.Println("|---|---|---|---|---|---|---|---|")
	}
	fmt.Println(r)
	if r.lost > 0 {
		os.Exit(1)
	}
}

// A result is what one run has measured.
type result struct {
	options
	lines, lost   int
	starved       int // of the stuck clients, those whose line was at a standstill
	arrival, read late
	cpu           time.Duration
	wall          time.Duration
	memory        int64 // bytes for all clients
}

func (r result) String() string {
	stuck := fmt.Sprint(r.stuck)
	if r.stuck > 0 {
		stuck = fmt.Sprintf("%d (%d at a standstill)", r.stuck, r.starved)
	}
	return fmt.Sprintf("| %d | %s | %d | %d | %s | %s | %.1f %% | %.2f kB |",
		r.clients, stuck, r.lines, r.lost, r.arrival, r.read,
		100*r.cpu.Seconds()/r.wall.Seconds(), float64(r.memory)/1000/float64(r.clients+r.stuck))
}

func run(o options) (result, error) {
	r := result{options: o}
	s, err := startServer(o)
	if err != nil {
		return r, err
	}
	defer s.stop()
	before, err := s.memory()
	if err != nil {
		return r, err
	}
	cs, err := connect(s.addr, o)
	if err != nil {
		return r, err
	}
	defer cs.close()
	if err := cs.follow(time.Now().Add(o.settle), nil); err != nil {
		return r, err
	}

	// From between two full seconds to between two others.
	if err := cs.follow(between(time.Now()), nil); err != nil {
		return r, err
	}
	waiting := cs.unread()
	began := time.Now()
	cpu, err := s.cpu()
	if err != nil {
		return r, err
	}
	if err := cs.follow(began.Add(o.length), &r); err != nil {
		return r, err
	}
	r.wall = time.Since(began)
	after, err := s.cpu()
	if err != nil {
		return r, err
	}
	r.cpu = after - cpu
	for i, n := range cs.unread() {
		if n == waiting[i] && n > 0 {
			r.starved++
		}
	}
	memory, err := s.memory()
	r.memory = memory - before
	r.lost = o.clients*int(o.length/time.Second) - r.lines
	if r.lost < 0 {
		err = errors.Join(err, errors.New("more lines than seconds"))
	}
	return r, err
}

// between returns the next moment that is half a second after a full one.
func between(t time.Time) time.Time {
	return t.Add(time.Second / 2).Truncate(time.Second).Add(time.Second / 2)
}
