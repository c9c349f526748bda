package disktree

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// runDelay returns how long the process's threads have waited for a processor
// while they could run, as far as the threads that exist now tell.
func runDelay() (sum time.Duration, ok bool) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return 0, false
	}
	for _, t := range threads {
		if delay, told := threadDelay(t.Name()); told {
			sum += delay
			ok = true
		}
	}
	return sum, ok
}

// threadDelay returns what runDelay sums up, for one thread: the second number of
// its schedstat, see proc(5). It returns false where the thread has ended, or the
// kernel keeps no account. It leaves less garbage than [os.ReadFile].
func threadDelay(id string) (time.Duration, bool) {
	fd, err := unix.Open("/proc/self/task/"+id+"/schedstat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, false
	}
	defer unix.Close(fd)
	var buf [64]byte // three numbers
	n, err := unix.Read(fd, buf[:])
	if err != nil {
		return 0, false
	}
	_, rest, _ := bytes.Cut(buf[:n], []byte(" "))
	delay, _, _ := bytes.Cut(rest, []byte(" "))
	ns, err := strconv.ParseInt(string(delay), 10, 64)
	return time.Duration(ns), err == nil
}
