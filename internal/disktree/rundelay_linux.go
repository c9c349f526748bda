package disktree

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// runDelay returns how long the process's threads have waited for a processor
// while they could run, as far as the threads that exist now tell: the second
// number of /proc/self/task/ID/schedstat, see proc(5).
func runDelay() (sum time.Duration, ok bool) {
	const tasks = "/proc/self/task"
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return 0, false
	}
	for _, t := range threads {
		text, err := os.ReadFile(tasks + "/" + t.Name() + "/schedstat")
		if err != nil {
			continue // the thread has ended, or the kernel keeps no account
		}
		fields := bytes.Fields(text)
		if len(fields) < 2 {
			return 0, false
		}
		ns, err := strconv.ParseInt(string(fields[1]), 10, 64)
		if err != nil {
			return 0, false
		}
		sum += time.Duration(ns)
		ok = true
	}
	return sum, ok
}
