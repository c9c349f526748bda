package endpoint

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
)

// A Failure is a kind of network failure.
type Failure int

// The kinds of failures.
const (
	Other       Failure = iota
	Refused             // nobody listens there
	Timeout             // no answer in time
	Reset               // the other end has broken the connection off
	Unreachable         // no way to that address
	NoHost              // the name is not known, or its address could not be found out
	TLS                 // the handshake of TLS failed, or the certificate is not to be trusted
)

// String returns the kind in a word or two.
func (f Failure) String() string {
	return [...]string{"other", "refused", "timeout", "reset", "unreachable", "unknown host", "TLS"}[f]
}

// Classify returns the kind of the first failure in err's tree; Other for nil and
// for all that is none of the network's.
func Classify(err error) Failure {
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case err == nil:
		return Other
	case errors.As(err, &dns) && !dns.IsTimeout:
		return NoHost
	case isAny(err, refused):
		return Refused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, ErrIdle), errors.Is(err, ErrSlowLine):
		return Timeout
	case isAny(err, reset):
		return Reset
	case isAny(err, unreachable):
		return Unreachable
	case isTLS(err):
		return TLS
	}
	return Other
}

// isTLS reports whether err comes from crypto/tls.
func isTLS(err error) bool {
	var (
		shake   *HandshakeError
		record  tls.RecordHeaderError
		verify  *tls.CertificateVerificationError
		alert   tls.AlertError
		invalid x509.CertificateInvalidError
		op      *net.OpError
	)
	switch {
	case errors.Is(err, ErrPin), errors.As(err, &shake), errors.As(err, &record), errors.As(err, &verify),
		errors.As(err, &alert), errors.As(err, &invalid):
		return true
	}
	// Alerts have no exported type, but these operations of crypto/tls.
	return errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error")
}

func isAny(err error, targets []error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func inUse(err error) bool        { return errors.Is(err, addressInUse) }
func notAvailable(err error) bool { return errors.Is(err, addressNotAvailable) }
