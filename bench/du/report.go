package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A table is rows of cells under a heading.
type table struct {
	heading []string
	rows    [][]string
}

// pairsTable is the comparison: a row for each program, and what baton took in
// the runs beside it.
func pairsTable() *table {
	return &table{heading: []string{
		"program", "command", "wall s (min-max)", "CPU s", "peak MB",
		"baton: wall s", "CPU s", "peak MB", "wall ratio", "CPU ratio", "pairs",
	}}
}

// add adds the row of a program; the ratios are baton's share, below 1 where
// baton is better, each the median over the pairs.
func (t *table) add(p program, all []pair) {
	walls := sorted(all, func(p pair) time.Duration { return p.Theirs.Wall })
	t.rows = append(t.rows, []string{
		strings.TrimSpace(p.Name + " " + p.Version),
		p.String(),
		fmt.Sprintf("%s (%s-%s)", seconds(medianOf(all, func(p pair) time.Duration { return p.Theirs.Wall })),
			seconds(walls[0]), seconds(walls[len(walls)-1])),
		seconds(medianOf(all, func(p pair) time.Duration { return p.Theirs.cpu() })),
		megabytes(medianOf(all, func(p pair) int64 { return p.Theirs.Peak })),
		seconds(medianOf(all, func(p pair) time.Duration { return p.Ours.Wall })),
		seconds(medianOf(all, func(p pair) time.Duration { return p.Ours.cpu() })),
		megabytes(medianOf(all, func(p pair) int64 { return p.Ours.Peak })),
		fmt.Sprintf("%.2f", medianOf(all, func(p pair) float64 { return float64(p.Ours.Wall) / float64(p.Theirs.Wall) })),
		fmt.Sprintf("%.2f", medianOf(all, func(p pair) float64 { return float64(p.Ours.cpu()) / float64(p.Theirs.cpu()) })),
		fmt.Sprint(len(all)),
	})
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
func megabytes(n int64) string       { return fmt.Sprintf("%.1f", float64(n)/1e6) }

// write prints t aligned, or as Markdown.
func (t *table) write(w io.Writer, markdown bool) error {
	if !markdown {
		aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, row := range append([][]string{t.heading}, t.rows...) {
			fmt.Fprintln(aligned, strings.Join(row, "\t"))
		}
		return aligned.Flush()
	}
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(t.heading, " | "), strings.Repeat("---|", len(t.heading)))
	for _, row := range t.rows {
		cells := slices.Clone(row)
		cells[1] = "`" + cells[1] + "`"
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")); err != nil {
			return err
		}
	}
	return nil
}

// machine describes where the figures come from: processor, kernel, file system.
func machine(dir string) string {
	kernel, _ := exec.Command("uname", "-sr").Output()
	return fmt.Sprintf("%s, %d CPUs; %s; %s; %s", processor(), runtime.NumCPU(),
		strings.TrimSpace(string(kernel)), fileSystem(dir), runtime.Version())
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// fileSystem returns the type of the file system that holds dir.
func fileSystem(dir string) string {
	text, _ := os.ReadFile("/proc/self/mounts")
	kind, longest := "unknown file system", -1
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		rel, err := filepath.Rel(fields[1], dir)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, "../") && len(fields[1]) > longest {
			kind, longest = fields[2], len(fields[1])
		}
	}
	return kind
}
