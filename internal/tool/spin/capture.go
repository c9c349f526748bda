package spin

import (
	"fmt"
	"io"
	"os"

	"baton/internal/ui"
)

// A capture keeps a command's output in files, for which memory is no limit. The
// command writes into them itself.
type capture struct {
	stdout, stderr *os.File
	names          []string // of files that still have one
}

// newCapture returns a capture that keeps the two outputs apart, or in their order
// where both go to the same place.
func newCapture(s *ui.Streams) (*capture, error) {
	c := &capture{}
	var err error
	if c.stdout, err = c.temporary(); err != nil {
		return nil, err
	}
	c.stderr = c.stdout
	if !sameFile(s.Out.File(), s.Err.File()) {
		if c.stderr, err = c.temporary(); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// temporary returns a file that is gone when it is closed, however the program
// ends, where the system can do that.
func (c *capture) temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "baton-spin-*")
	if err != nil {
		return nil, fmt.Errorf("keep the output back: %w", err)
	}
	if os.Remove(f.Name()) != nil {
		c.names = append(c.names, f.Name())
	}
	return f, nil
}

// replay writes what was kept to where it would have gone.
func (c *capture) replay(s *ui.Streams) error {
	if err := copyOut(s.Out, c.stdout); err != nil || c.stderr == c.stdout {
		return err
	}
	return copyOut(s.Err, c.stderr)
}

func copyOut(o *ui.Output, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("show the output: %w", err)
	}
	_, err := io.Copy(o, f)
	return err
}

func (c *capture) close() {
	c.stdout.Close()
	if c.stderr != nil {
		c.stderr.Close() // perhaps for the second time, which does nothing
	}
	for _, name := range c.names {
		os.Remove(name)
	}
}

// sameFile reports whether two outputs go to the same place.
func sameFile(a, b *os.File) bool {
	if a == nil || b == nil {
		return false
	}
	x, err := a.Stat()
	if err != nil {
		return false
	}
	y, err := b.Stat()
	return err == nil && os.SameFile(x, y)
}
