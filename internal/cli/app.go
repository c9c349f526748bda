package cli

import (
	"os"
	"slices"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
	"github.com/spf13/cobra"
)

// A group is a heading of root help: what people use the commands under it for.
type group string

const (
	groupFiles group = "Files"
	groupNet   group = "Network"
	groupWait  group = "Waiting"
	groupSetup group = "Setup"
)

var groups = []group{groupFiles, groupNet, groupWait, groupSetup}

// commands returns all commands, in the order in which help lists them.
func (a *app) commands() []*command {
	return []*command{
		a.du(),
		a.nc(),
		a.clock(),
		a.clockwall(),
		a.chat(),
		a.reverb(),
		a.spin(),
		a.countdown(),
		a.completion(),
		a.docs(),
	}
}

// An app is the command tree of one run. It is built in Main and not in package
// initialisation, so that importing this package costs nothing.
type app struct {
	streams      *ui.Streams
	args         []string
	root         *cobra.Command
	listed       []*cobra.Command // in the order of commands
	descriptions map[*cobra.Command]*description

	// The general flags.
	color       ui.ColorMode
	catchSigint bool
}

// A description is what help knows about a command beyond what cobra does.
type description struct {
	*command
	flags *flags
}

func newApp(args []string, s *ui.Streams) *app {
	a := &app{streams: s, args: args, color: ui.ColorAuto, descriptions: map[*cobra.Command]*description{}}
	a.root = &cobra.Command{
		Use:               "baton",
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.ArbitraryArgs, // an unknown command is told by runRoot
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	a.root.SetArgs(args)
	a.root.SetOut(s.Out)
	a.root.SetErr(s.Err)
	a.root.SetIn(s.In)
	a.root.SetFlagErrorFunc(a.flagError)
	a.root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		s.SetColor(a.color)
		a.help(s.Out, cmd)
	})

	var version, asJSON bool
	set := a.root.Flags()
	set.SortFlags = false
	set.BoolVar(&version, "version", false, "print the version")
	set.BoolVar(&asJSON, "json", false, "with --version: print JSON")
	a.generalFlags(set)
	a.root.RunE = func(_ *cobra.Command, args []string) error {
		s.SetColor(a.color)
		if version {
			return printVersion(s, asJSON)
		}
		return a.runRoot(args)
	}

	for _, c := range a.needed() {
		a.root.AddCommand(a.build(c))
	}
	a.root.SetHelpCommand(a.helpCommand())
	a.completeFlags(a.root)
	return a
}

// needed returns the commands that the arguments may be about. To make all of them,
// with all their flags, takes longer than many a command runs.
func (a *app) needed() []*command {
	if slices.Equal(a.args, []string{"--version"}) {
		return nil
	}
	all := a.commands()
	if len(a.args) > 0 {
		for _, c := range all {
			if c.name == a.args[0] && !c.seesAll {
				return []*command{c}
			}
		}
	}
	return all
}

// runRoot is what baton does without a command that it knows.
func (a *app) runRoot(args []string) error {
	if len(args) == 0 {
		a.help(a.streams.Err, a.root)
		return &exit.Error{Code: exit.Usage}
	}
	return a.unknownCommand(args[0])
}

// helpCommand makes `baton help du` the same as `baton du --help`.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "show the help of a command",
		Hidden:            true,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: a.completeCommands,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := a.root.Find(args)
			if err != nil || cmd == a.root && len(rest) > 0 {
				return a.unknownCommand(args[0])
			}
			a.help(a.streams.Out, cmd)
			return nil
		},
	}
}

// signalOptions says what the two stages of Ctrl-C do.
func (a *app) signalOptions() sig.Options {
	return sig.Options{
		CatchIgnored: a.catchSigint,
		Stopping: func(signal os.Signal) {
			again := "press Ctrl-C again"
			if signal != os.Interrupt {
				again = "send another signal"
			}
			a.streams.Err.Printf("baton: stopping; %s to quit now\n", again)
		},
		Quitting: func(os.Signal) { a.streams.Restore() },
	}
}

// visible returns the commands that root help lists under g.
func (a *app) visible(g group) []*cobra.Command {
	var cmds []*cobra.Command
	for _, cmd := range a.listed {
		if a.descriptions[cmd].group == g && cmd.Parent() == a.root {
			cmds = append(cmds, cmd)
		}
	}
	return cmds
}
