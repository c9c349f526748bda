package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A command describes one command of baton. A command's file has a function that
// declares the tool's options, and returns a command whose flags set them and
// whose run uses them.
type command struct {
	name    string   // "du"; of a subcommand "chat serve"
	args    string   // "[PATH…]"
	group   group    // where root help lists it; commands without one are hidden
	short   string   // what it does, in a few words that follow "baton du:"
	classic []string // what people use for it today: "du", "ncdu"

	long     string // paragraphs, separated by empty lines; lines that start with a space stay as they are
	examples []example
	exits    []exitCode

	flags func(*flags)

	// json, if not nil, gives the command --json, and is where it is stored.
	json *bool

	// runsCommand ends the flags at the first argument: the rest is the command
	// line of another program.
	runsCommand bool

	// subs are the commands of which this one is only the family name, with no run
	// of its own.
	subs []*command

	// ownSignals leaves signals to run.
	ownSignals bool

	// seesAll says that run looks at the other commands too.
	seesAll bool

	run func(ctx context.Context, s *ui.Streams, args []string) error
}

// An example is a command line and what it does.
type example struct{ line, does string }

// An exitCode is a code and what it means for this command.
type exitCode struct {
	code  int
	means string
}

// The codes that most commands share.
var (
	exitOK          = exitCode{exit.OK, "done"}
	exitFailed      = exitCode{exit.Failed, "failed"}
	exitUsage       = exitCode{exit.Usage, "wrong usage"}
	exitPartial     = exitCode{exit.Partial, "done in part: some items failed, the rest is valid"}
	exitTimeout     = exitCode{exit.Timeout, "the time given with --timeout was over"}
	exitInterrupted = exitCode{exit.Interrupted, "interrupted by Ctrl-C (SIGINT)"}
	exitTerminated  = exitCode{exit.Terminated, "terminated (SIGTERM)"}
)

// usagef returns an error of usage: exit code 2, and a hint at the help.
func usagef(format string, args ...any) error {
	return &exit.Error{Code: exit.Usage, Err: fmt.Errorf(format, args...)}
}

// flags is a set of flags whose help is divided into groups.
type flags struct {
	*pflag.FlagSet
	groups []flagGroup         // in order of appearance
	words  map[string][]string // what the shell offers as the value of a flag
}

// firstGroup is the heading of the flags that are added before a call of Group.
const firstGroup = "Flags"

// A flagGroup is the flags from the number first on, to those of the next group.
type flagGroup struct {
	title string
	first int
}

// Group makes title the heading of the flags that are added after it.
func (f *flags) Group(title string) { f.groups = append(f.groups, flagGroup{title, f.len()}) }

func (f *flags) len() (n int) {
	f.VisitAll(func(*pflag.Flag) { n++ })
	return n
}

// byGroup calls show with the title of each group that shows any flags, and with
// these flags.
func (f *flags) byGroup(show func(title string, rows []row)) {
	rows := make([][]row, len(f.groups))
	n, g := 0, 0
	f.VisitAll(func(fl *pflag.Flag) {
		for g+1 < len(f.groups) && n >= f.groups[g+1].first {
			g++
		}
		n++
		if !fl.Hidden {
			rows[g] = append(rows[g], flagRow(fl))
		}
	})
	for g, rows := range rows {
		if len(rows) > 0 {
			show(f.groups[g].title, rows)
		}
	}
}

// Words has the shell complete the value of a flag to one of words.
func (f *flags) Words(name string, words ...string) {
	if f.words == nil {
		f.words = make(map[string][]string)
	}
	f.words[name] = words
}

// build makes c a command of cobra.
func (a *app) build(c *command) *cobra.Command {
	cmd := &cobra.Command{
		Use:                   c.leaf() + " " + c.args,
		Short:                 c.short,
		Hidden:                c.group == "",
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(c.subs) > 0 {
				return a.runFamily(cmd, args)
			}
			return a.run(cmd.Context(), c, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.SetInterspersed(!c.runsCommand)
	f := &flags{FlagSet: set}
	f.Group(firstGroup)
	if c.flags != nil {
		c.flags(f)
	}
	f.Group("General flags")
	if c.json != nil {
		set.BoolVar(c.json, "json", false, "print JSON; the shapes are in docs/json.md")
	}
	a.generalFlags(set)
	for name, words := range f.words {
		cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	a.listed = append(a.listed, cmd)
	a.descriptions[cmd] = &description{command: c, flags: f}
	for _, sub := range c.subs {
		cmd.AddCommand(a.build(sub))
	}
	return cmd
}

// leaf returns the last word of the command's name.
func (c *command) leaf() string { return c.name[strings.LastIndexByte(c.name, ' ')+1:] }

// runFamily is what a command does that has subcommands, without one that it knows.
func (a *app) runFamily(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		a.help(a.streams.Err, cmd)
		return &exit.Error{Code: exit.Usage}
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	if best := nearest(args[0], names); best != "" {
		return usagef("unknown command %q; did you mean %q?", args[0], best)
	}
	return usagef("unknown command %q", args[0])
}

// generalFlags adds the flags that all commands have.
func (a *app) generalFlags(set *pflag.FlagSet) {
	set.Var(&a.color, "color", "`WHEN` to use colour: auto, always or never")
	set.BoolVar(&a.catchSigint, "catch-sigint", false, "stop at SIGINT also where it was inherited as ignored, as in the background jobs of a script")
	// A command such as du has another use for -h.
	short := "h"
	if set.ShorthandLookup(short) != nil {
		short = ""
	}
	set.BoolP("help", short, false, "show this help")
}

// run runs c with its flags parsed. The first signal ends the context, the
// second the process.
func (a *app) run(ctx context.Context, c *command, args []string) error {
	s := a.streams
	s.SetColor(a.color)
	if c.json != nil && *c.json {
		s.Quiet = true
	}
	if c.ownSignals {
		return c.run(ctx, s, args)
	}
	ctx, stop := sig.Context(ctx, a.signalOptions())
	defer stop()
	err := c.run(ctx, s, args)
	// A tool may report no more than that its context ended.
	if cause := sig.CauseOf(ctx); cause != nil && errors.Is(err, context.Canceled) && exit.Code(err) == exit.Failed {
		return cause
	}
	return err
}
