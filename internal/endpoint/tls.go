package endpoint

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// ServerTLS is what a user asks for on the side that listens.
type ServerTLS struct {
	// Cert and Key are PEM files, given together; Cert may hold a chain.
	Cert, Key string
	// SelfSigned makes a certificate in memory. Its fingerprint is what clients can
	// know it by.
	SelfSigned bool
	// Names are the hosts of the self-signed certificate; the default is localhost.
	Names []string
	// ALPN are the protocols offered, the best first.
	ALPN []string
	// ClientCA is a PEM file: clients need a certificate signed by one of these.
	ClientCA string
}

// Config returns the configuration for [Serve], and the fingerprint of the
// server's certificate.
func (o ServerTLS) Config() (cfg *tls.Config, fingerprint string, err error) {
	var cert tls.Certificate
	switch {
	case o.SelfSigned && o.Cert+o.Key != "":
		return nil, "", errors.New("a certificate was given, and a self-signed one asked for")
	case o.SelfSigned:
		cert, err = selfSigned(o.Names)
	case o.Cert == "" || o.Key == "":
		return nil, "", errors.New("TLS needs a certificate and its key")
	default:
		cert, err = keyPair(o.Cert, o.Key)
	}
	if err != nil {
		return nil, "", err
	}
	cfg = &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: o.ALPN, MinVersion: tls.VersionTLS12}
	if o.ClientCA != "" {
		if cfg.ClientCAs, err = readCAs(o.ClientCA); err != nil {
			return nil, "", err
		}
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return cfg, Fingerprint(cert.Leaf), nil
}

// keyPair reads a certificate and its key, whose files the error names.
func keyPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return cert, fmt.Errorf("certificate %s with key %s: %w", certFile, keyFile, err)
	}
	return cert, nil
}

// selfSigned makes a certificate for names.
func selfSigned(names []string) (cert tls.Certificate, err error) {
	if len(names) == 0 {
		names = []string{"localhost", loopback, "::1"}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return cert, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return cert, fmt.Errorf("make a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: names[0]},
		NotBefore:             time.Now().Add(-time.Hour),                // clocks differ
		NotAfter:              time.Now().Add(10 * 365 * 24 * time.Hour), // a server may run for years
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return cert, fmt.Errorf("make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// readCAs reads certificates to trust.
func readCAs(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificates to trust: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificates to trust: %s holds none in the PEM format", file)
	}
	return pool, nil
}

// Fingerprint returns "sha256:" and the hash of the certificate in hexadecimal.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// A HandshakeError says that a handshake of TLS failed, and why.
type HandshakeError struct{ Err error }

func (e *HandshakeError) Error() string { return "TLS handshake: " + e.Err.Error() }

// Unwrap returns the reason.
func (e *HandshakeError) Unwrap() error { return e.Err }

// Handshake runs the handshake of conn, for no longer than limit, and returns a
// [*HandshakeError] if it fails; conn is closed then if it was cut off.
func Handshake(ctx context.Context, conn *tls.Conn, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return &HandshakeError{err}
	}
	return nil
}
