//go:build aix || dragonfly || (linux && portable) || openbsd || solaris

package fsdir

import "syscall"

func accessAndChange(s *syscall.Stat_t) (atime, ctime Time) {
	return Time{int64(s.Atim.Sec), uint32(s.Atim.Nsec)}, Time{int64(s.Ctim.Sec), uint32(s.Ctim.Nsec)}
}
