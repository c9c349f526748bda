package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"baton/internal/exit"
	"baton/internal/glob"
	"baton/internal/shellquote"
	"baton/internal/ui"
)

// excluder returns the function that finds what --exclude and --exclude-from
// leave out, nil without them.
func (f *duFlags) excluder(ctx context.Context, s *ui.Streams) (func(path []byte) bool, error) {
	patterns := f.exclude
	for _, name := range f.from {
		more, err := readPatterns(ctx, s, name)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, &exit.Error{Code: exit.Failed, Err: fmt.Errorf("%s: %w", shellquote.Quote(name), err)}
		}
		patterns = append(patterns, more...)
	}
	set := glob.Compile(patterns, glob.Options{UTF8: glob.UTF8Locale(s.Env)})
	if set.Empty() {
		return nil, nil
	}
	return set.MatchBytes, nil
}

func readPatterns(ctx context.Context, s *ui.Streams, name string) ([]string, error) {
	var in io.Reader = s.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, unwrapPath(err)
		}
		defer file.Close()
		in = file
	}
	in, stop, err := ui.Until(ctx, in)
	if err != nil {
		return nil, err
	}
	defer stop()
	return glob.ReadPatterns(in)
}

// unwrapPath strips the operation and path from an error of package os.
func unwrapPath(err error) error {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err
	}
	return err
}
