package nc

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/tool/nc/flow"
	"baton/internal/ui"
)

// The exit codes that this tool has beyond the common ones. A timeout, the user's
// or the system's, is exit.Timeout.
const (
	CodeRefused     = 10 // nobody listens there
	CodeReset       = 11 // the other side broke off, or closed before it had all
	CodeTLS         = 12 // the handshake failed, or the certificate is not to be trusted
	CodeNoHost      = 13 // the name was not found
	CodeUnreachable = 14 // no way to that address
)

// codes are the exit codes for the kinds of failures; 0 stands for none of its own.
var codes = [...]int{
	endpoint.Refused:     CodeRefused,
	endpoint.Timeout:     exit.Timeout,
	endpoint.Reset:       CodeReset,
	endpoint.Unreachable: CodeUnreachable,
	endpoint.NoHost:      CodeNoHost,
	endpoint.TLS:         CodeTLS,
}

// coded gives err the exit code for the kind of failure, unless it has one.
func coded(err error) error {
	var has interface{ ExitCode() int }
	if err == nil || errors.As(err, &has) {
		return err
	}
	code := codes[endpoint.Classify(err)]
	if code == 0 && !errors.Is(err, errProxy) {
		return err
	}
	code = max(code, exit.Failed)
	return &exit.Error{Code: code, Err: err, Hint: hint(err)}
}

func hint(err error) string {
	if errors.Is(err, errProxy) {
		return "Is it another kind of proxy? -X says which: 4 or 5 for SOCKS, connect for HTTP."
	}
	if errors.Is(err, endpoint.ErrPin) {
		return "Somebody else may be answering. If the certificate is new, give its fingerprint to --pin."
	}
	if endpoint.Classify(err) == endpoint.TLS {
		return "To trust this one certificate, give --pin its fingerprint; to trust who signed it, --ca a file."
	}
	return ""
}

// plainly returns what is left of an error of package net without the operation and
// addresses, which our own text names.
func plainly(err error) error {
	var op *net.OpError
	var dns *net.DNSError
	var sys *os.SyscallError
	switch {
	case errors.Is(err, errNumeric):
		return &namedError{err, errNumeric.Err}
	case errors.As(err, &dns) && dns.IsNotFound:
		return &namedError{err, "name not found"}
	case errors.As(err, &dns):
		return &namedError{err, dns.Err}
	case errors.As(err, &op) && endpoint.Classify(err) != endpoint.TLS:
		err = op.Err
	}
	if errors.As(err, &sys) {
		err = sys.Err
	}
	return err
}

// A namedError is an error with a text of ours.
type namedError struct {
	err  error
	text string
}

func (e *namedError) Error() string { return e.text }
func (e *namedError) Unwrap() error { return e.err }

// errTooSlow is why a client was cut off that doesn't take what is sent to all.
var errTooSlow = errors.New("too slow for what is sent to all")

// sendError says what an error of sending means, whichever side it is of.
func sendError(err error) error {
	side, ok := errors.AsType[*flow.Error](err)
	switch {
	case !ok:
		return err
	case !side.Write:
		return fmt.Errorf("read the input: %w", plainly(side.Err))
	case endpoint.Classify(side.Err) == endpoint.Reset:
		return &namedError{side.Err, "the other side closed the connection before all was sent"}
	}
	return fmt.Errorf("send: %w", plainly(side.Err))
}

// receiveError says what an error of receiving means.
func receiveError(err error) error {
	side, ok := errors.AsType[*flow.Error](err)
	switch {
	case !ok:
		return err
	case side.Write && ui.IsClosedPipe(side.Err):
		return &exit.Error{Code: exit.ClosedPipe} // nobody wants it, and nobody wants to know
	case side.Write:
		return fmt.Errorf("write the output: %w", plainly(side.Err))
	case errors.Is(side.Err, io.ErrUnexpectedEOF):
		return &namedError{side.Err, "the connection ended without TLS's goodbye: something may be missing"}
	}
	return fmt.Errorf("receive: %w", plainly(side.Err))
}
