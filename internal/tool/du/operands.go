package du

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"baton/internal/exit"
	"baton/internal/shellquote"
	"baton/internal/ui"
)

// paths returns the paths to measure. Those that can't be meant are reported
// and left out.
func (r *run) paths(ctx context.Context) ([]string, error) {
	paths := r.opts.Paths
	if r.opts.Files0From != "" {
		list, err := r.readList(ctx, r.opts.Files0From)
		if err != nil {
			return nil, &exit.Error{Code: exit.Failed, Err: err}
		}
		return r.listed(list), nil
	}
	if len(paths) == 0 {
		return []string{"."}, nil
	}
	valid := make([]string, 0, len(paths))
	for _, p := range paths {
		if p == "" {
			r.fail("invalid zero-length file name")
			continue
		}
		valid = append(valid, p)
	}
	return valid, nil
}

// readList reads the names in file, or on standard input for "-". What could be
// read before an error, or before the end of ctx, counts.
func (r *run) readList(ctx context.Context, file string) (string, error) {
	var in io.Reader = r.s.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("cannot open %s for reading: %s", shellquote.Always(file), errorText(err))
		}
		defer f.Close()
		in = f
	}
	in, stop, err := ui.Until(ctx, in)
	if err != nil {
		return "", err
	}
	defer stop()
	data, err := io.ReadAll(in)
	if err != nil && ctx.Err() == nil {
		r.fail("%s: read error: %s", shellquote.Quote(file), errorText(err))
	}
	return string(data), nil
}

// listed returns the names of a list that can be meant.
func (r *run) listed(list string) []string {
	file := r.opts.Files0From
	var paths []string
	if list == "" {
		return nil
	}
	for i, name := range strings.Split(strings.TrimSuffix(list, "\x00"), "\x00") {
		switch {
		case name == "":
			r.fail("%s:%d: invalid zero-length file name", shellquote.Quote(file), i+1)
		case name == "-" && file == "-":
			r.fail("when reading file names from standard input, no file name of '-' allowed")
		default:
			paths = append(paths, name)
		}
	}
	return paths
}
