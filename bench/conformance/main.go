// Command conformance runs the cases that blocks should get right against the
// blocks and their peers, and prints a table of the outcomes for each block.
//
// Each case runs in a process of its own, so that one that crashes or hangs is
// an outcome like any other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"baton/task"
)

// patience is when a case counts as hanging; they take about a second.
const patience = 10 * time.Second

func main() {
	markdown := flag.Bool("md", false, "print the tables as markdown")
	only := flag.String("only", "", "only the table of this `block`")
	cell := flag.String("cell", "", "run just `BLOCK/CONTENDER/CASE`, the last two by number, in this process")
	flag.Parse()
	if *cell != "" {
		s, column, row, err := find(*cell)
		if err != nil {
			fmt.Fprintln(os.Stderr, "conformance: -cell:", err)
			os.Exit(2)
		}
		fmt.Print(s.check(column, row))
		return
	}
	for _, s := range suites {
		if *only != "" && s.block != *only {
			continue
		}
		table, err := s.runAll(context.Background())
		if err != nil {
			fmt.Fprintln(os.Stderr, "conformance:", err)
			os.Exit(1)
		}
		if *markdown {
			printMarkdown(os.Stdout, table)
		} else {
			printText(os.Stdout, table)
		}
		fmt.Println()
	}
}

// find returns the suite, contender and case that a -cell names.
func find(cell string) (s suite, column, row int, err error) {
	block, rest, _ := strings.Cut(cell, "/")
	if _, err := fmt.Sscanf(rest, "%d/%d", &column, &row); err != nil {
		return s, 0, 0, err
	}
	for _, s := range suites {
		if s.block == block && column < len(s.contenders) && row < len(s.cases) {
			return s, column, row, nil
		}
	}
	return s, 0, 0, errors.New("no such cell")
}

// runAll returns the table's rows, the first being the heading.
func (s suite) runAll(ctx context.Context) ([][]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	table := [][]string{append([]string{s.block}, s.contenders...)}
	// As many at once as leaves the sleeping ones time to be on time.
	err = task.Run(ctx, task.Options{Name: "conformance", Limit: 4}, func(_ context.Context, g *task.Group) error {
		for row, name := range s.cases {
			cells := make([]string, 1+len(s.contenders))
			cells[0] = name
			table = append(table, cells)
			for column := range s.contenders {
				g.Go(func(ctx context.Context) error {
					var err error
					cells[1+column], err = runCell(ctx, self, fmt.Sprintf("%s/%d/%d", s.block, column, row))
					return err
				})
			}
		}
		return nil
	})
	return table, err
}

// runCell runs one case in a process of its own and says how it went.
func runCell(ctx context.Context, self, cell string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-cell", cell)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil, strings.Contains(stderr.String(), "all goroutines are asleep"):
		return "fails: hangs", nil
	case errors.As(err, &exit) && strings.Contains(stderr.String(), "goroutine "):
		return "fails: crashes", nil
	case err != nil:
		return "", fmt.Errorf("%s: %w: %s", cell, err, stderr.String())
	case stdout.String() == notOffered:
		return notOffered, nil
	case stdout.Len() > 0:
		return "fails: " + stdout.String(), nil
	}
	return "ok", nil
}

func printText(w io.Writer, table [][]string) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	defer tw.Flush()
	for _, row := range table {
		fmt.Fprintln(tw, strings.Join(row, "\t"))
	}
}

func printMarkdown(w io.Writer, table [][]string) {
	for i, row := range table {
		fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
}
