package chat

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// TestCertificate: it stays the same until it expires, and nobody else can read it.
func TestCertificate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	file := filepath.Join(dir, certificateFile)
	get := func(dir string, now time.Time) string {
		t.Helper()
		cfg, fingerprint, err := Certificate(dir, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(cfg.Certificates) != 1 || cfg.Certificates[0].PrivateKey == nil {
			t.Fatalf("certificates %v", cfg.Certificates)
		}
		return fingerprint
	}
	now := time.Now()
	first := get(dir, now)
	if again := get(dir, now.AddDate(9, 0, 0)); again != first {
		t.Errorf("another certificate, %s, after %s", again, first)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode %o", mode)
	}
	late := get(dir, now.AddDate(11, 0, 0))
	if late == first {
		t.Error("the certificate has expired and was kept")
	}
	if again := get(dir, now); again != late {
		t.Errorf("another certificate, %s, after %s", again, late)
	}
	if one, two := get("", now), get("", now); one == two {
		t.Error("a certificate was kept nowhere")
	}
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Certificate(dir, now); err == nil {
		t.Error("what is no certificate was taken, or replaced")
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 1 {
		t.Errorf("files %q", files)
	}
}
