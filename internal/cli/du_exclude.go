package cli

import (
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
func (f *duFlags) excluder(s *ui.Streams) (func(path []byte) bool, error) {
	patterns := f.exclude
	for _, name := range f.from {
		more, err := readPatterns(s, name)
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

func readPatterns(s *ui.Streams, name string) ([]string, error) {
	var in io.Reader = s.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, unwrapPath(err)
		}
		defer file.Close()
		in = file
	}
	return glob.ReadPatterns(in)
}

// unwrapPath strips the operation and path from an error of package os.
func unwrapPath(err error) error {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err
	}
	return err
}
