//go:build linux

// Command clock measures `baton clock` under many clients: how far from its second
// each line comes, what the server takes of a core, and how much memory for each
// client.
//
//	go build -o /tmp/baton ./cmd/baton
//	cd bench && go build -o /tmp/clock ./clock && /tmp/clock -baton /tmp/baton -bare -rounds 3
//	/tmp/clock -baton /tmp/baton -stuck 100 -pad 240 -settle 20s
//
// It starts the server as a process of its own, on a free port of loopback, and is
// the clients itself. A line's distance is counted from the full second that the
// line tells to when the kernel had it for the client, by the kernel's own stamp,
// and to when the client had read it. The clients share the machine with the
// server, so the second of these says as much about them; with -late they sleep
// while lines come, as clients elsewhere would do for this machine.
//
// With -bare, a server that does nothing but the system's calls is measured in turn
// with baton, which tells how much of it all is the system's. Stuck clients have as
// little room as the kernel gives; with -pad the lines are so long that it is full
// after a few seconds.
//
// The last column is what other programs took of the machine meanwhile. Where that
// is more than a few percent, the distances say little.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

type options struct {
	baton   string
	args    string
	clients int
	stuck   int
	pad     int
	late    bool
	settle  time.Duration
	length  time.Duration
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == bareWord {
		fail(serveBare())
	}
	var o options
	flag.StringVar(&o.baton, "baton", "baton", "the `program` to measure")
	flag.StringVar(&o.args, "args", "", "more `arguments` for baton clock, separated by spaces")
	flag.IntVar(&o.clients, "n", 10_000, "how many clients read the lines")
	flag.IntVar(&o.stuck, "stuck", 0, "how many more never read")
	flag.IntVar(&o.pad, "pad", 0, "make the lines longer by so many `bytes`")
	flag.BoolVar(&o.late, "late", false, "read the lines only when all have come")
	flag.DurationVar(&o.settle, "settle", 5*time.Second, "time to wait after the last client has connected")
	seconds := flag.Int("seconds", 20, "how long to measure")
	rounds := flag.Int("rounds", 1, "how often")
	bare := flag.Bool("bare", false, "measure a server that does the least possible in turn with it")
	flag.Parse()
	o.length = time.Duration(*seconds) * time.Second

	fmt.Println("| server | clients | stuck | lost | arrival: min, p50, p99, max | seconds within 50 ms | read: min, p50, p99, max | CPU of one core | memory per client | others' CPU |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	lost := 0
	var share []float64
	for range *rounds {
		r := measure(o)
		lost += r.lost
		if *bare {
			least := o
			least.baton = ""
			share = append(share, r.core()/measure(least).core())
		}
	}
	if len(share) > 0 {
		slices.SortFunc(share, cmp.Compare[float64])
		fmt.Printf("\nCPU beside that of the bare server: %.2f (%.2f to %.2f)\n", share[len(share)/2], share[0], share[len(share)-1])
	}
	if lost > 0 {
		os.Exit(1)
	}
}

// measure runs once and prints the row.
func measure(o options) result {
	r, err := run(o)
	fail(err)
	fmt.Println(r)
	return r
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "clock:", err)
		os.Exit(1)
	}
}
