package disktree

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mountedOnce returns the devices that are mounted in a single place, so that
// no directory on them can be reached in two ways but through symbolic links.
// Devices that it doesn't name, such as those of btrfs's subvolumes, may be.
func mountedOnce() map[uint64]bool {
	f, err := os.Open("/proc/self/mountinfo") // proc(5)
	if err != nil {
		return nil
	}
	defer f.Close()
	once := make(map[uint64]bool)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 {
			return nil
		}
		major, minor, _ := strings.Cut(fields[2], ":")
		ma, err1 := strconv.ParseUint(major, 10, 32)
		mi, err2 := strconv.ParseUint(minor, 10, 32)
		if err1 != nil || err2 != nil {
			return nil
		}
		dev := unix.Mkdev(uint32(ma), uint32(mi))
		_, again := once[dev]
		once[dev] = !again
	}
	if lines.Err() != nil {
		return nil
	}
	return once
}
