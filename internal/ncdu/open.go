package ncdu

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
)

// The first bytes of what an export may come as.
const (
	gzipMagic   = "\x1f\x8b"
	zstdMagic   = "\x28\xb5\x2f\xfd"
	binaryMagic = "\xbfncduEX1"
)

// Open opens the file path for [Read], "-" being stdin, and uncompresses it if
// its content is gzip, whatever its name. It returns [ErrZstd] or [ErrBinary]
// when that is what the content is. Closing the result closes the file, but not
// stdin.
func Open(path string, stdin io.Reader) (io.ReadCloser, error) {
	if path == "-" {
		return newSource(stdin, nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	src, err := newSource(f, f)
	if err != nil {
		return nil, &os.PathError{Op: "load", Path: path, Err: errors.Join(err, f.Close())}
	}
	return src, nil
}

// source is the uncompressed content of a file.
type source struct {
	io.Reader
	file io.Closer // nil for stdin
}

// Close closes the file.
func (s *source) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

func newSource(r io.Reader, file io.Closer) (*source, error) {
	b, magic, err := sniff(r)
	if err == nil && strings.HasPrefix(magic, gzipMagic) {
		var z *gzip.Reader
		if z, err = gzip.NewReader(b); err == nil {
			b, magic, err = sniff(z)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case strings.HasPrefix(magic, zstdMagic):
		return nil, ErrZstd
	case magic == binaryMagic:
		return nil, ErrBinary
	}
	return &source{b, file}, nil
}

// sniff returns the first bytes of r, and a reader that still has them.
func sniff(r io.Reader) (*bufio.Reader, string, error) {
	b := bufio.NewReader(r)
	magic, err := b.Peek(len(binaryMagic))
	if err == io.EOF {
		err = nil
	}
	return b, string(magic), err
}
