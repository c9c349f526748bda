//go:build linux && (amd64 || arm64)

package gnudu

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// A kind is what a file of a tree is.
type kind int

const (
	dir kind = iota
	regular
	hardLink
	symlink
	fifo
	socket
)

// A file is one file of a random tree. Files are made in order, so a parent
// stands before what is in it.
type file struct {
	kind   kind
	path   string // relative to the top of the tree
	target string // of a link
	size   int64  // of a regular file
	data   int    // bytes at its start that are no hole
	mtime  unix.Timespec
	mode   os.FileMode // of a directory
}

// names are the names that files of a tree get: short ones, so that equal names
// come about in several directories; some that sort on either side of a slash;
// and some that are hard to print.
var names = []string{
	"a", "a", "a", "b", "b", "c", "d", "x", "y", "a-", "a.", "a0", "a b", "-", "-a", "--", "...", ".hidden",
	"a\nb", "\n", "\t", "\x1b[31m", "\xff\xfe", "a\xc3", "é", "日本", "'", "it's", `"`, `a"b'c`, "$x", "~", "~a", "#", "*",
	"[a]", "?", `a\b`, "{", "a=b", "!", "(a)", "\x01", "\x7f", "%s", "total",
	strings.Repeat("n", 255),
}

// stamps are the seconds of times of modification. Not all can be stored on
// each file system; both sides see what became of them. None is before 1970,
// which GNU du takes for the latest time of some directories with nothing later.
var stamps = []int64{0, 0, 1, 1<<31 - 1, 1 << 31, 1<<33 + 12345, 1e9, 1234567890, 1700000000, 1720000000}

// randomTree returns up to max files.
func randomTree(rng *rand.Rand, max int) []file {
	dirs := []string{"."}
	used := map[string]bool{}
	var files []file
	for range rng.IntN(max + 1) {
		f := file{mtime: unix.Timespec{Sec: pick(rng, stamps), Nsec: rng.Int64N(1e9)}}
		if rng.IntN(3) == 0 {
			f.mtime.Nsec = 0
		}
		parent := pick(rng, dirs)
		if rng.IntN(2) == 0 {
			parent = dirs[len(dirs)-1] // makes deep trees
		}
		f.path = path.Join(parent, pick(rng, names))
		if used[f.path] {
			continue
		}
		used[f.path] = true
		switch n := rng.IntN(20); {
		case n < 7:
			f.kind = dir
			dirs = append(dirs, f.path)
			f.mode = 0o755
			if rng.IntN(8) == 0 {
				f.mode = pick(rng, []os.FileMode{0, 0, 0o444, 0o111, 0o311, 0o500})
			}
		case n < 13:
			f.kind = regular
			f.size, f.data = randomSize(rng)
		case n < 15:
			f.kind = hardLink
			f.target = linkable(rng, files)
			if f.target == "" {
				f.kind = fifo
			}
		case n < 18:
			f.kind = symlink
			f.target = randomTarget(rng, files, f.path)
		case n < 19:
			f.kind = fifo
		default:
			f.kind = socket
		}
		files = append(files, f)
	}
	return files
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func randomSize(rng *rand.Rand) (size int64, data int) {
	switch rng.IntN(5) {
	case 0:
		return 0, 0
	case 1:
		return rng.Int64N(1 << 43), 0 // as much as ext4 takes
	case 2:
		return 1 << rng.IntN(43), rng.IntN(2)
	default:
		data = rng.IntN(20_000)
		return int64(data) + rng.Int64N(50_000), data
	}
}

// linkable returns a file that can get another name.
func linkable(rng *rand.Rand, files []file) string {
	var paths []string
	for _, f := range files {
		if f.kind != dir {
			paths = append(paths, f.path)
		}
	}
	if paths == nil {
		return ""
	}
	return pick(rng, paths)
}

// randomTarget returns what the symbolic link at path leads to: mostly another
// file of the tree, sometimes nothing.
func randomTarget(rng *rand.Rand, files []file, at string) string {
	if len(files) == 0 || rng.IntN(4) == 0 {
		return pick(rng, []string{"nowhere", ".", "..", "../..", path.Base(at), "/dev/null", "a/b"})
	}
	target := pick(rng, files).path
	up := strings.Repeat("../", strings.Count(at, "/"))
	return up + target + pick(rng, []string{"", "", "", "/", "/."})
}

// build makes the tree in the directory top, which has to be empty.
func build(top string, files []file) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, f.make(filepath.Join(top, f.path)))
	}
	// Times of directories change as they are filled, and modes may forbid that.
	for _, f := range slices.Backward(files) {
		errs = append(errs, f.finish(filepath.Join(top, f.path)))
	}
	return errors.Join(errs...)
}

func (f *file) make(p string) error {
	switch f.kind {
	case dir:
		return os.Mkdir(p, 0o755)
	case hardLink:
		return os.Link(filepath.Join(strings.TrimSuffix(p, f.path), f.target), p)
	case symlink:
		return os.Symlink(f.target, p)
	case fifo:
		return unix.Mkfifo(p, 0o644)
	case socket:
		return unix.Mknod(p, unix.S_IFSOCK|0o644, 0)
	default:
		return errors.Join(os.WriteFile(p, make([]byte, f.data), 0o644), os.Truncate(p, f.size))
	}
}

// farAway is a time of access that no access changes: the kernel leaves those
// alone that are later than the file's other times.
var farAway = unix.Timespec{Sec: 9e9}

func (f *file) finish(p string) error {
	if f.kind == hardLink {
		return nil
	}
	atime := farAway
	atime.Sec += f.mtime.Sec % 1e6
	err := unix.UtimesNanoAt(unix.AT_FDCWD, p, []unix.Timespec{atime, f.mtime}, unix.AT_SYMLINK_NOFOLLOW)
	if f.kind == dir {
		err = errors.Join(err, os.Chmod(p, f.mode))
	}
	return err
}

// removeTree removes a tree with what it forbids to enter.
func removeTree(top string) error {
	walked := filepath.WalkDir(top, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			return os.Chmod(p, 0o755) // before it is read
		}
		return err
	})
	return errors.Join(walked, os.RemoveAll(top))
}
