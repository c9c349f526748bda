//go:build linux

package main

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// bareWord is the argument that makes this program the bare server.
const bareWord = "bare-server"

// A bare server does what any server has to: a system call for each client and
// second, on two threads. It knows no client that leaves, none that doesn't read,
// and gives no memory back. What it takes is the least that is possible here.
type bare struct {
	clients [1 << 16]int32
	n       atomic.Int32
}

// serveBare listens, says where, and never returns but for an error.
func serveBare() error {
	ln, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if err := syscall.Bind(ln, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := syscall.Listen(ln, 4096); err != nil {
		return err
	}
	at, err := syscall.Getsockname(ln)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "listening on 127.0.0.1:%d\n", at.(*syscall.SockaddrInet4).Port)
	var b bare
	for part := range 2 {
		go b.write(part, 2) // ends with the process
	}
	for b.n.Load() < int32(len(b.clients)) {
		fd, _, err := syscall.Accept4(ln, syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK)
		if err != nil {
			return err
		}
		b.clients[b.n.Load()] = int32(fd)
		b.n.Add(1)
	}
	return fmt.Errorf("more than %d clients", len(b.clients))
}

// write writes the seconds to one of several parts of the clients. It begins as
// much too early as the last time took by half, as baton clock does.
func (b *bare) write(part, parts int) {
	runtime.LockOSThread()
	var took time.Duration
	for second := time.Now().Truncate(time.Second); ; {
		second = second.Add(time.Second)
		time.Sleep(time.Until(second) - took/2)
		line := []byte(second.UTC().Format(time.TimeOnly + "\n"))
		began := time.Now()
		for i := part; i < int(b.n.Load()); i += parts {
			syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(b.clients[i]), uintptr(unsafe.Pointer(&line[0])), uintptr(len(line)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		}
		took = min(time.Since(began), 200*time.Millisecond)
	}
}
