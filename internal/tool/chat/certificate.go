package chat

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"baton/internal/endpoint"
)

// certificateFile has the server's own certificate and its key.
const certificateFile = "tls.pem"

// Certificate returns the configuration of TLS with a self-signed certificate, and the
// fingerprint by which clients know it. The certificate is kept in a directory, which
// is made if need be, so that it is the same after a restart; one that has expired is
// replaced. With "" for the directory it is new each time. Only one process at a time
// may use a directory, as with [OpenStore].
func Certificate(dir string, now time.Time) (cfg *tls.Config, fingerprint string, err error) {
	if dir == "" {
		return endpoint.ServerTLS{SelfSigned: true}.Config()
	}
	file := filepath.Join(dir, certificateFile)
	cfg, fingerprint, err = endpoint.ServerTLS{Cert: file, Key: file}.Config()
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, "", err // such as one that somebody has changed: it isn't ours to replace
	case now.Before(cfg.Certificates[0].Leaf.NotAfter):
		return cfg, fingerprint, nil
	}
	cfg, fingerprint, err = endpoint.ServerTLS{SelfSigned: true}.Config()
	if err == nil {
		err = keepCertificate(file, &cfg.Certificates[0])
	}
	if err != nil {
		return nil, "", fmt.Errorf("keep a certificate: %w", err)
	}
	return cfg, fingerprint, nil
}

// keepCertificate writes a certificate and its key to a file that only its owner can
// read. There is the whole file or none.
func keepCertificate(file string, cert *tls.Certificate) error {
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), certificateFile) // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
