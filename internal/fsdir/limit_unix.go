//go:build unix

package fsdir

import "syscall"

// MaxOpen returns how many directories the process may hold open at once,
// leaving some descriptors for everything else. It is at least 1.
func MaxOpen() int {
	var lim syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim) != nil {
		return 128
	}
	const others = 64
	return int(min(max(lim.Cur, others+1)-others, 1<<16))
}
