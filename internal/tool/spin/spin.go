// Package spin shows a spinner while a command runs.
//
// The command keeps the terminal as its output: what it writes passes through a
// pseudo-terminal, so that the spinner's line can be erased before it and drawn
// again after it. Nothing but the output takes that way. The command stays in the
// terminal's foreground, with its standard input, so that Ctrl-C, Ctrl-Z and
// questions work as without a spinner.
package spin

import (
	"context"
	"fmt"
	"strings"
	"time"

	"baton/internal/child"
	"baton/internal/ui"
)

// Options say what to run and what to show.
type Options struct {
	Command []string // the program and its arguments
	Title   string   // stands beside the spinner; "" means the command line
	Quiet   bool     // keep the output back, and show it only if the command fails

	// CatchSigint passes SIGINT on also where it was inherited as ignored.
	CatchSigint bool
}

// Run runs the command and returns when it has ended. The error has the command's
// exit code.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	switch {
	case opts.Quiet:
		return runQuiet(ctx, opts, s)
	case s.Interactive() && s.Err.File() != nil:
		if r := openRelay(s); r != nil {
			return runRelayed(ctx, opts, s, r)
		}
	}
	// Nowhere to spin: the command has everything to itself.
	return child.Run(child.Command(ctx, opts.Command, s), child.Options{CatchIgnored: opts.CatchSigint}, nil)
}

// runRelayed runs the command with its terminal output going through r.
func runRelayed(ctx context.Context, opts Options, s *ui.Streams, r *relay) error {
	cmd := child.Command(ctx, opts.Command, s)
	r.attach(cmd)
	defer r.finish()
	spinner := start(opts, s)
	defer spinner.Stop()
	return child.Run(cmd, child.Options{CatchIgnored: opts.CatchSigint, Resized: r.resize}, r.start)
}

// runQuiet runs the command with its output kept in temporary files.
func runQuiet(ctx context.Context, opts Options, s *ui.Streams) error {
	out, err := newCapture(s)
	if err != nil {
		return err
	}
	defer out.close()
	cmd := child.Command(ctx, opts.Command, s)
	cmd.Stdout, cmd.Stderr = out.stdout, out.stderr
	spinner := start(opts, s)
	err = child.Run(cmd, child.Options{CatchIgnored: opts.CatchSigint}, nil)
	spinner.Stop()
	if err != nil {
		if rerr := out.replay(s); rerr != nil {
			return rerr
		}
	}
	return err
}

// start starts the spinner: a glyph, the time since the start and the title.
func start(opts Options, s *ui.Streams) *ui.Progress {
	began := time.Now()
	title := opts.Title
	if title == "" {
		title = strings.Join(opts.Command, " ")
	}
	return s.StartProgress(func() string {
		if s.Err.EchoOff() {
			return "" // the command asks for a password
		}
		elapsed := time.Since(began)
		return s.Spinner(elapsed) + " " + clock(elapsed) + "  " + title
	})
}

// clock formats a time that is watched: in whole seconds, so that it does not
// flicker.
func clock(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return ui.Duration(d)
}
