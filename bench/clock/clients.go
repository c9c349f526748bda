//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// clients are the sockets of all clients. There is no goroutine for each, which
// would cost the machine more than the server does.
type clients struct {
	late  bool // lines are read when all have come
	poll  int
	open  []int // those that read
	stuck []int // those that don't
	buf   [4096]byte
	oob   [256]byte
}

// perAddress is how many clients come from one address: a client's end needs a
// port of its own.
const perAddress = 5000

func connect(addr *net.TCPAddr, o options) (cs *clients, err error) {
	cs = &clients{late: o.late}
	if cs.poll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	for i := range o.clients + o.stuck {
		isStuck := i >= o.clients
		fd, err := dial(addr, [4]byte{127, 0, 0, byte(2 + i/perAddress)}, isStuck)
		if err != nil {
			return nil, fmt.Errorf("client %d: %w", i+1, err)
		}
		if isStuck {
			cs.stuck = append(cs.stuck, fd)
			continue
		}
		cs.open = append(cs.open, fd)
		if err := syscall.EpollCtl(cs.poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}); err != nil {
			return nil, err
		}
	}
	return cs, nil
}

// dial connects a socket from an address. That of a stuck client has as little
// room for what it doesn't read as the kernel allows.
func dial(addr *net.TCPAddr, from [4]byte, stuck bool) (int, error) {
	const stamp = 35 // SO_TIMESTAMPNS: the kernel says when data came in
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if stuck {
		err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1)
	} else {
		err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, stamp, 1)
	}
	err = errors.Join(err,
		syscall.Bind(fd, &syscall.SockaddrInet4{Addr: from}),
		syscall.Connect(fd, &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}),
		syscall.SetNonblock(fd, true))
	return fd, err
}

func (cs *clients) close() {
	for _, fd := range slices.Concat(cs.open, cs.stuck, []int{cs.poll}) {
		syscall.Close(fd)
	}
}

// unread returns for each stuck client how many bytes wait for it.
func (cs *clients) unread() []int {
	var all []int
	for _, fd := range cs.stuck {
		var n int32
		const inQueue = 0x541b // SIOCINQ
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), inQueue, uintptr(unsafe.Pointer(&n)))
		all = append(all, int(n))
	}
	return all
}

// follow reads what comes until a moment, and notes it in r, if that isn't nil.
func (cs *clients) follow(until time.Time, r *result) error {
	events := make([]syscall.EpollEvent, 512)
	for {
		if cs.late {
			time.Sleep(min(time.Until(until), untilCome(time.Now())))
		}
		left := time.Until(until)
		if left <= 0 {
			return nil
		}
		n, err := syscall.EpollWait(cs.poll, events, int(left.Milliseconds())+1)
		if err != nil && err != syscall.EINTR {
			return err
		}
		for _, e := range events[:max(n, 0)] {
			if err := cs.readLine(int(e.Fd), r); err != nil {
				return err
			}
		}
	}
}

// The lines of a second are all taken to have come when afterAll of it has passed,
// and no line of the next comes before the last beforeAll of it.
const (
	afterAll  = 300 * time.Millisecond
	beforeAll = 200 * time.Millisecond
)

// untilCome returns how long to wait for all lines to have come, or 0.
func untilCome(now time.Time) time.Duration {
	passed := now.Add(beforeAll).Sub(now.Add(beforeAll).Truncate(time.Second))
	return max(afterAll+beforeAll-passed, 0)
}

func (cs *clients) readLine(fd int, r *result) error {
	n, oobn, _, _, err := syscall.Recvmsg(fd, cs.buf[:], cs.oob[:], 0)
	now := time.Now()
	switch {
	case err != nil:
		return err
	case n == 0:
		return errors.New("the server has hung up")
	case r == nil:
		return nil
	}
	arrived, err := stampOf(cs.oob[:oobn])
	if err != nil {
		return err
	}
	// Lines that came together have one stamp, that of the last.
	for line := range strings.Lines(string(cs.buf[:n])) {
		second, err := secondOf(line, now)
		if err != nil {
			return err
		}
		r.lines++
		r.arrival.add(second, arrived.Sub(second))
		r.read.add(second, now.Sub(second))
	}
	return nil
}

// secondOf returns the second that a line tells, which begins with the time, of the
// day that makes it nearest to now.
func secondOf(line string, now time.Time) (time.Time, error) {
	told, err := time.Parse(time.TimeOnly, line[:min(len(time.TimeOnly), len(line))])
	if err != nil {
		return told, err
	}
	const day = 24 * time.Hour
	second := now.UTC().Truncate(day).Add(told.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)))
	switch d := now.Sub(second); {
	case d > day/2:
		second = second.Add(day)
	case d < -day/2:
		second = second.Add(-day)
	}
	return second, nil
}

// stampOf returns the kernel's time stamp.
func stampOf(oob []byte) (time.Time, error) {
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return time.Time{}, err
	}
	for _, m := range messages {
		if m.Header.Level == syscall.SOL_SOCKET && len(m.Data) >= 16 {
			return time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:]))), nil
		}
	}
	return time.Time{}, errors.New("no time stamp from the kernel")
}
