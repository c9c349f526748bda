package nc

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"baton/internal/child"
	"baton/internal/exit"
)

// command returns the command for a connection, with what it may want to know in its
// environment: the variables that ncat sets.
func (p *program) command(ctx context.Context, c client) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.opts.Command[0], p.opts.Command[1:]...)
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	cmd.WaitDelay = 5 * time.Second // then it is killed
	cmd.Env = append(os.Environ(), "NCAT_PROTO="+string(p.opts.Network))
	if c.remote.IsValid() {
		cmd.Env = append(cmd.Env,
			"NCAT_REMOTE_ADDR="+c.remote.Addr().String(), "NCAT_REMOTE_PORT="+strconv.Itoa(int(c.remote.Port())),
			"NCAT_LOCAL_ADDR="+c.local.Addr().String(), "NCAT_LOCAL_PORT="+strconv.Itoa(int(c.local.Port())))
	}
	if f := p.streams.Err.File(); f != nil {
		cmd.Stderr = f
	}
	return cmd
}

// runCommand runs the command with the connection for its standard streams, and waits
// for its end. Where nobody has to look at the bytes, it has the socket itself.
func (p *program) runCommand(ctx context.Context, s *session) error {
	cmd := p.command(ctx, s.from)
	st := &p.opts.Stream
	err := error(nil)
	if socket := socketFile(s.conn); socket != nil && !st.seesAll() && st.Rate == 0 && st.Idle == 0 {
		s.uncounted = true
		err = p.runOnSocket(ctx, s, cmd, socket)
	} else {
		if socket != nil {
			socket.Close()
		}
		err = p.runOnPipes(ctx, s, cmd)
	}
	if p.opts.Keep && err != nil {
		p.log.Warn("command failed", "remote", s.from.name, "status", exit.Code(err), "err", err)
		return nil
	}
	return err
}

// socketFile returns the socket of a stream as a file, or nil for one that a command
// can't use as it is.
func socketFile(conn net.Conn) *os.File {
	if !socketsAreFiles {
		return nil
	}
	switch c := conn.(type) {
	case *net.TCPConn:
		f, _ := c.File()
		return f
	case *net.UnixConn:
		if c.LocalAddr().Network() == string(Unix) {
			f, _ := c.File()
			return f
		}
	}
	return nil
}

// runOnSocket gives the socket to the command.
func (p *program) runOnSocket(ctx context.Context, s *session, cmd *exec.Cmd, socket *os.File) error {
	cmd.Stdin, cmd.Stdout = socket, socket
	err := child.Start(cmd)
	socket.Close()
	if err != nil {
		return err
	}
	err = child.Wait(cmd)
	unblock(s.conn) // for the command it had to block
	// The command may have left something unread, which would destroy its answer.
	s.opts = &Stream{SendOnly: true}
	s.in, s.endsWithInput = nothing{}, true
	if serr := s.run(ctx); err == nil && ctx.Err() != nil {
		err = serr
	}
	return err
}

// runOnPipes moves the bytes between the connection and the command.
func (p *program) runOnPipes(ctx context.Context, s *session, cmd *exec.Cmd) error {
	var files [4]*os.File
	closeAll := func() {
		for _, f := range files {
			if f != nil {
				f.Close()
			}
		}
	}
	defer closeAll()
	var err error
	if files[0], files[1], err = os.Pipe(); err != nil {
		return err
	}
	if files[2], files[3], err = os.Pipe(); err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout = files[0], files[3]
	if err := child.Start(cmd); err != nil {
		return err
	}
	files[0].Close()
	files[3].Close()
	s.in, s.out = files[2], files[1]
	if pipesTell {
		s.output = outputPipe{files[2]}
	}
	s.interrupt = func() {
		files[2].SetReadDeadline(time.Unix(1, 0))
		files[1].SetWriteDeadline(time.Unix(1, 0))
	}
	s.closeOut = func() { files[1].Close() }
	ended := make(chan struct{})
	s.child = ended
	var result error
	var wg sync.WaitGroup
	wg.Go(func() { // ends with the command
		defer close(ended)
		result = child.Wait(cmd)
	})
	err = s.run(ctx)
	closeAll() // a command whose connection is gone gets SIGPIPE, or the end of its input
	if err != nil && cmd.Process != nil {
		terminate(cmd.Process)
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return result
}

// nothing is an input that has ended.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// terminate asks a process to end. One that has ended already has nothing to say.
func terminate(p *os.Process) error {
	if err := p.Signal(syscall.SIGTERM); err != nil {
		return p.Kill() // where there are no signals
	}
	return nil
}
