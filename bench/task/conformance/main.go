// Command conformance runs the cases that groups of goroutines should get right
// against package task and its peers, and prints a table of the outcomes.
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
	markdown := flag.Bool("md", false, "print the table as markdown")
	cell := flag.String("cell", "", "run just `CONTENDER/CASE`, by number, in this process")
	flag.Parse()
	if *cell != "" {
		var column, row int
		if _, err := fmt.Sscanf(*cell, "%d/%d", &column, &row); err != nil {
			fmt.Fprintln(os.Stderr, "conformance: -cell:", err)
			os.Exit(2)
		}
		fmt.Print(testCases[row].check(contenders[column]))
		return
	}
	table, err := runAll(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	if *markdown {
		printMarkdown(os.Stdout, table)
	} else {
		printText(os.Stdout, table)
	}
}

// runAll returns the table's rows, the first being the heading.
func runAll(ctx context.Context) ([][]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	heading := []string{"case"}
	for _, c := range contenders {
		heading = append(heading, c.name)
	}
	table := [][]string{heading}
	// As many at once as leaves the sleeping ones time to be on time.
	err = task.Run(ctx, task.Options{Name: "conformance", Limit: 4}, func(_ context.Context, g *task.Group) error {
		for row, tc := range testCases {
			cells := make([]string, 1+len(contenders))
			cells[0] = tc.name
			table = append(table, cells)
			for column := range contenders {
				g.Go(func(ctx context.Context) error {
					var err error
					cells[1+column], err = runCell(ctx, self, column, row)
					return err
				})
			}
		}
		return nil
	})
	return table, err
}

// runCell runs one case in a process of its own and says how it went.
func runCell(ctx context.Context, self string, column, row int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-cell", fmt.Sprintf("%d/%d", column, row))
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
		return "", fmt.Errorf("case %d of contender %d: %w: %s", row, column, err, stderr.String())
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
