//go:build !unix

package nc

import (
	"net"
	"os"
	"syscall"
)

const errReset = syscall.ECONNRESET

// waitGone can't be told here: a write will fail.
func waitGone(net.Conn) bool { return false }

// socketsAreFiles says that a command can't have a socket for its standard streams.
const socketsAreFiles = false

// pipesTell says that a pipe can't be asked whether something is in it.
const pipesTell = false

type outputPipe struct{ *os.File }

func (outputPipe) ready() bool { return false }

func unblock(net.Conn) {}
