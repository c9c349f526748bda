package cli

import (
	"context"

	"baton/internal/child"
	"baton/internal/exit"
	"baton/internal/tool/spin"
	"baton/internal/ui"
)

// The codes of commands that run another one.
var (
	exitNotExecutable = exitCode{child.NotExecutable, "the command cannot be executed"}
	exitNotFound      = exitCode{child.NotFound, "the command was not found"}
	exitSignalled     = exitCode{129, "and above: the command was ended by signal 1, and so on"}
)

func (a *app) spin() *command {
	var o spin.Options
	return &command{
		name:    "spin",
		args:    "[--] COMMAND [ARGUMENT…]",
		group:   groupWait,
		short:   "show a spinner while a command runs",
		classic: []string{"gum", "chronic"},
		examples: []example{
			{"baton spin -- make -j8", "a spinner, until make has ended"},
			{"baton spin --title Deploying -- ./deploy.sh", "with a text of its own"},
			{"baton spin --quiet -- make test", "the output, only if the tests fail"},
		},
		long: `
The spinner turns on standard error, with the time since the start. The command's
output passes through untouched and the spinner keeps below it: it waits while a
line is not finished, and while a password is asked for. Where standard error is no
terminal there is no spinner, and the command has all streams to itself.

On a terminal, the command writes to a terminal too, a pseudo-terminal of the same
size; what it leaves running in the background loses that at its end. Standard
input is its own, so it can ask questions, and Ctrl-C and Ctrl-Z reach it.
A program that takes over the screen, such as an editor, is better run alone.

With --quiet, the output is kept in a temporary file. If the command fails it is
shown, standard output on standard output and standard error on standard error.

SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 are passed on to the command, as are SIGINT and
SIGQUIT when baton is not in the foreground of a terminal, which sends these to the
command itself.`,
		exits: []exitCode{
			{exit.OK, "the command's own exit code, also where it is another"},
			exitUsage, exitNotExecutable, exitNotFound, exitSignalled,
		},
		flags: func(f *flags) {
			f.StringVarP(&o.Title, "title", "t", "", "show `TEXT` beside the spinner (default: the command)")
			f.BoolVarP(&o.Quiet, "quiet", "q", false, "show the output only if the command fails")
		},
		runsCommand: true,
		ownSignals:  true,
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			if len(args) == 0 {
				return usagef("no command to run")
			}
			o.Command = args
			o.CatchSigint = a.catchSigint
			return spin.Run(ctx, o, s)
		},
	}
}
