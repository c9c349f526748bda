// Package cli is the command line of baton: it turns arguments into the options
// of a tool, runs the tool, and turns its error into a message and an exit code.
//
// Each command has a file, with a function that returns its [command]. [Main]
// is the only place that prints an error.
package cli

import (
	"errors"
	"strings"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
)

// Main runs the command that args name and returns the exit code of the process.
func Main(args []string, s *ui.Streams) int {
	a := newApp(args, s)
	cmd, err := a.root, a.checkCommand()
	if err == nil {
		cmd, err = a.root.ExecuteC()
	}
	if a.descriptions[cmd] == nil {
		cmd = a.root // help, which is told by its argument
	}

	// A full disk behind standard output is noticed here for all commands.
	if werr := s.Out.WriteErr(); ui.IsClosedPipe(werr) {
		return exit.ClosedPipe
	} else if err == nil {
		err = werr
	}
	if err != nil {
		report(s, err, message{command: cmd.CommandPath(), json: wantsJSON(args)})
	}
	return exit.Code(err)
}

// A message is how an error is told.
type message struct {
	command string // "baton du"
	json    bool
}

// report tells err on standard error, with a hint where there is one.
func report(s *ui.Streams, err error, m message) {
	var e *exit.Error
	hint := ""
	if errors.As(err, &e) {
		if e.Err == nil {
			return // all is said
		}
		hint = e.Hint
	}
	code := exit.Code(err)
	if code == exit.Usage && hint == "" {
		hint = "Try '" + m.command + " --help'."
	}
	if m.json {
		s.Err.JSON(struct {
			Error string `json:"error"`
			Code  int    `json:"code"`
			Hint  string `json:"hint,omitempty"`
		}{err.Error(), code, hint})
		return
	}
	if _, ok := err.(*sig.Cause); ok {
		return // the notice at the signal has said it
	}
	var text strings.Builder
	for line := range strings.SplitSeq(err.Error(), "\n") {
		text.WriteString(s.Err.Paint(ui.Bad, m.command+":") + " " + ui.Safe(line) + "\n")
	}
	if hint != "" {
		text.WriteString(hint + "\n")
	}
	s.Err.Printf("%s", text.String()) // one write: lines of other processes stay apart
}

// wantsJSON looks for --json where parsing the flags may have failed.
func wantsJSON(args []string) bool {
	for _, arg := range args {
		switch arg {
		case "--json", "--json=true":
			return true
		case "--":
			return false
		}
	}
	return false
}
