//go:build unix

package nc

import (
	"crypto/tls"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const errReset = unix.ECONNRESET

// rawOf returns the socket below conn, or nil.
func rawOf(conn net.Conn) syscall.RawConn {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// waitGone waits until the other side has no use for anything that is sent, and
// reports whether that is so: the deadline for reading ends it too.
func waitGone(conn net.Conn) bool {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if c, ok := conn.(*net.TCPConn); ok {
		// An end that was closed, and not only shut down, answers to probes with a
		// reset, once its system has forgotten the connection: a minute, on Linux.
		c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 4})
	}
	raw := rawOf(conn)
	if raw == nil {
		return false
	}
	err := raw.Read(func(fd uintptr) bool {
		fds := []unix.PollFd{{Fd: int32(fd)}}
		n, err := unix.Poll(fds, 0)
		return err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0
	})
	return err == nil
}

// socketsAreFiles says that a command can have a socket for its standard streams.
const socketsAreFiles = true

// pipesTell says that a pipe can be asked whether something is in it.
const pipesTell = true

// An outputPipe is the pipe that a command writes to.
type outputPipe struct{ *os.File }

func (o outputPipe) ready() bool {
	raw, err := o.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	raw.Control(func(fd uintptr) {
		for {
			fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
			if n, err = unix.Poll(fds, 0); err != unix.EINTR {
				break
			}
		}
	})
	return err == nil && n > 0
}

// unblock makes a socket that a command had one of ours again.
func unblock(conn net.Conn) {
	if raw := rawOf(conn); raw != nil {
		raw.Control(func(fd uintptr) { unix.SetNonblock(int(fd), true) })
	}
}
