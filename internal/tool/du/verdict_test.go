package du

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
)

func TestVerdict(t *testing.T) {
	tree(t, house)
	interrupted, cancel := context.WithCancelCause(t.Context())
	cancel(&sig.Cause{Signal: os.Interrupt})

	tests := []struct {
		name    string
		ctx     context.Context
		set     func(*Options)
		code    int
		message string // of the error; empty where all is said
		partial bool
	}{
		{name: "done", code: exit.OK},
		{name: "missing", set: func(o *Options) { o.Paths = []string{"door", "gone"} }, code: exit.Failed, message: "exit status"},
		{
			name: "timeout", set: func(o *Options) { o.Timeout = time.Nanosecond }, code: exit.Timeout,
			message: "stopped after 1ns; the result is partial", partial: true,
		},
		{name: "interrupted", ctx: interrupted, code: exit.Interrupted, message: "interrupted", partial: true},
	}
	for _, tt := range tests {
		for _, view := range []View{Table, Lines, Lists, JSON} {
			t.Run(fmt.Sprint(tt.name, view), func(t *testing.T) {
				o := options()
				o.View, o.Types = view, true
				if tt.set != nil {
					tt.set(&o)
				}
				got := runContext(cmp.Or(tt.ctx, t.Context()), terminal(), o)
				if code := exit.Code(got.err); code != tt.code {
					t.Errorf("exit code %d, want %d", code, tt.code)
				}
				if got.err != nil && !strings.Contains(got.err.Error(), tt.message) {
					t.Errorf("error %q, want %q", got.err, tt.message)
				}
				marked := strings.Contains(got.stdout, "partial") && !strings.Contains(got.stdout, `"partial":false`) ||
					strings.Contains(got.stderr, "counted so far")
				if marked != tt.partial {
					t.Errorf("marked as partial: %t, want %t\n%s%s", marked, tt.partial, got.stdout, got.stderr)
				}
			})
		}
	}
}

// That a write failed is an error once all is shown, whatever the view.
func TestFullDisk(t *testing.T) {
	tree(t, house)
	full := errors.New("disk full")
	for _, view := range []View{Table, Lines, Lists, JSON} {
		o := options()
		o.View, o.Types = view, true
		if got := show(t, ui.Terminal{OutErr: full}, o); !errors.Is(got.err, full) {
			t.Errorf("view %d: error %v, want %v", view, got.err, full)
		}
	}
}

// On a terminal a long list of errors doesn't push the table away.
func TestErrorsAreLimitedOnATerminal(t *testing.T) {
	tree(t, house)
	tests := []struct {
		term  ui.Terminal
		view  View
		paths int
		want  int // lines
		last  string
	}{
		{terminal(), Table, 10, 10, "cannot access 'm09': No such file or directory"},
		{terminal(), Table, 11, 10, "2 more files or directories could not be read"},
		{terminal(), Table, 30, 10, "21 more files or directories could not be read"},
		{terminal(), Lists, 30, 10, "21 more files or directories could not be read"},
		{terminal(), Lines, 30, 30, "cannot access 'm29': No such file or directory"},
		{ui.Terminal{}, Lines, 30, 30, "cannot access 'm29': No such file or directory"},
		{ui.Terminal{}, Table, 30, 30, "cannot access 'm29': No such file or directory"},
		{terminal(), JSON, 30, 0, ""},
	}
	for _, tt := range tests {
		o := options("door")
		o.View, o.Types = tt.view, true
		for i := range tt.paths {
			o.Paths = append(o.Paths, fmt.Sprintf("m%02d", i))
		}
		got := show(t, tt.term, o)
		lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
		if got.stderr == "" {
			lines = nil
		}
		if len(lines) != tt.want || tt.want > 0 && lines[tt.want-1] != "baton du: "+tt.last {
			t.Errorf("view %d, %d errors: %d lines, want %d and the last %q:\n%s", tt.view, tt.paths, len(lines), tt.want, tt.last, got.stderr)
		}
		if tt.view == Table && tt.term.Out && !strings.Contains(got.stdout, fmt.Sprintf("%d errors", tt.paths)) {
			t.Errorf("the total doesn't tell of %d errors: %s", tt.paths, got.stdout)
		}
	}
}

func TestNothingToShow(t *testing.T) {
	tree(t, "")
	got := show(t, terminal(), options("gone", ""))
	if want := "baton du: invalid zero-length file name\nbaton du: cannot access 'gone': No such file or directory\n"; got.stderr != want {
		t.Errorf("standard error has %q, want %q", got.stderr, want)
	}
	if got.stdout != "" || exit.Code(got.err) != exit.Failed {
		t.Errorf("output %q, error %v", got.stdout, got.err)
	}
}
