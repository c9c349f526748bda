package ncdu

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

// target is a file that is replaced as a whole or not at all.
type target struct {
	*os.File
	path string // to become; empty when the file is written to directly
	done bool   // committed or discarded
}

// newTarget creates the temporary file that is to become path.
func newTarget(path string) (*target, error) {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	}
	perm, existed := fs.FileMode(0o666), false // less the umask
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		return &target{File: f}, nil
	case err == nil:
		perm, existed = info.Mode().Perm(), true
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	f, err := createTemp(filepath.Dir(path), perm)
	if err != nil {
		return nil, err
	}
	t := &target{File: f, path: path}
	if existed {
		if err := f.Chmod(perm); err != nil { // what the umask took away
			return nil, errors.Join(err, t.discard())
		}
	}
	return t, nil
}

// createTemp is os.CreateTemp with permissions that are subject to the umask.
// The name is short and does not depend on the final one, which may already be
// as long as a name can be.
func createTemp(dir string, perm fs.FileMode) (*os.File, error) {
	for tries := 0; ; tries++ {
		name := filepath.Join(dir, ".baton-"+strconv.FormatUint(rand.Uint64(), 36)+".tmp")
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) || tries == 100 {
			return f, err
		}
	}
}

// commit makes the file durable, then gives it its name.
func (t *target) commit() error {
	if t.done {
		return nil
	}
	t.done = true
	if t.path == "" {
		return t.File.Close()
	}
	err := t.Sync()
	if cerr := t.File.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(t.Name(), t.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(t.Name()))
	}
	syncDir(filepath.Dir(t.path))
	return nil
}

// discard removes the temporary file.
func (t *target) discard() error {
	if t.done {
		return nil
	}
	t.done = true
	err := t.File.Close()
	if t.path == "" {
		return err
	}
	return errors.Join(err, os.Remove(t.Name()))
}

// syncDir makes the new name durable. The content already is, and not every
// system and file system can do this, so that it is tried and no more.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
