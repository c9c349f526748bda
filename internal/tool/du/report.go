package du

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"baton/internal/shellquote"
	"baton/internal/ui"
)

// maxReported is how many lines of errors may stand above a table.
const maxReported = 10

// reportErrors tells what could not be counted.
func (r *run) reportErrors() {
	errs := r.tree.Errors
	limit := len(errs)
	if r.opts.View != Lines && r.s.Out.Terminal && limit > maxReported {
		limit = maxReported - 1
	}
	for i, e := range errs {
		text := errorText(e.Err)
		r.failed++
		switch {
		case r.opts.View == JSON:
			r.jsonErrors = append(r.jsonErrors, jsonError{e.Op, pathOf(e.Path), text})
		case i < limit:
			r.reported++
			r.warn("%s %s: %s", e.Op, shellquote.Always(e.Path), text)
		}
	}
	if more := len(errs) - limit; more > 0 && r.opts.View != JSON {
		r.reported++
		r.warn("%s more files or directories could not be read", ui.Count(more))
	}
}

// fail tells what is wrong with the paths given.
func (r *run) fail(format string, args ...any) {
	r.failed++
	if r.opts.View == JSON {
		r.jsonErrors = append(r.jsonErrors, jsonError{Error: fmt.Sprintf(format, args...)})
		return
	}
	r.reported++
	r.warn(format, args...)
}

func (r *run) warn(format string, args ...any) {
	r.s.Err.Printf("%s %s\n", r.s.Err.Paint(ui.Bad, "baton du:"), fmt.Sprintf(format, args...))
}

// errorText returns the text that C programs have for a system's error.
func errorText(err error) string {
	var errno syscall.Errno
	var pe *fs.PathError
	switch {
	case errors.As(err, &errno):
		text := errno.Error()
		if known, ok := errorTexts[errno]; ok {
			return known
		}
		return strings.ToUpper(text[:1]) + text[1:]
	case errors.As(err, &pe):
		return pe.Err.Error()
	default:
		return err.Error()
	}
}

// errorTexts are those that differ from package syscall's by more than the case
// of the first letter.
var errorTexts = map[syscall.Errno]string{
	syscall.EIO: "Input/output error",
}
