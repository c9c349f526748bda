package endpoint

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/pipenet"
)

// greet is a handler that says hello and how the client's line was.
func greet(_ context.Context, conn net.Conn) error {
	l := NewLines(conn, LineOptions{Max: 10, Idle: time.Minute})
	defer l.Close()
	line, err := l.Next()
	if err != nil {
		return err
	}
	if string(line) == "fail" {
		return errors.New("failed by itself")
	}
	_, err = fmt.Fprintf(conn, "hello %s\n", line)
	return err
}

// TestJudgement: what clients do is no warning, what the server does is.
func TestJudgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		l := pipenet.Listen()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { // ends with the server
			ended <- Serve(ctx, l, Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, greet)
		}()
		for _, say := range []string{"fail\n", "much too long\n", "half", ""} {
			client := l.Dial()
			io.WriteString(client, say)
			if say == "half" {
				time.Sleep(time.Minute)
			}
			client.Close()
			synctest.Wait()
		}
		silent := l.Dial()
		time.Sleep(2 * time.Minute)
		silent.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), `level=WARN msg="handler failed" remote=pipe err="failed by itself"`) {
			t.Errorf("log:\n%s", &log)
		}
	})
}

// TestHandshakeTime: a client that says nothing is given up.
func TestHandshakeTime(t *testing.T) {
	cfg, _, err := ServerTLS{SelfSigned: true}.Config()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		l := pipenet.Listen()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		opts := Options{TLS: cfg, Log: slog.New(slog.NewTextHandler(&log, nil)), Limits: Limits{Handshake: 3 * time.Second}}
		go func() { ended <- Serve(ctx, l, opts, greet) }() // ends with the server
		begin := time.Now()
		client := l.Dial()
		if _, err := client.Read(make([]byte, 1)); err != io.EOF || time.Since(begin) != 3*time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		client.Close()
		waiting := l.Dial() // does not hold up the end
		defer waiting.Close()
		synctest.Wait()
		begin = time.Now()
		cancel()
		if err := <-ended; err != nil || time.Since(begin) != 0 {
			t.Errorf("ended with %v after %v", err, time.Since(begin))
		}
		if n := strings.Count(log.String(), "handshake failed"); n != 1 {
			t.Errorf("log:\n%s", &log)
		}
	})
}

// serveTLS runs greet and returns its address.
func serveTLS(t *testing.T, opts Options) string {
	ln, err := Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	opts.Limits.Handshake = time.Hour                    // on a slow machine
	go func() { ended <- Serve(ctx, ln, opts, greet) }() // ends with the test
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// hello connects and returns what the server says.
func hello(address string, cfg *tls.Config) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	secure := tls.Client(conn, cfg)
	if err := Handshake(context.Background(), secure, time.Hour); err != nil {
		return "", err
	}
	fmt.Fprint(secure, "you\n")
	said, err := io.ReadAll(secure)
	return string(said), err
}

// write writes a PEM file.
func writePEM(t *testing.T, name, kind string, der []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pair writes a self-signed certificate and its key.
func pair(t *testing.T, names ...string) (cert, key string) {
	t.Helper()
	made, err := selfSigned(names)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "cert.pem", "CERTIFICATE", made.Certificate[0]), writePEM(t, "key.pem", "PRIVATE KEY", der)
}

func TestTLS(t *testing.T) {
	cert, key := pair(t, "localhost", "127.0.0.1")
	clientCert, clientKey := pair(t, "client")
	cfg, print, err := ServerTLS{Cert: cert, Key: key, ALPN: []string{"greet"}}.Config()
	if err != nil {
		t.Fatal(err)
	}
	open := serveTLS(t, Options{TLS: cfg})
	cfg, closedPrint, err := ServerTLS{SelfSigned: true, ClientCA: clientCert}.Config()
	if err != nil {
		t.Fatal(err)
	}
	closed := serveTLS(t, Options{TLS: cfg})
	upper := strings.ToUpper(strings.TrimPrefix(print, "sha256:"))
	var colons []string
	for i := 0; i < len(upper); i += 2 {
		colons = append(colons, upper[i:i+2])
	}
	for _, tt := range []struct {
		name    string
		address string
		o       ClientTLS
		fails   bool
	}{
		{"unknown authority", open, ClientTLS{}, true},
		{"authority", open, ClientTLS{CA: cert}, false},
		{"another name", open, ClientTLS{CA: cert, ServerName: "example.com"}, true},
		{"a name of it", open, ClientTLS{CA: cert, ServerName: "localhost"}, false},
		{"insecure", open, ClientTLS{Insecure: true}, false},
		{"pin", open, ClientTLS{Pin: print}, false},
		{"pin as openssl prints it", open, ClientTLS{Pin: "SHA256:" + strings.Join(colons, ":")}, false},
		{"another pin", open, ClientTLS{Pin: closedPrint}, true},
		{"another pin, insecure", open, ClientTLS{Pin: closedPrint, Insecure: true}, true},
		{"pin and another authority", open, ClientTLS{Pin: print, CA: clientCert}, true},
		{"protocol", open, ClientTLS{Pin: print, ALPN: []string{"greet"}}, false},
		{"another protocol", open, ClientTLS{Pin: print, ALPN: []string{"other"}}, true},
		{"client certificate", closed, ClientTLS{Pin: closedPrint, Cert: clientCert, Key: clientKey}, false},
		{"no client certificate", closed, ClientTLS{Pin: closedPrint}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := tt.o.Config("127.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			said, err := hello(tt.address, cfg)
			if tt.fails {
				if Classify(err) != TLS {
					t.Errorf("%v is %v, want TLS", err, Classify(err))
				}
			} else if said != "hello you\n" || err != nil {
				t.Errorf("%q, %v", said, err)
			}
			if isPin := strings.Contains(tt.name, "another pin"); isPin != errors.Is(err, ErrPin) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestBadTLSOptions(t *testing.T) {
	cert, key := pair(t)
	for why, o := range map[string]ServerTLS{
		"its key":            {Cert: cert},
		"self-signed":        {Cert: cert, Key: key, SelfSigned: true},
		"no-such-file":       {Cert: "no-such-file", Key: key},
		"holds none":         {Cert: cert, Key: key, ClientCA: key},
		"certificates to tr": {Cert: cert, Key: key, ClientCA: "no-such-file"},
	} {
		if _, _, err := o.Config(); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for why, o := range map[string]ClientTLS{
		"needs its key":       {Cert: cert},
		"the key its":         {Key: key},
		"holds none":          {CA: key},
		"invalid fingerprint": {Pin: "sha256:00"},
		`"md5:00"`:            {Pin: "md5:00"},
	} {
		if _, err := o.Config("host"); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestRefuseTLS: who is refused is told so, in TLS, for which there is a second.
func TestRefuseTLS(t *testing.T) {
	cfg, print, err := ServerTLS{SelfSigned: true}.Config()
	if err != nil {
		t.Fatal(err)
	}
	ccfg, err := ClientTLS{Pin: print}.Config("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		l := pipenet.Listen()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		opts := Options{TLS: cfg, Limits: Limits{MaxConns: 1}, Refuse: func(conn net.Conn, reason string) {
			fmt.Fprint(conn, "sorry: "+reason)
		}}
		go func() { ended <- Serve(ctx, l, opts, greet) }() // ends with ctx
		first := l.Dial()
		if said, err := io.ReadAll(tls.Client(l.Dial(), ccfg)); string(said) != "sorry: too many connections" || err != nil {
			t.Errorf("%q, %v", said, err)
		}
		first.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
