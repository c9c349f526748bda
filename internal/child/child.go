// Package child runs another program in the place of this one: it passes signals
// on, and turns the program's end into the exit code that a shell would show.
package child

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"sync"

	"baton/internal/exit"
	"baton/internal/ui"
)

// The codes of a command that could not be started, as shells have them.
const (
	NotExecutable = 126
	NotFound      = 127
)

// Options say how [Run] treats signals.
type Options struct {
	// CatchIgnored passes SIGINT on also where it was inherited as ignored. By
	// default the command inherits that too.
	CatchIgnored bool

	// Resized, if not nil, is called when the terminal's size has changed,
	// before the command is told.
	Resized func()
}

// Command returns a command that has the streams of s for its own. It is asked to
// terminate when ctx ends.
func Command(ctx context.Context, args []string, s *ui.Streams) *exec.Cmd {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.In, s.Out, s.Err
	// The files themselves where there are some: the command then finds a
	// terminal where there is one, and nothing has to be copied.
	if f := s.In.File(); f != nil {
		cmd.Stdin = f
	}
	if f := s.Out.File(); f != nil {
		cmd.Stdout = f
	}
	if f := s.Err.File(); f != nil {
		cmd.Stderr = f
	}
	return cmd
}

// Run starts cmd, passes signals on to it, and waits for it to end. started, if
// not nil, runs once it has started. The error has the command's exit code; its
// text is empty unless the command could not be started.
func Run(cmd *exec.Cmd, opts Options, started func()) error {
	// Before the start, so that no signal falls into a gap.
	signals := make(chan os.Signal, 16)
	if list := forwarded(opts); len(list) > 0 {
		signal.Notify(signals, list...)
		defer signal.Stop(signals)
	}
	if err := cmd.Start(); err != nil {
		return startError(cmd.Args[0], err)
	}
	if started != nil {
		started()
	}
	ended := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // ends when ended is closed, after the command's end
		for {
			select {
			case s := <-signals:
				forward(cmd.Process, s, opts)
			case <-ended:
				return
			}
		}
	})
	err := cmd.Wait()
	close(ended)
	wg.Wait()
	return status(cmd, err)
}

// startError gives the reason and the code that shells give.
func startError(name string, err error) error {
	code := exit.Failed
	switch {
	case errors.Is(err, exec.ErrDot):
		code = NotFound
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		code, err = NotFound, fmt.Errorf("%s: command not found", name)
	case errors.Is(err, fs.ErrPermission):
		code, err = NotExecutable, fmt.Errorf("%s: permission denied", name)
	case isNotExecutable(err):
		code, err = NotExecutable, fmt.Errorf("%s: not a program: %w", name, err)
	}
	return &exit.Error{Code: code, Err: err}
}

// status turns what Wait returned into an error that has the exit code.
func status(cmd *exec.Cmd, err error) error {
	var failed *exec.ExitError
	switch {
	case err == nil:
		return nil
	case cmd.ProcessState == nil || !errors.As(err, &failed) && cmd.ProcessState.Success():
		return err // copying its output failed
	}
	return &exit.Error{Code: exitCode(cmd.ProcessState)}
}
