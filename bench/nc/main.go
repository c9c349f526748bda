//go:build unix

// Command nc compares baton nc with other netcats: whole processes, both ends of one
// program, over loopback, in pairs. It prints a Markdown table.
//
//	go build -o /tmp/baton baton/cmd/baton && go run ./nc -baton /tmp/baton
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

func main() {
	baton := flag.String("baton", "baton", "the `program` to measure")
	size := flag.Int64("size", 2<<30, "`bytes` to transfer")
	rounds := flag.Int("rounds", 5, "pairs for each peer")
	dir := flag.String("dir", os.TempDir(), "where the file is made")
	only := flag.String("run", "", "only rows that match this `pattern`: file nc, pipe socat, …")
	flag.Parse()
	if err := run(*baton, *size, *rounds, *dir, *only); err != nil {
		fmt.Fprintln(os.Stderr, "nc:", err)
		os.Exit(1)
	}
}

func run(baton string, size int64, rounds int, dir, only string) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, fmt.Sprintf("baton-bench-nc-%d", size))
	if err := makeFile(file, size); err != nil {
		return err
	}
	all := tools(baton)
	ours := all[0]
	fmt.Printf("%s/%s, %d processors, %.1f GiB, medians of %d pairs; seconds of both ends, of the sender alone in brackets.\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), float64(size)/(1<<30), rounds)
	fmt.Println("| from, to | peer | ours GiB/s | theirs GiB/s | speed ours / theirs (min-max) | CPU ours | CPU theirs | CPU ours / theirs (min-max) |")
	fmt.Println("|---|---|--:|--:|--:|--:|--:|--:|")
	for _, s := range scenarios {
		for _, peer := range all[1:] {
			if !pattern.MatchString(s.name + " " + peer.name) {
				continue
			}
			ps, err := pairs(s, ours, peer, file, size, rounds)
			if err != nil {
				return err
			}
			row(s, peer, size, ps)
		}
	}
	fmt.Println("\nCommands:")
	for _, t := range all {
		fmt.Printf("\n- %s %s: `%s`, `%s`", t.name, t.version, strings.Join(t.argv(t.receive, "PORT"), " "), strings.Join(t.argv(t.send, "PORT"), " "))
	}
	fmt.Print("\n\nWith files, the sender has the file for its standard input and the receiver /dev/null for its output; with pipes, `cat FILE |` and `| cat >/dev/null`, whose time doesn't count as CPU.\n")
	return nil
}

// makeFile makes a file of random bytes, once, and reads it, so that it is in memory.
func makeFile(path string, size int64) error {
	if info, err := os.Stat(path); err != nil || info.Size() != size {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(f, rand.NewChaCha8([32]byte{1}), size); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

// A pair is one transfer by ours, and the one by the peer that followed.
type pair struct{ ours, theirs cost }

func pairs(s scenario, ours, theirs tool, file string, size int64, rounds int) ([]pair, error) {
	var all []pair
	for i := range rounds + 1 {
		var p pair
		var err error
		if p.ours, err = transfer(s, ours, file, size); err != nil {
			return nil, fmt.Errorf("%s: %w", ours.name, err)
		}
		if p.theirs, err = transfer(s, theirs, file, size); err != nil {
			return nil, fmt.Errorf("%s: %w", theirs.name, err)
		}
		if i > 0 { // the first is to warm up
			all = append(all, p)
		}
	}
	return all, nil
}

func row(s scenario, peer tool, size int64, ps []pair) {
	speed := func(c cost) float64 { return float64(size) / (1 << 30) / c.wall.Seconds() }
	cpu := func(c cost) float64 { return (c.sender + c.receiver).Seconds() }
	fmt.Printf("| %s | %s | %.2f | %.2f | %s | %.2f (%.2f) | %.2f (%.2f) | %s |\n", s.name, peer.name,
		median(ps, func(p pair) float64 { return speed(p.ours) }),
		median(ps, func(p pair) float64 { return speed(p.theirs) }),
		spread(ps, func(p pair) float64 { return speed(p.ours) / speed(p.theirs) }),
		median(ps, func(p pair) float64 { return cpu(p.ours) }),
		median(ps, func(p pair) float64 { return p.ours.sender.Seconds() }),
		median(ps, func(p pair) float64 { return cpu(p.theirs) }),
		median(ps, func(p pair) float64 { return p.theirs.sender.Seconds() }),
		spread(ps, func(p pair) float64 { return cpu(p.ours) / cpu(p.theirs) }))
}

func values(ps []pair, of func(pair) float64) []float64 {
	var vs []float64
	for _, p := range ps {
		vs = append(vs, of(p))
	}
	slices.Sort(vs)
	return vs
}

func median(ps []pair, of func(pair) float64) float64 { return values(ps, of)[len(ps)/2] }

func spread(ps []pair, of func(pair) float64) string {
	vs := values(ps, of)
	return fmt.Sprintf("**%.2f** (%.2f-%.2f)", vs[len(vs)/2], vs[0], vs[len(vs)-1])
}
