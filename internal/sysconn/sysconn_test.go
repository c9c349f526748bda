package sysconn_test

import (
	"crypto/tls"
	"net"
	"path/filepath"
	"runtime"
	"testing"

	"baton/internal/sysconn"
)

func TestRaw(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	tcp := dial(t, "tcp", "127.0.0.1:0")
	for name, tt := range map[string]struct {
		conn net.Conn
		raw  bool
	}{
		"tcp":  {tcp, runtime.GOOS != "windows"},
		"unix": {dial(t, "unix", filepath.Join(t.TempDir(), "s")), runtime.GOOS != "windows"},
		"pipe": {here, false},
		"tls":  {tls.Client(tcp, &tls.Config{ServerName: "x"}), false}, // what is on the wire isn't what is read
	} {
		if got := sysconn.Raw(tt.conn) != nil; got != tt.raw {
			t.Errorf("%s: raw is %v, want %v", name, got, tt.raw)
		}
	}
}

func dial(t *testing.T, network, address string) net.Conn {
	t.Helper()
	ln, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	conn, err := net.Dial(network, ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
