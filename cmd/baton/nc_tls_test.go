//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/internal/endpoint"
)

// certificates are PEM files, each with its key beside it.
type certificates struct {
	ca, otherCA, server, oldServer, client, stranger, oldClient string
	pins                                                        map[string]string // by file
}

func (certificates) key(cert string) string { return cert + ".key" }

// An authority signs certificates.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

// sign makes a certificate, by itself if a has none yet, and returns its file.
func (a *authority) sign(name string, until time.Duration) (file string, cert *x509.Certificate, key *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-48 * time.Hour), NotAfter: now.Add(until),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true, IsCA: a.cert == nil,
	}
	parent, parentKey := a.cert, a.key
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		a.t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	file = filepath.Join(a.dir, name+".pem")
	a.write(file, "CERTIFICATE", der)
	a.write(file+".key", "PRIVATE KEY", private)
	return file, cert, key
}

func (a *authority) write(file, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func newCertificates(t *testing.T) (c certificates) {
	t.Helper()
	dir := t.TempDir()
	c.pins = map[string]string{}
	known, other := &authority{t: t, dir: dir}, &authority{t: t, dir: dir}
	c.ca, known.cert, known.key = known.sign("ca", time.Hour)
	c.otherCA, other.cert, other.key = other.sign("other-ca", time.Hour)
	for _, s := range []struct {
		file  *string
		by    *authority
		name  string
		until time.Duration
	}{
		{&c.server, known, "server", time.Hour},
		{&c.oldServer, known, "old-server", -24 * time.Hour},
		{&c.client, known, "client", time.Hour},
		{&c.stranger, other, "stranger", time.Hour},
		{&c.oldClient, known, "old-client", -24 * time.Hour},
	} {
		file, cert, _ := s.by.sign(s.name, s.until)
		*s.file, c.pins[file] = file, endpoint.Fingerprint(cert)
	}
	return c
}

// TestNcMutualTLS has servers that ask for a certificate and clients that have none,
// the right one, or another, and clients that trust the server or don't. Who is
// refused has sent nothing to the server's command, and both sides say why.
func TestNcMutualTLS(t *testing.T) {
	c := newCertificates(t)
	by := func(cert string) string { return "--cert " + cert + " --key " + c.key(cert) }
	_, asks := server(t, "-k -c cat --ca "+c.ca+" "+by(c.server))
	_, plain := server(t, "-k -c cat "+by(c.server))
	_, old := server(t, "-k -c cat "+by(c.oldServer))
	wrong := "--pin sha256:" + strings.Repeat("5a", 32)
	tests := []struct {
		name, port, args string
		code             int
		want             string
	}{
		{"right", asks, "--ca " + c.ca + " " + by(c.client), 0, ""},
		{"right, pinned", asks, "--pin " + c.pins[c.server] + " " + by(c.client), 0, ""},
		{"right, pinned and signed", asks, "--pin " + c.pins[c.server] + " --ca " + c.ca + " " + by(c.client), 0, ""},
		{"none", asks, "--ca " + c.ca, 12, "certificate required"},
		{"of another authority", asks, "--ca " + c.ca + " " + by(c.stranger), 12, "certificate"},
		{"expired", asks, "--ca " + c.ca + " " + by(c.oldClient), 12, "certificate"},
		{"unasked for", plain, "--ca " + c.ca + " " + by(c.client), 0, ""},
		{"server of another authority", plain, "--ca " + c.otherCA, 12, "signed by unknown authority"},
		{"server of an authority that nobody named", plain, "--tls", 12, "signed by unknown authority"},
		{"server that expired", old, "--ca " + c.ca, 12, "expired"},
		{"server that expired, pinned", old, "--pin " + c.pins[c.oldServer], 0, ""},
		{"server with another name", plain, "--sni example.org --ca " + c.ca, 12, "not example.org"},
		{"another pin", plain, wrong, 12, "another fingerprint: " + c.pins[c.server]},
		{"another pin, and signed", plain, wrong + " --ca " + c.ca, 12, "another fingerprint"},
		{"the right pin, and signed by another", plain, "--pin " + c.pins[c.server] + " --ca " + c.otherCA, 12, "signed by unknown authority"},
		{"anything goes", old, "--insecure", 0, ""},
		{"a certificate without its key", plain, "--cert " + c.client, 1, "needs its key"},
		{"another's key", plain, "--cert " + c.client + " --key " + c.key(c.stranger), 1, "private key does not match public key"},
		{"no certificate in the file", plain, "--ca " + c.key(c.ca), 1, "holds none in the PEM format"},
		{"no such file", plain, "--ca /nonexistent/ca.pem", 1, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := nc(t, "hello", append(strings.Fields(tt.args), "localhost", tt.port)...)
			want := ""
			if tt.code == 0 {
				want = "hello"
			}
			if out != want || code != tt.code || !strings.Contains(errs, tt.want) || code == 0 && errs != "" {
				t.Errorf("code %d, want %d; printed %q and %q, want %q and %q", code, tt.code, out, errs, want, tt.want)
			}
		})
	}
}
