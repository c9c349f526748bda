package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// checkCommand finds a command that does not exist before its flags are parsed as
// if they were baton's own.
func (a *app) checkCommand() error {
	if len(a.args) == 0 || strings.HasPrefix(a.args[0], "-") {
		return nil
	}
	name := a.args[0]
	switch name {
	case "help", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd: // cobra adds them when it runs
		return nil
	}
	for _, cmd := range a.root.Commands() {
		if cmd.Name() == name {
			return nil
		}
	}
	return a.unknownCommand(name)
}

// unknownCommand returns the error for a command that does not exist.
func (a *app) unknownCommand(name string) error {
	var names []string
	for _, cmd := range a.listed {
		d := a.descriptions[cmd]
		if d.group == "" || cmd.Parent() != a.root {
			continue
		}
		if slices.Contains(d.classic, name) { // who types ncdu is looking for du
			return usagef("unknown command %q; did you mean %q?", name, cmd.Name())
		}
		names = append(names, cmd.Name())
	}
	if best := nearest(name, names); best != "" {
		return usagef("unknown command %q; did you mean %q?", name, best)
	}
	return usagef("unknown command %q", name)
}

// flagError says in one line what is wrong with a flag, and which flag was meant.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		typed, meant := a.unknownFlag(unknown, flagNames(cmd))
		if meant != "" {
			return usagef("unknown flag %s; did you mean --%s?", typed, meant)
		}
		return usagef("unknown flag %s", typed)
	case errors.As(err, &missing):
		return usagef("flag --%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		return usagef("invalid value %q for --%s: %s", invalid.GetValue(), invalid.GetFlag().Name, reason(invalid))
	}
	return usagef("%w", err)
}

// unknownFlag returns a flag as it was typed, and the name that was meant or "".
func (a *app) unknownFlag(e *pflag.NotExistError, names []string) (typed, meant string) {
	name := e.GetSpecifiedName()
	rest := e.GetSpecifiedShortnames()
	if rest == "" {
		return "--" + name, nearest(name, names)
	}
	// A group of short flags, of which rest is what pflag has not read yet; or a
	// long flag with one dash, such as -max-depth.
	typed = "-" + name
	for _, arg := range a.args {
		if strings.HasPrefix(arg, "-") && strings.HasSuffix(arg, rest) && arg != typed {
			typed += " in " + arg
			if len(arg) > 3 {
				meant = nearest(arg[1:], names)
			}
			break
		}
	}
	return typed, meant
}

// reason says what kind of value a flag takes, in place of what strconv says.
func reason(e *pflag.InvalidValueError) string {
	var num *strconv.NumError
	switch kind := e.GetFlag().Value.Type(); {
	case errors.As(e, &num) && errors.Is(num, strconv.ErrRange):
		return "the number is out of range"
	case kind == "bool":
		return "want true or false"
	case errors.As(e, &num):
		return "want a number"
	case kind == "duration":
		return "want a duration such as 90s or 1h30m"
	}
	return fmt.Sprint(e.Unwrap())
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// nearest returns the name that typed was most likely meant to be: one that it is
// the beginning of, or that is few typing mistakes away; "" if there is none.
func nearest(typed string, names []string) string {
	limit := 1 + len(typed)/4
	best, fewest := "", limit+1
	for _, name := range names {
		n := distance(typed, name)
		if len(typed) >= 2 && strings.HasPrefix(name, typed) {
			n = min(n, 1)
		}
		if n < fewest && n < len(name) {
			best, fewest = name, n
		}
	}
	return best
}

// distance counts the mistakes between two words: a letter that is wrong, missing
// or too much, or two neighbours swapped.
func distance(a, b string) int {
	// Three rows of the usual table: the one before last is needed for swaps.
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(last[j]+wrong, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
