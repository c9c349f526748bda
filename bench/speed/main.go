// Speed compares the blocks with what one would use instead, and prints a
// Markdown table of ratios. The contenders take turns, so that what disturbs the
// machine disturbs all; the median of the rounds counts.
//
//	go run ./speed -rounds 7
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"time"
)

// A row compares one block with its peers at one kind of work.
type row struct {
	what  string
	ours  contender
	peers []contender
}

// A contender does the work n times.
type contender struct {
	name string
	run  func(n int)
}

func main() {
	rounds := flag.Int("rounds", 7, "how often each contender has its turn")
	took := flag.Duration("time", 200*time.Millisecond, "how long a turn takes about")
	only := flag.String("run", "", "only rows that match this `pattern`")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(2)
	}
	fmt.Printf("%s, %s/%s, GOMAXPROCS %d, %d rounds\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), *rounds)
	fmt.Println("| what | ours | peer | theirs | ours / theirs (min-max) |")
	fmt.Println("|---|--:|---|--:|--:|")
	for _, r := range rows {
		if pattern.MatchString(r.what) {
			r.compare(*rounds, *took)
		}
	}
	if pattern.MatchString("latency") {
		printLatency()
	}
}

// compare runs all contenders of a row in turns and prints a line for each peer.
func (r row) compare(rounds int, took time.Duration) {
	all := append([]contender{r.ours}, r.peers...)
	n := make([]int, len(all))
	each := make([][]float64, len(all)) // ns for one piece of work, by contender and round
	for i, c := range all {
		n[i] = calibrate(c, took)
	}
	for range rounds {
		for i, c := range all {
			runtime.GC()
			each[i] = append(each[i], perItem(c, n[i]))
		}
	}
	for i, c := range all[1:] {
		var ratios []float64
		for k := range rounds {
			ratios = append(ratios, each[0][k]/each[i+1][k])
		}
		slices.Sort(ratios)
		fmt.Printf("| %s | %s | %s | %s | %.2f (%.2f-%.2f) |\n", r.what, format(median(each[0])), c.name, format(median(each[i+1])),
			median(ratios), ratios[0], ratios[len(ratios)-1])
	}
}

// calibrate finds how much work takes about as long as a turn should. A stall of the
// machine passes for work only if it comes twice.
func calibrate(c contender, took time.Duration) int {
	enough := took / 4
	for n := 1; ; n *= 4 {
		d := timed(c, n)
		if d >= enough {
			d = min(d, timed(c, n))
		}
		if d >= enough {
			return max(1, int(float64(n)*float64(took)/float64(d)))
		}
	}
}

func timed(c contender, n int) time.Duration {
	begin := time.Now()
	c.run(n)
	return time.Since(begin)
}

func perItem(c contender, n int) float64 {
	return float64(timed(c, n)) / float64(n)
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// format shows a number of nanoseconds.
func format(ns float64) string {
	switch {
	case ns < 10:
		return fmt.Sprintf("%.1f ns", ns)
	case ns < 10_000:
		return fmt.Sprintf("%.0f ns", ns)
	default:
		return fmt.Sprintf("%.1f µs", ns/1000)
	}
}
