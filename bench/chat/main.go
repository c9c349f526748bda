//go:build linux

// Chat compares baton chat serve with ngircd, under the load of baton chat bench, which
// speaks to both. The servers are started anew for each turn and take turns. It prints a
// Markdown table; ratios are medians over the rounds.
//
//	go build -o baton ./cmd/baton && cd bench && go run ./chat -baton ../baton
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

func main() {
	baton := flag.String("baton", "baton", "the `program` to compare")
	rounds := flag.Int("rounds", 5, "turns of each server")
	only := flag.String("run", "", "only rows that match this `pattern`")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	fail(err)
	dir, err := os.MkdirTemp("", "chat")
	fail(err)
	defer os.RemoveAll(dir)
	b := &bench{baton: *baton, dir: dir}

	fmt.Printf("%s, %s/%s, %d CPUs shared by server and load, %d rounds; %s; %s\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds, version(*baton), version("ngircd"))
	fmt.Println("| load | figure | baton chat | peer | the peer's | ratio (min-max) |")
	fmt.Println("|---|---|--:|---|--:|--:|")
	var commands []string
	for _, r := range rows {
		if pattern.MatchString(r.what) {
			b.compare(r, *rounds)
			commands = append(commands, fmt.Sprintf("- %s: `baton chat bench %s`", r.what, strings.Join(r.ours.load, " ")))
		}
	}
	fmt.Printf("\n%s\n", strings.Join(commands, "\n"))
}

// compare runs the turns of a row and prints its lines.
func (b *bench) compare(r row, rounds int) {
	var ours, theirs []result
	for range rounds {
		ours = append(ours, b.turn(r.ours))
		if r.peer != "" {
			theirs = append(theirs, b.turn(r.theirs))
		}
	}
	failed := 0
	for _, other := range theirs {
		if other.failed {
			failed++
		}
	}
	for _, f := range r.figures {
		mine, other := each(ours, f.get), each(theirs, f.get)
		peer, figure, ratio := "", "", ""
		switch {
		case r.peer == "" || f.alone:
		case failed > 0:
			peer, figure = r.peer, fmt.Sprintf("failed in %d of %d", failed, rounds)
		default:
			var ratios []float64
			for i := range mine {
				ratios = append(ratios, mine[i]/other[i])
			}
			slices.Sort(ratios)
			peer, figure = r.peer, fmt.Sprintf(f.format, median(other))
			ratio = fmt.Sprintf("%.2f (%.2f-%.2f)", median(ratios), ratios[0], ratios[len(ratios)-1])
		}
		fmt.Printf("| %s | %s | %s | %s | %s | %s |\n", r.what, f.name, fmt.Sprintf(f.format, median(mine)), peer, figure, ratio)
	}
}

func each(list []result, get func(result) float64) (all []float64) {
	for _, r := range list {
		all = append(all, get(r))
	}
	return all
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// version returns the first line that a program says about itself.
func version(program string) string {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return program + " is missing"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}
