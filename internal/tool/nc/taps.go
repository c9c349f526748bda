package nc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"sync"
	"time"

	"baton/internal/ui"
)

// taps look at what goes through a connection; those that are nil let it go unseen.
type taps struct {
	sent, received       func([]byte)
	sentSum, receivedSum hash.Hash
}

// taps returns what the user wants to know about the connection with a peer.
func (p *program) taps(name string) taps {
	var t taps
	if p.opts.Stream.SHA256 {
		t.sentSum, t.receivedSum = sha256.New(), sha256.New()
		t.sent = func(b []byte) { t.sentSum.Write(b) }
		t.received = func(b []byte) { t.receivedSum.Write(b) }
	}
	if p.dump != nil {
		t.sent = both(t.sent, p.dump.direction(name, ">"))
		t.received = both(t.received, p.dump.direction(name, "<"))
	}
	return t
}

func both(a, b func([]byte)) func([]byte) {
	if a == nil {
		return b
	}
	return func(p []byte) {
		a(p)
		b(p)
	}
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// A dumper writes what goes through in hexadecimal. It may be used concurrently.
type dumper struct {
	file *os.File
	mu   sync.Mutex
	err  error // the first of a write; guarded by mu
}

// newDumper creates the file, or takes standard error for "-".
func newDumper(path string, s *ui.Streams) (*dumper, error) {
	if path == "-" {
		if f := s.Err.File(); f != nil {
			return &dumper{file: f}, nil
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // passwords may go through
	if err != nil {
		return nil, fmt.Errorf("hex dump: %w", err)
	}
	return &dumper{file: f}, nil
}

// direction returns what dumps one direction of a connection: for each piece a line
// with its time, direction, peer, length and offset, and then its bytes.
func (d *dumper) direction(peer, arrow string) func([]byte) {
	offset := 0
	return func(p []byte) {
		now := time.Now().Format("2006-01-02T15:04:05.000000Z07:00")
		text := fmt.Sprintf("%s %s %s length=%d offset=%d\n%s", now, arrow, peer, len(p), offset, hex.Dump(p))
		offset += len(p)
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.err == nil {
			_, d.err = d.file.WriteString(text)
		}
	}
}

// close closes the file, and returns what went wrong with it.
func (d *dumper) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file.Name() != os.Stderr.Name() {
		if err := d.file.Close(); d.err == nil {
			d.err = err
		}
	}
	if d.err != nil {
		return fmt.Errorf("hex dump: %w", d.err)
	}
	return nil
}
