//go:build linux && !portable

package disktree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { byHandle = true }

func TestPathLongerThanPathMax(t *testing.T) {
	for _, handles := range []string{"kept", "reopened"} {
		t.Run(handles, func(t *testing.T) {
			top := t.TempDir()
			fd, err := unix.Open(top, unix.O_RDONLY|unix.O_DIRECTORY, 0)
			check(t, err)
			const levels = 60
			name := strings.Repeat("d", 200)
			want := Tally{Files: 1, Dirs: levels + 1, Apparent: 100_000}
			for range levels {
				check(t, unix.Mkdirat(fd, name, 0o777))
				check(t, unix.Mkdirat(fd, "sibling", 0o777)) // keeps the handle in demand
				want.Dirs++
				next, err := unix.Openat(fd, name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
				check(t, err)
				unix.Close(fd)
				fd = next
			}
			leaf, err := unix.Openat(fd, "leaf", unix.O_CREAT|unix.O_WRONLY, 0o666)
			check(t, err)
			check(t, unix.Ftruncate(leaf, 100_000))
			unix.Close(leaf)
			unix.Close(fd)

			s := newScan(Options{Workers: 2, EntryDepth: -1, Depth: -1})
			if handles == "reopened" {
				s.budget = 0
			}
			tree, err := s.scan(context.Background(), []string{top})
			check(t, err)
			want.Disk = tree.Total.Disk
			if tree.Total != want || len(tree.Errors) > 0 {
				t.Errorf("total %+v, want %+v; errors %v", tree.Total, want, tree.Errors)
			}
			shorten(t, top, name, levels)
		})
	}
}

// shorten moves the lower parts of a chain of directories of one name up, so
// that they can be removed by their path.
func shorten(t *testing.T, top, name string, levels int) {
	t.Helper()
	for i := 0; levels > 15; i++ {
		deep := filepath.Join(top, strings.Repeat(name+"/", 15))
		check(t, os.Rename(deep, filepath.Join(top, fmt.Sprint("moved", i))))
		check(t, os.RemoveAll(filepath.Join(top, name)))
		check(t, os.Rename(filepath.Join(top, fmt.Sprint("moved", i)), filepath.Join(top, name)))
		levels -= 14
	}
}

func TestRootPathLongerThanPathMax(t *testing.T) {
	top := t.TempDir()
	t.Chdir(top)
	name := strings.Repeat("d", 200)
	const levels = 40
	for range levels {
		check(t, os.Mkdir(name, 0o777))
		check(t, os.Chdir(name))
	}
	write(t, "leaf", 10)
	check(t, os.Chdir(top))
	path := strings.Repeat(name+"/", levels)
	for _, p := range []string{path, path + "leaf", filepath.Join(top, path)} {
		tree := scanOf(t, Options{}, p)
		if tree.Total.Apparent != 10 || len(tree.Errors) > 0 {
			t.Errorf("Scan(%d bytes): %+v, errors %v", len(p), tree.Total, tree.Errors)
		}
	}
	shorten(t, top, name, levels)
}

func TestOddNames(t *testing.T) {
	top := t.TempDir()
	names := []string{"new\nline", "\xff\xfe", "tab\t", " ", "-rf", "é", strings.Repeat("x", 255), "...", "\x1b[31m"}
	for _, n := range names {
		write(t, filepath.Join(top, n), 1)
	}
	tree := scanOf(t, Options{Depth: -1, EntryDepth: -1}, top)
	got := map[string]bool{}
	for _, e := range tree.Roots[0].Entries() {
		got[e.Name] = true
	}
	for _, n := range names {
		if !got[n] {
			t.Errorf("%q is missing", n)
		}
	}
}

func TestSymlinkLoops(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top+"/a/b")
	write(t, top+"/a/f", 1000)
	check(t, os.Symlink("..", top+"/a/b/up"))
	check(t, os.Symlink("self", top+"/self"))
	check(t, os.Symlink("a/f", top+"/0"))
	check(t, os.Symlink("a", top+"/0dir"))
	for _, workers := range []int{1, 4} {
		tree := scanOf(t, Options{Workers: workers, Links: FollowAll, Depth: -1, EntryDepth: -1}, top)
		if got := tree.Total; got.Files != 1 || got.Dirs != 3 || got.Apparent != 1000 {
			t.Errorf("total %+v", got)
		}
		if len(tree.Errors) != 1 || !errors.Is(tree.Errors[0], syscall.ELOOP) {
			t.Errorf("errors %v, want ELOOP for self", tree.Errors)
		}
		// The file belongs to the smallest of its paths, the directory to its own place.
		root := tree.Roots[0]
		if e := root.Entries(); len(e) != 1 || e[0].Name != "0" {
			t.Errorf("entries of the root: %v", e)
		}
		if c := root.Children(); len(c) != 1 || c[0].Name != "a" {
			t.Errorf("children of the root: %v", c)
		}
	}
	// Counting every path ends all the same.
	tree := scanOf(t, Options{Links: FollowAll, CountLinks: true}, top)
	if tree.Total.Apparent != 3000 {
		t.Errorf("with CountLinks: %+v", tree.Total)
	}
}

