package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"baton/internal/child"
	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/tool/countdown"
	"baton/internal/ui"
)

func (a *app) countdown() *command {
	var o countdown.Options
	var quiet bool
	return &command{
		name:    "countdown",
		args:    "TIME [[--] COMMAND [ARGUMENT…]]",
		group:   groupWait,
		short:   "count down, then run a command unless it was aborted",
		classic: []string{"sleep", "at"},
		examples: []example{
			{"baton countdown 10 -- systemctl reboot", "ten seconds to think better of it"},
			{"baton countdown 25m -- notify-send Break", "an alarm"},
			{"baton countdown 15:04 -- ./release.sh", "at the next 15:04"},
			{"baton countdown 5m && ./deploy.sh", "or let the shell decide"},
		},
		long: `
TIME is a number of seconds, a duration such as 90s, 5m or 1h30m, or a time of day,
15:04 or 15:04:05: the next such moment, local time.

Return or Ctrl-C aborts: the command is not run, and the exit code is 130. Return
counts only where standard input is a terminal; anything else there is left for the
command.

On a terminal the time left is shown in one line. Elsewhere it is printed on
standard error: each of the last ten seconds, tens of seconds in the last minute,
then minutes, then hours.`,
		exits: []exitCode{
			{exit.OK, "the time is over; with a command, its own exit code"},
			exitUsage, exitNotExecutable, exitNotFound,
			{exit.Interrupted, "aborted by Return or Ctrl-C (SIGINT)"},
			{exit.Terminated, "aborted by SIGTERM"},
		},
		flags: func(f *flags) {
			f.BoolVarP(&quiet, "quiet", "q", false, "do not show the time left")
		},
		runsCommand: true,
		ownSignals:  true, // while the command runs, they are the command's
		run: func(ctx context.Context, s *ui.Streams, args []string) (err error) {
			if len(args) == 0 {
				return usagef("no time to count down to")
			}
			if o.Target, err = countdown.Parse(args[0]); err != nil {
				return usagef("%w", err)
			}
			line := args[1:]
			if len(line) > 0 && line[0] == "--" {
				line = line[1:]
			}
			o.Title = strings.Join(line, " ")
			s.Quiet = quiet
			if err := a.wait(ctx, o, s); err != nil || len(line) == 0 {
				return err
			}
			return child.Run(child.Command(ctx, line, s), child.Options{CatchIgnored: a.catchSigint}, nil)
		},
	}
}

// wait counts down. Nothing is left to do after the first signal, and so nothing
// to announce.
func (a *app) wait(ctx context.Context, o countdown.Options, s *ui.Streams) error {
	signals := a.signalOptions()
	signals.Stopping = nil
	ctx, stop := sig.Context(ctx, signals)
	defer stop()
	err := countdown.Wait(ctx, o, s)
	if err == nil {
		return nil
	}
	code := exit.Code(err)
	if errors.Is(err, countdown.ErrAborted) {
		code = exit.Interrupted
	}
	why := "aborted"
	if o.Title != "" {
		why += fmt.Sprintf("; %s was not run", o.Title)
	}
	return &exit.Error{Code: code, Err: errors.New(why)}
}
