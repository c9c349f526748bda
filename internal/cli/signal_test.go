//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if flags, ok := os.LookupEnv("BATON_TEST_DEAF"); ok {
		deaf(flags)
	}
	goleak.VerifyTestMain(m)
}

// deaf is the program of [TestTwoStages]: a command that says why its context
// ended, and then goes on for ever.
func deaf(flags string) {
	s := ui.System()
	a := newApp(nil, s)
	a.catchSigint = flags == "--catch-sigint"
	os.Exit(exit.Code(a.run(context.Background(), &command{
		run: func(ctx context.Context, s *ui.Streams, _ []string) error {
			s.Out.Printf("ready\n")
			<-ctx.Done()
			s.Out.Printf("%v\n", context.Cause(ctx))
			io.Copy(io.Discard, s.In) // the test never closes it
			return nil
		},
	}, nil)))
}

// The signals are real, and sent to a process of their own.
func TestTwoStages(t *testing.T) {
	const interrupt, terminate = syscall.SIGINT, syscall.SIGTERM
	tests := []struct {
		name    string
		ignored bool // SIGINT is, where the process starts
		flags   string
		before  []syscall.Signal // have no effect
		first   syscall.Signal
		cause   string
		notice  string
		second  syscall.Signal
		code    int
	}{
		{"Ctrl-C twice", false, "", nil, interrupt, "interrupted", "press Ctrl-C again", interrupt, 130},
		{"SIGTERM twice", false, "", nil, terminate, "terminated", "send another signal", terminate, 143},
		{"Ctrl-C, then SIGTERM", false, "", nil, interrupt, "interrupted", "press Ctrl-C again", terminate, 143},
		{"ignored", true, "", []syscall.Signal{interrupt, interrupt}, terminate, "terminated", "send another signal", terminate, 143},
		{"ignored, but asked for", true, "--catch-sigint", nil, interrupt, "interrupted", "press Ctrl-C again", interrupt, 130},
	}
	// In the background SIGINT may be ignored, which the processes would inherit.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, interrupt)
	t.Cleanup(func() { signal.Stop(caught) })
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shell := `exec "$0"`
			if tt.ignored {
				shell = `trap "" INT; ` + shell
			}
			cmd := exec.Command("sh", "-c", shell, os.Args[0])
			cmd.Env = append(os.Environ(), "BATON_TEST_DEAF="+tt.flags)
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var stderr strings.Builder
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			lines := bufio.NewScanner(stdout)
			want := func(line string) {
				if lines.Scan(); lines.Text() != line {
					t.Fatalf("output %q, want %q (%v)", lines.Text(), line, lines.Err())
				}
			}

			want("ready")
			for _, s := range tt.before {
				cmd.Process.Signal(s)
			}
			cmd.Process.Signal(tt.first)
			want(tt.cause)
			cmd.Process.Signal(tt.second)

			err = cmd.Wait()
			var failed *exec.ExitError
			if !errors.As(err, &failed) || failed.ExitCode() != tt.code {
				t.Errorf("ended with %v, want exit code %d", err, tt.code)
			}
			if want := "baton: stopping; " + tt.notice + " to quit now\n"; stderr.String() != want {
				t.Errorf("standard error %q, want %q", stderr.String(), want)
			}
		})
	}
}

// A command that reports no more than the end of its context gets the code of the
// signal that was the cause.
func TestSignalsCode(t *testing.T) {
	for err, want := range map[error]int{
		context.Canceled:              exit.Terminated,
		&exit.Error{Code: 3}:          3,
		errors.New("something else"):  exit.Failed,
		&sig.Cause{Signal: os.Kill}:   exit.Terminated,
		error(nil):                    exit.OK,
		context.DeadlineExceeded:      exit.Timeout,
		errors.Join(context.Canceled): exit.Terminated,
	} {
		s, _, stderr := ui.Test(ui.Terminal{})
		a := newApp(nil, s)
		got := a.run(t.Context(), &command{run: func(ctx context.Context, _ *ui.Streams, _ []string) error {
			syscall.Kill(os.Getpid(), syscall.SIGTERM)
			<-ctx.Done()
			return err
		}}, nil)
		if exit.Code(got) != want {
			t.Errorf("%v became %v with code %d, want %d", err, got, exit.Code(got), want)
		}
		if want := "baton: stopping; send another signal to quit now\n"; stderr.String() != want {
			t.Errorf("standard error %q, want %q", stderr, want)
		}
	}
}
