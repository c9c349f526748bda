//go:build linux && !portable

package fsdir

import (
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Dir is an open directory. Close releases it.
type Dir struct {
	fd    int32
	quick bool
}

// Cwd is the current directory. It is always open and must not be closed.
func Cwd() Dir { return Dir{fd: unix.AT_FDCWD} }

// Quick returns d with calls that hold on to their processor while the kernel
// works, or not. Holding on saves the scheduler's part where the answer is in
// memory. Where it is not, goroutines wait that could run: it is for file systems
// of this machine only, and while its disks are not what the program waits for.
func (d Dir) Quick(on bool) Dir { return Dir{d.fd, on} }

// noatime is O_NOATIME where it may be asked for: by the owner of a file and by
// root. Measuring a tree should leave no trace in it, but that isn't worth a
// second open for each directory of somebody else, so only root asks.
var noatime = sync.OnceValue(func() *atomic.Int32 {
	var flag atomic.Int32
	if os.Geteuid() == 0 {
		flag.Store(unix.O_NOATIME)
	}
	return &flag
})

// OpenDir opens the directory called name in d, to be used in the same way as d.
func (d Dir) OpenDir(name string, mode Mode) (Dir, error) {
	flags := unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY
	if mode == NoFollow {
		flags |= unix.O_NOFOLLOW
	}
	for {
		extra := int(noatime().Load())
		fd, err := d.openat(name, flags|extra)
		switch {
		case err == 0:
			return Dir{int32(fd), d.quick}, nil
		case err == unix.EINTR:
		case err == unix.EPERM && extra != 0:
			noatime().Store(0) // root of a user namespace only
		case err == unix.ENOTDIR || err == unix.ELOOP && mode == NoFollow:
			return Dir{}, ErrNotDir
		case err == unix.ENAMETOOLONG && len(name) >= unix.PathMax:
			return d.viaPrefix(name, func(d Dir, rest string) (Dir, error) { return d.OpenDir(rest, mode) })
		default:
			return Dir{}, err
		}
	}
}

// openat is the system call, without an allocation for the usual name. The two
// ways to make it stand here and not in a function of their own, because a
// pointer has to become a number in the very expression that makes the call.
func (d Dir) openat(name string, flags int) (int, syscall.Errno) {
	var buf [unix.NAME_MAX + 1]byte
	c := buf[:]
	if len(name) >= len(buf) {
		c = make([]byte, len(name)+1)
	}
	if strings.IndexByte(name, 0) >= 0 {
		return 0, unix.EINVAL
	}
	copy(c, name)
	var fd uintptr
	var errno syscall.Errno
	if d.quick {
		fd, _, errno = syscall.RawSyscall6(unix.SYS_OPENAT, uintptr(d.fd), uintptr(unsafe.Pointer(&c[0])), uintptr(flags), 0, 0, 0)
	} else {
		fd, _, errno = syscall.Syscall6(unix.SYS_OPENAT, uintptr(d.fd), uintptr(unsafe.Pointer(&c[0])), uintptr(flags), 0, 0, 0)
	}
	return int(fd), errno
}

// viaPrefix calls op with the directory that holds the last part of a path
// that is too long for one system call, and with that part.
func (d Dir) viaPrefix(path string, op func(Dir, string) (Dir, error)) (Dir, error) {
	cur, owned := d, false
	defer func() {
		if owned {
			cur.Close()
		}
	}()
	for len(path) >= unix.PathMax {
		cut := strings.LastIndexByte(path[:unix.PathMax-1], '/')
		if cut <= 0 {
			return Dir{}, unix.ENAMETOOLONG
		}
		fd, err := unix.Openat(int(cur.fd), path[:cut], unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return Dir{}, err
		}
		if owned {
			cur.Close()
		}
		cur, owned = Dir{fd: int32(fd)}, true
		path = strings.TrimLeft(path[cut:], "/")
	}
	return op(cur, path)
}

// Close closes d.
func (d Dir) Close() error {
	if !d.quick {
		return unix.Close(int(d.fd))
	}
	if _, _, errno := syscall.RawSyscall(unix.SYS_CLOSE, uintptr(d.fd), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// Stat returns the attributes of the file called name in d. It triggers no
// automount.
func (d Dir) Stat(name string, mode Mode, st *Stat) error {
	b, err := unix.ByteSliceFromString(name)
	if err != nil {
		return err
	}
	err = d.stat(&b[0], mode, st)
	if errors.Is(err, unix.ENAMETOOLONG) && len(name) >= unix.PathMax {
		_, err = d.viaPrefix(name, func(d Dir, rest string) (Dir, error) { return Dir{}, d.Stat(rest, mode, st) })
	}
	return err
}

// Self returns the attributes of the directory d itself.
func (d Dir) Self(st *Stat) error {
	var empty byte
	return d.statx(&empty, unix.AT_EMPTY_PATH, st)
}

func (d Dir) stat(name *byte, mode Mode, st *Stat) error {
	return d.statx(name, mode.statxFlags(), st)
}

func (m Mode) statxFlags() int {
	if m == NoFollow {
		return unix.AT_NO_AUTOMOUNT | unix.AT_SYMLINK_NOFOLLOW
	}
	return unix.AT_NO_AUTOMOUNT
}

// Local reports whether d is on a file system of this machine's own disks or
// memory.
func (d Dir) Local() bool {
	var fs unix.Statfs_t
	if unix.Fstatfs(int(d.fd), &fs) != nil {
		return false
	}
	switch uint32(fs.Type) {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.TMPFS_MAGIC:
		return true
	}
	return false
}

// Kernel reports whether d is on a file system whose files are views of the
// kernel's own state, such as /proc, and take no space anywhere.
func (d Dir) Kernel() bool {
	var fs unix.Statfs_t
	if unix.Fstatfs(int(d.fd), &fs) != nil {
		return false
	}
	switch uint32(fs.Type) {
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC,
		unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC, unix.BPF_FS_MAGIC, unix.SELINUX_MAGIC,
		unix.PSTOREFS_MAGIC, unix.DEVPTS_SUPER_MAGIC, unix.BINFMTFS_MAGIC, unix.EFIVARFS_MAGIC, unix.NSFS_MAGIC,
		configfsMagic:
		return true
	}
	return false
}

const configfsMagic = 0x62656570 // CONFIGFS_MAGIC, which x/sys lacks

// statxMask asks for no more than a Stat holds: on network file systems, each
// further field may cost a round trip.
const statxMask = unix.STATX_TYPE | unix.STATX_NLINK | unix.STATX_INO | unix.STATX_SIZE | unix.STATX_BLOCKS |
	unix.STATX_MTIME | unix.STATX_ATIME | unix.STATX_CTIME

// sysStatx is the number of statx, as the assembler knows it: see statxAll.
const sysStatx = unix.SYS_STATX

// noStatx is set where the kernel or a sandbox lacks statx.
var noStatx atomic.Bool

func (d Dir) statx(name *byte, flags int, st *Stat) error {
	if noStatx.Load() {
		return fstatat(int(d.fd), name, flags, st)
	}
	var x unix.Statx_t
	var errno syscall.Errno
	if d.quick {
		_, _, errno = syscall.RawSyscall6(sysStatx, uintptr(d.fd), uintptr(unsafe.Pointer(name)), uintptr(flags),
			statxMask, uintptr(unsafe.Pointer(&x)), 0)
	} else {
		_, _, errno = syscall.Syscall6(sysStatx, uintptr(d.fd), uintptr(unsafe.Pointer(name)), uintptr(flags),
			statxMask, uintptr(unsafe.Pointer(&x)), 0)
	}
	switch errno {
	case 0:
	case unix.EINTR:
		return d.statx(name, flags, st)
	case unix.ENOSYS, unix.EPERM: // EPERM is how old sandboxes refuse a system call
		if fstatat(int(d.fd), name, flags, st) == nil {
			noStatx.Store(true)
			return nil
		}
		return errno
	default:
		return errno
	}
	st.set(&x)
	return nil
}

func (st *Stat) set(x *unix.Statx_t) {
	*st = Stat{
		Kind:   kindOfMode(uint32(x.Mode)),
		Mount:  x.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0,
		Nlink:  x.Nlink,
		Dev:    unix.Mkdev(x.Dev_major, x.Dev_minor),
		Ino:    x.Ino,
		Size:   int64(x.Size),
		Blocks: x.Blocks,
		Atime:  Time{x.Atime.Sec, x.Atime.Nsec},
		Mtime:  Time{x.Mtime.Sec, x.Mtime.Nsec},
		Ctime:  Time{x.Ctime.Sec, x.Ctime.Nsec},
	}
}

func fstatat(fd int, name *byte, flags int, st *Stat) error {
	var s unix.Stat_t
	if err := unix.Fstatat(fd, unix.BytePtrToString(name), &s, flags); err != nil {
		return err
	}
	*st = Stat{
		Kind:   kindOfMode(s.Mode),
		Nlink:  uint32(s.Nlink),
		Dev:    uint64(s.Dev),
		Ino:    s.Ino,
		Size:   s.Size,
		Blocks: uint64(s.Blocks),
		Atime:  Time{int64(s.Atim.Sec), uint32(s.Atim.Nsec)},
		Mtime:  Time{int64(s.Mtim.Sec), uint32(s.Mtim.Nsec)},
		Ctime:  Time{int64(s.Ctim.Sec), uint32(s.Ctim.Nsec)},
	}
	return nil
}

func kindOfMode(mode uint32) Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return Regular
	case unix.S_IFDIR:
		return Directory
	case unix.S_IFLNK:
		return Symlink
	default:
		return Other
	}
}
