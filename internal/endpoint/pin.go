package endpoint

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrPin says that a server's certificate is not the one that was asked for.
var ErrPin = errors.New("the server's certificate has another fingerprint")

// ClientTLS is what a user asks for on the side that connects.
type ClientTLS struct {
	// ServerName is the name to ask for and to find in the certificate; the default
	// is the host that is connected to.
	ServerName string
	// ALPN are the protocols offered, the best first.
	ALPN []string
	// CA is a PEM file of the certificates to trust, in place of the system's.
	CA string
	// Cert and Key are PEM files of the client's own certificate, given together.
	Cert, Key string
	// Pin is the fingerprint that the server's certificate must have: "sha256:" and
	// hexadecimal digits, perhaps with colons. Nothing else about it is checked then,
	// unless CA is given too.
	Pin string
	// Insecure accepts any certificate.
	Insecure bool
}

// Config returns the configuration for a connection to host.
func (o ClientTLS) Config(host string) (*tls.Config, error) {
	cfg := &tls.Config{ServerName: o.ServerName, NextProtos: o.ALPN, MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.Insecure}
	if cfg.ServerName == "" {
		cfg.ServerName = strings.TrimSuffix(host, ".")
	}
	if o.CA != "" {
		pool, err := readCAs(o.CA)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = pool
	}
	if o.Cert+o.Key != "" {
		if o.Cert == "" || o.Key == "" {
			return nil, errors.New("a client's certificate needs its key, and the key its certificate")
		}
		cert, err := keyPair(o.Cert, o.Key)
		if err != nil {
			return nil, err
		}
		cfg.Certificates = []tls.Certificate{cert}
	}
	if o.Pin != "" {
		pin, err := parsePin(o.Pin)
		if err != nil {
			return nil, err
		}
		cfg.InsecureSkipVerify = o.Insecure || o.CA == ""
		cfg.VerifyConnection = func(state tls.ConnectionState) error { return checkPin(state, pin) }
	}
	return cfg, nil
}

// checkPin is called for resumed connections too, unlike tls.Config's other hook.
func checkPin(state tls.ConnectionState, pin string) error {
	if len(state.PeerCertificates) == 0 {
		return fmt.Errorf("%w: none", ErrPin)
	}
	if got := Fingerprint(state.PeerCertificates[0]); got != pin {
		return fmt.Errorf("%w: %s", ErrPin, got)
	}
	return nil
}

// parsePin returns a fingerprint in the form of [Fingerprint].
func parsePin(s string) (string, error) {
	kind, digits, ok := strings.Cut(s, ":")
	digits = strings.ReplaceAll(digits, ":", "")
	sum, err := hex.DecodeString(digits)
	if !ok || !strings.EqualFold(kind, "sha256") || err != nil || len(sum) != sha256.Size {
		return "", fmt.Errorf("invalid fingerprint %q: want sha256: and %d hexadecimal digits", s, 2*sha256.Size)
	}
	return "sha256:" + hex.EncodeToString(sum), nil
}
