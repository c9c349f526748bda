//go:build darwin || freebsd || netbsd

package fsdir

import "syscall"

func accessAndChange(s *syscall.Stat_t) (atime, ctime Time) {
	return Time{int64(s.Atimespec.Sec), uint32(s.Atimespec.Nsec)}, Time{int64(s.Ctimespec.Sec), uint32(s.Ctimespec.Nsec)}
}
