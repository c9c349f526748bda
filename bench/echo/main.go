//go:build unix

// Echo compares echo servers: a number of connections, on each of which a message
// goes there and back, and then the next. The servers are started anew for each
// round and take turns, ours after each of the others. It prints a Markdown table;
// ratios are medians over the pairs.
//
//	go build -o baton ./cmd/baton && cd bench && go run ./echo -baton ../baton
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A contender is a server.
type contender struct {
	name    string
	version []string // the command that prints it
	argv    func(port string) []string
}

func main() {
	baton := flag.String("baton", "baton", "the `program` to compare")
	conns := flag.Int("conns", 50, "connections")
	size := flag.Int("size", 64, "bytes of a message")
	took := flag.Duration("time", 2*time.Second, "how long a server has its turn")
	rounds := flag.Int("rounds", 5, "pairs for each of the others")
	peers := flag.String("peers", "ncat,socat", "the others: ncat, socat, iocopy")
	flag.Parse()

	ours := contender{"baton reverb --plain", []string{*baton, "--version"}, func(port string) []string {
		return []string{*baton, "reverb", "--plain", "--tcp-only", "--listen", "127.0.0.1:" + port}
	}}
	known := map[string]contender{
		"ncat": {"ncat -k -e /bin/cat", []string{"ncat", "--version"}, func(port string) []string {
			return []string{"ncat", "-l", "-k", "-m", "1000", "-e", "/bin/cat", "127.0.0.1", port}
		}},
		"socat": {"socat TCP-LISTEN,fork EXEC:cat", []string{"socat", "-V"}, func(port string) []string {
			return []string{"socat", "TCP-LISTEN:" + port + ",fork,reuseaddr,bind=127.0.0.1,backlog=128", "EXEC:cat"}
		}},
		"iocopy": {"io.Copy (splice)", nil, func(port string) []string {
			return []string{os.Args[0], "serve", port}
		}},
	}
	if flag.Arg(0) == "serve" {
		fail(serveCopy(flag.Arg(1)))
		return
	}
	load := load{conns: *conns, size: *size, took: *took}
	fmt.Printf("%d connections, %d bytes, %v a turn, %d pairs; %s, %d CPUs shared by server and load; %s\n\n",
		*conns, *size, *took, *rounds, runtime.Version(), runtime.NumCPU(), version(ours))
	fmt.Println("| server | version | round trips/s | p50 | p99 | ours: round trips/s | p50 | p99 | ratio (min-max) | p99 ratio |")
	fmt.Println("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	for name := range strings.SplitSeq(*peers, ",") {
		peer, ok := known[name]
		if !ok {
			fail(fmt.Errorf("no server %q", name))
		}
		fail(compare(ours, peer, load, *rounds))
	}
}

// compare prints the row of a peer.
func compare(ours, peer contender, l load, rounds int) error {
	var mine, theirs []result
	for range rounds {
		for _, side := range []struct {
			c       contender
			results *[]result
		}{{peer, &theirs}, {ours, &mine}} {
			r, err := l.against(side.c)
			if err != nil {
				return fmt.Errorf("%s: %w", side.c.name, err)
			}
			*side.results = append(*side.results, r)
		}
	}
	var ratios, tails []float64
	for i := range rounds {
		ratios = append(ratios, mine[i].perSecond/theirs[i].perSecond)
		tails = append(tails, float64(mine[i].p99)/float64(theirs[i].p99))
	}
	slices.Sort(ratios)
	slices.Sort(tails)
	m, t := middle(mine), middle(theirs)
	fmt.Printf("| `%s` | %s | %.0f | %s | %s | %.0f | %s | %s | %.2f (%.2f-%.2f) | %.2f |\n", peer.name, version(peer),
		t.perSecond, micros(t.p50), micros(t.p99), m.perSecond, micros(m.p50), micros(m.p99),
		ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], tails[len(tails)/2])
	return nil
}

// middle returns the round with the median number of round trips.
func middle(all []result) result {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b result) int { return int(a.perSecond - b.perSecond) })
	return sorted[len(sorted)/2]
}

func micros(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

// version returns what a program says about itself, in a few words.
func version(c contender) string {
	if c.version == nil {
		return runtime.Version()
	}
	out, _ := exec.Command(c.version[0], c.version[1:]...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.ContainsAny(line, "0123456789") || strings.Contains(line, "devel") {
			line = strings.NewReplacer("Ncat: Version ", "", "socat version ", "", "( https://nmap.org/ncat )", "").Replace(line)
			line, _, _ = strings.Cut(line, " on ")
			return strings.TrimSpace(line)
		}
	}
	return "unknown"
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}
