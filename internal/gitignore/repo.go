package gitignore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is how much of a file is read: Git itself ignores larger ones.
const maxFile = 100 << 20

// Global returns the content of the user's own ignore file at its default place,
// git/ignore below $XDG_CONFIG_HOME or else ~/.config; nothing if there is none.
func Global() ([]byte, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, nil // as if the file did not exist
		}
		dir = filepath.Join(home, ".config")
	}
	return readFile(filepath.Join(dir, "git", "ignore"))
}

// Repository returns the Matcher of dir as the top of a work tree, without its
// .gitignore, or nil if dir has no .git that leads to a repository.
func Repository(dir string, global []byte) (*Matcher, error) {
	git := filepath.Join(dir, ".git")
	info, err := os.Stat(git)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	if info.Mode().IsRegular() { // of a submodule, or of a further work tree
		if git, err = pointer(git, "gitdir: "); err != nil {
			return nil, ignoreMissing(err)
		}
	}
	if _, err := os.Lstat(filepath.Join(git, "HEAD")); err != nil {
		return nil, ignoreMissing(err)
	}
	// A further work tree shares the file with the first one.
	if common, err := pointer(filepath.Join(git, "commondir"), ""); err == nil {
		git = common
	}
	exclude, err := readFile(filepath.Join(git, "info", "exclude"))
	return New(global, exclude), err
}

// Inherit returns the Matcher that the directory dir has from those above it, up
// to the top of the work tree around it: nil when dir is in none, or is the top
// itself. Patterns that match a directory on the way are not applied to it: dir
// was asked for.
func Inherit(dir string, global []byte) (*Matcher, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if m, err := Repository(dir, nil); m != nil || err != nil {
		return nil, err
	}
	var below []string // the names from the top to dir, the last one first
	for {
		name := filepath.Base(dir)
		up := filepath.Dir(dir)
		if up == dir {
			return nil, nil
		}
		dir, below = up, append(below, name)
		m, err := Repository(dir, global)
		if err != nil {
			return nil, err
		}
		if m != nil {
			return m.descend(dir, below)
		}
	}
}

// descend goes from the top of a work tree down the names, the last one first.
func (m *Matcher) descend(top string, names []string) (*Matcher, error) {
	dir := top
	for i := len(names) - 1; i >= 0; i-- {
		content, err := IgnoreFile(dir)
		if err != nil {
			return nil, err
		}
		m = m.With(content).Enter([]byte(names[i]))
		dir = filepath.Join(dir, names[i])
	}
	return m, nil
}

// IgnoreFile returns the content of dir's .gitignore for [Matcher.With]: nothing
// if there is none or it is not a regular file.
func IgnoreFile(dir string) ([]byte, error) {
	path := filepath.Join(dir, ".gitignore")
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, ignoreMissing(err)
	}
	return readFile(path)
}

// pointer returns the path that the file says, after the prefix, relative to the
// file's directory.
func pointer(file, prefix string) (string, error) {
	content, err := readFile(file)
	if err != nil {
		return "", err
	}
	path, ok := strings.CutPrefix(strings.TrimRight(string(content), "\r\n"), prefix)
	if !ok || path == "" {
		return "", &fs.PathError{Op: "read", Path: file, Err: fs.ErrNotExist}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(file), path)
	}
	return path, nil
}

// readFile returns the content of a file, nothing if it does not exist or is
// larger than any that Git reads.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(content) > maxFile {
		return nil, err
	}
	return content, err
}

// ignoreMissing returns err unless it says that there is no such file.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
