//go:build unix

// Command measure runs a program and writes to file descriptor 3, as JSON, what
// it cost.
//
// It is a process of its own, and small, because a child's peak memory starts
// from that of the process that forked it: measured from a benchmark, every
// program would seem to need at least what the benchmark needs. So peaks below
// about 2 MB, what this command needs, are not seen.
package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

func main() {
	debug.SetGCPercent(-1) // no collector beside what is measured
	syscall.CloseOnExec(3)
	if len(os.Args) < 2 {
		fail("no program given")
	}
	path, err := exec.LookPath(os.Args[1])
	if err != nil {
		fail(err.Error())
	}

	start := time.Now()
	pid, err := syscall.ForkExec(path, os.Args[1:], &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
	})
	if err != nil {
		fail(path + ": " + err.Error())
	}
	var status syscall.WaitStatus
	var usage syscall.Rusage
	for {
		if _, err = syscall.Wait4(pid, &status, 0, &usage); err != syscall.EINTR {
			break
		}
	}
	wall := time.Since(start)
	if err != nil {
		fail("wait: " + err.Error())
	}

	peak := usage.Maxrss // bytes on Darwin, kilobytes elsewhere
	if runtime.GOOS != "darwin" {
		peak *= 1024
	}
	code := status.ExitStatus()
	if status.Signaled() {
		code = 128 + int(status.Signal())
	}
	json.NewEncoder(os.NewFile(3, "result")).Encode(map[string]int64{
		"wall": int64(wall),
		"user": usage.Utime.Nano(),
		"sys":  usage.Stime.Nano(),
		"peak": int64(peak),
		"exit": int64(code),
	})
}

func fail(why string) {
	os.Stderr.WriteString("measure: " + why + "\n")
	os.Exit(127)
}
