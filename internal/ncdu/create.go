package ncdu

import (
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// An Export is a [Writer] to a file. Close makes the file final, Abort leaves
// what was there before; a deferred Abort after a Close does nothing.
type Export struct {
	*Writer
	gz   *gzip.Writer // nil if not compressed
	file *target      // nil for stdout
}

// Create begins an export to the file path, compressed if its name ends in ".gz";
// "-" is stdout. It returns [ErrZstd] for a name that ends in ".zst".
//
// The export is written to a temporary file in the same directory and takes its
// name at Close: until then, and after a crash, the old file is untouched. A path
// that is a symbolic link replaces what the link points to. A path that exists
// and is not a regular file, such as a pipe, is written to directly.
func Create(path string, stdout io.Writer) (*Export, error) {
	name := strings.ToLower(path)
	if strings.HasSuffix(name, ".zst") {
		return nil, ErrZstd
	}
	if path == "-" {
		return &Export{Writer: NewWriter(stdout)}, nil
	}
	f, err := newTarget(path)
	if err != nil {
		return nil, err
	}
	x := &Export{file: f}
	if strings.HasSuffix(name, ".gz") {
		// Saving must not take longer than the scan: BestSpeed is some 2.5 times as
		// fast as the default, for a file larger by a third.
		x.gz, _ = gzip.NewWriterLevel(f, gzip.BestSpeed)
		x.Writer = NewWriter(x.gz)
	} else {
		x.Writer = NewWriter(f)
	}
	return x, nil
}

// Close completes the export and gives the file its name. After an error, also
// one of an earlier call, the old file is still there. Closing again does nothing.
func (x *Export) Close() error {
	err := x.Writer.Close()
	if x.gz != nil {
		err = errors.Join(err, x.gz.Close())
	}
	if x.file == nil {
		return err
	}
	if err != nil {
		return errors.Join(err, x.file.discard())
	}
	return x.file.commit()
}

// Abort gives the export up, unless Close was called before.
func (x *Export) Abort() error {
	if x.file == nil {
		return nil
	}
	return x.file.discard()
}
