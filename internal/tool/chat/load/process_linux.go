package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// A process is the server, as /proc shows it; nil is one that is not measured.
type process struct{ dir string }

func openProcess(pid int) (*process, error) {
	p := &process{dir: "/proc/" + strconv.Itoa(pid)}
	if _, err := p.sample(); err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	return p, nil
}

// ticks are what the kernel counts CPU time in, for programs: always hundredths of
// a second on Linux.
const ticks = 10 * time.Millisecond

// sample returns what the process has used so far.
func (p *process) sample() (usage, error) {
	var u usage
	if p == nil {
		return u, nil
	}
	stat, err := os.ReadFile(p.dir + "/stat")
	if err != nil {
		return u, err
	}
	// The name, in parentheses, may have spaces; fields count from behind it.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 22 {
		return u, fmt.Errorf("%s/stat has %d fields", p.dir, len(fields))
	}
	var cpu [2]int64 // user and system time
	for i := range cpu {
		if cpu[i], err = strconv.ParseInt(fields[11+i], 10, 64); err != nil {
			return u, err
		}
	}
	pages, err := strconv.ParseInt(fields[21], 10, 64)
	if err != nil {
		return u, err
	}
	u.known = true
	u.cpu = time.Duration(cpu[0]+cpu[1]) * ticks
	u.memory = pages * int64(os.Getpagesize())
	return u, nil
}
