// Package goroutines reads the profile of goroutines: what runs, where it waits, and
// whose it is by its labels. It is imported by tests only.
package goroutines

import (
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
)

// An Entry is the goroutines that have the same labels and the same stack.
type Entry struct {
	Count  int
	Labels map[string]string
	Stack  string // the functions that they are in, a line each, the innermost first
}

// All returns all goroutines. If that fails, so does the test.
func All(tb testing.TB) []Entry {
	tb.Helper()
	var text strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		tb.Error(err)
	}
	var all []Entry
	for block := range strings.SplitSeq(text.String(), "\n\n") {
		e, err := parse(block)
		if err != nil {
			tb.Errorf("%v in\n%s", err, block)
		} else if e.Count > 0 {
			all = append(all, e)
		}
	}
	return all
}

// Own returns the goroutine that calls it. No other may do so meanwhile.
func Own(tb testing.TB) Entry {
	tb.Helper()
	for _, e := range All(tb) {
		if strings.Contains(e.Stack, "goroutines.Own+") {
			return e
		}
	}
	tb.Error("the profile doesn't have the calling goroutine")
	return Entry{}
}

// parse reads a block of the profile: the count of goroutines, their labels if they
// have any, and their stack.
func parse(block string) (e Entry, err error) {
	for line := range strings.SplitSeq(block, "\n") {
		count, _, counts := strings.Cut(line, " @ ")
		labels, labelled := strings.CutPrefix(line, "# labels: ")
		frame, framed := strings.CutPrefix(line, "#\t")
		switch {
		case labelled:
			e.Labels, err = parseLabels(labels)
		case framed:
			e.Stack += frame + "\n"
		case counts:
			e.Count, err = strconv.Atoi(count)
		}
		if err != nil {
			return Entry{}, err
		}
	}
	return e, nil
}

// parseLabels reads labels in the form {"key":"value", "another":"value"}.
func parseLabels(s string) (map[string]string, error) {
	labels := map[string]string{}
	for s = strings.Trim(s, "{}"); s != ""; s = strings.TrimPrefix(s, ", ") {
		var words [2]string
		for i := range words {
			quoted, err := strconv.QuotedPrefix(s)
			if err != nil {
				return nil, fmt.Errorf("labels %s: %w", s, err)
			}
			words[i], _ = strconv.Unquote(quoted) // it has just been found well formed
			s = strings.TrimPrefix(s[len(quoted):], ":")
		}
		labels[words[0]] = words[1]
	}
	return labels, nil
}
