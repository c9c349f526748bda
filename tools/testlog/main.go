// Command testlog reads what "go test -json" writes and prints what "go test"
// would have: a line for each package, and the whole output of each test that
// failed. It lists the tests that were skipped because a program was not at
// hand, those whose reason starts with "needs ", and with -strict fails for
// them: where everything is installed, such a skip hides a test.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

func main() {
	strict := flag.Bool("strict", false, "fail for tests that were skipped because they need something")
	flag.Parse()
	sum, err := read(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
	for _, s := range sum.needs {
		fmt.Println("skipped:", s)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", sum.passed, sum.failed, sum.skipped)
	if *strict && len(sum.needs) > 0 {
		fmt.Printf("testlog: %d tests skipped for want of something that must be here\n", len(sum.needs))
		os.Exit(1)
	}
}

// An event is one line of "go test -json".
type event struct {
	Action, Package, Test, Output string
}

// A summary counts tests; a subtest is one too.
type summary struct {
	passed, failed, skipped int
	needs                   []string // tests that were skipped, with the reason
}

// reason is the line that t.Skip leaves.
var reason = regexp.MustCompile(`(?m)^\s*\S+\.go:[0-9]+: (needs .*)$`)

// read copies what matters of the events in r to w.
func read(r io.Reader, w io.Writer) (summary, error) {
	var sum summary
	output := make(map[string]*strings.Builder) // of each test that has not ended
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Action == "" {
			fmt.Fprintln(w, lines.Text()) // the go command's own complaint
			continue
		}
		if e.Test == "" {
			if (e.Action == "output" && e.Output != "PASS\n") || e.Action == "build-output" {
				fmt.Fprint(w, e.Output)
			}
			continue
		}
		name := e.Package + " " + e.Test
		if output[name] == nil {
			output[name] = new(strings.Builder)
		}
		switch e.Action {
		case "output":
			output[name].WriteString(e.Output)
			continue
		case "pass":
			sum.passed++
		case "fail":
			sum.failed++
			fmt.Fprint(w, output[name])
		case "skip":
			sum.skipped++
			if m := reason.FindStringSubmatch(output[name].String()); m != nil {
				sum.needs = append(sum.needs, name+": "+m[1])
			}
		default:
			continue
		}
		delete(output, name)
	}
	// What is left belongs to tests that never ended, as in a panic.
	for _, text := range output {
		fmt.Fprint(w, text)
	}
	return sum, lines.Err()
}