func TestSumsSaturate(t *testing.T) {
	top, err := os.MkdirTemp("/dev/shm", "saturate") // a tmpfs, which takes files of any size
	if err != nil {
		top = t.TempDir()
	}
	defer os.RemoveAll(top)
	for i := range 3 {
		f, err := os.Create(filepath.Join(top, fmt.Sprint(i)))
		check(t, err)
		defer f.Close()
		if err := f.Truncate(7 << 60); err != nil {
			t.Skipf("needs a file system with files of 7 EiB: %v", err)
		}
	}
	if got := scanOf(t, Options{}, top).Total.Apparent; got != 1<<64-1 {
		t.Errorf("apparent size %d, want the greatest", got)
	}
}

// asRole runs the calling test again, in a process of its own changed by attr,
// and reports whether this is that process.
func asRole(t *testing.T, attr *syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv("DISKTREE_ROLE") == t.Name() {
		return true
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), "DISKTREE_ROLE="+t.Name())
	cmd.SysProcAttr = attr
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

var newMounts = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}

// mount mounts for the rest of the test, in a process of its own mounts.
func mount(t *testing.T, source, target, fstype string, flags uintptr) {
	t.Helper()
	check(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	if err := unix.Mount(source, target, fstype, flags, ""); err != nil {
		t.Fatalf("mount %s on %s: %v", source, target, err)
	}
	t.Cleanup(func() { unix.Unmount(target, 0) })
}

func TestUnreadableDirectory(t *testing.T) {
	if os.Geteuid() == 0 && !asRole(t, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}) {
		return
	}
	top, err := os.MkdirTemp("/tmp", "unreadable")
	check(t, err)
	defer func() {
		os.Chmod(top+"/locked", 0o700)
		os.RemoveAll(top)
	}()
	mkdir(t, top+"/locked/inside")
	mkdir(t, top+"/open")
	check(t, os.Chmod(top+"/locked", 0))
	tree := scanOf(t, Options{Depth: -1}, top)
	if got := tree.Total; got.Dirs != 3 {
		t.Errorf("total %+v: the unreadable directory itself counts", got)
	}
	if len(tree.Errors) != 1 || !errors.Is(tree.Errors[0], fs.ErrPermission) || tree.Errors[0].Op != "cannot read directory" {
		t.Errorf("errors %v", tree.Errors)
	}
	if n := tree.Roots[0].Children()[0]; n.Flags&ReadError == 0 || n.Total.Dirs != 1 {
		t.Errorf("%s: flags %v, %+v", n.Name, n.Flags, n.Total)
	}
}

func TestEqualInodesOnTwoDevices(t *testing.T) {
	if !asRole(t, newMounts) {
		return
	}
	top := t.TempDir()
	for _, d := range []string{"/a", "/b"} {
		mkdir(t, top+d)
		mount(t, "tmpfs", top+d, "tmpfs", 0)
		write(t, top+d+"/f", 1<<20)
		check(t, os.Link(top+d+"/f", top+d+"/g"))
	}
	for _, depth := range []int{0, -1} {
		tree := scanOf(t, Options{Depth: depth}, top)
		if got := tree.Total; got.Files != 2 || got.Apparent != 2<<20 || got.Dirs != 3 {
			t.Errorf("total %+v", got)
		}
		tree = scanOf(t, Options{Depth: depth, OneFS: true}, top)
		if got := tree.Total; got.Files != 0 || got.Dirs != 1 {
			t.Errorf("one file system: total %+v", got)
		}
	}
}

func TestBindMountsCountOnce(t *testing.T) {
	if !asRole(t, newMounts) {
		return
	}
	top := t.TempDir()
	mkdir(t, top+"/z/sub")
	write(t, top+"/z/sub/f", 1000)
	for _, m := range [][2]string{{"/z", "/a"}, {"/z/sub", "/b"}, {"", "/loop"}} {
		mkdir(t, top+m[1])
		mount(t, top+m[0], top+m[1], "", unix.MS_BIND)
	}
	for range 10 {
		tree := scanOf(t, Options{Workers: 4, Depth: -1}, top)
		if got := tree.Total; got.Files != 1 || got.Apparent != 1000 {
			t.Errorf("total %+v", got)
		}
		for _, n := range tree.Roots[0].Children() {
			if n.Name == "z" && n.Total.Apparent != 1000 || n.Name != "z" && n.Total.Apparent != 0 {
				t.Errorf("%s: %+v", n.Name, n.Total)
			}
		}
	}
}

// TestKernelFileSystems has a /proc within a tree, which takes no space anywhere.
func TestKernelFileSystems(t *testing.T) {
	if !asRole(t, newMounts) {
		return
	}
	top := t.TempDir()
	mkdir(t, top+"/dir/proc")
	write(t, top+"/dir/f", 1000)
	mount(t, "proc", top+"/dir/proc", "proc", 0)
	for _, depth := range []int{0, -1} {
		tree := scanOf(t, Options{Depth: depth, SkipKernel: true}, top)
		if got := tree.Total; got.Files != 1 || got.Dirs != 2 || len(tree.Errors) > 0 {
			t.Errorf("left out: total %+v, errors %v", got, tree.Errors)
		}
		if want := []string{top + "/dir/proc"}; !slices.Equal(tree.Skipped, want) {
			t.Errorf("skipped %q, want %q", tree.Skipped, want)
		}
	}
	// Whoever names it wants to see it, and so does whoever wants GNU du's lines.
	for _, opts := range []Options{{SkipKernel: true}, {}} {
		path := top
		if opts.SkipKernel {
			path += "/dir/proc"
		}
		if tree := scanOnce(t, opts, false, path); tree.Total.Files < 100 || len(tree.Skipped) > 0 {
			t.Errorf("%s: total %+v, skipped %q", path, tree.Total, tree.Skipped)
		}
	}
}
