// Package pipenet has a listener for tests of servers in bubbles of testing/synctest,
// where time is virtual and a real socket would stop it.
package pipenet

import (
	"net"
	"sync"
)

// A Listener hands out the connections that it is given. It is made by [Listen].
type Listener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

// Listen returns a listener, whose Close makes Accept return [net.ErrClosed].
func Listen() *Listener {
	l := &Listener{conns: make(chan net.Conn), closed: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.closed) })
	return l
}

// Dial returns the client's end of a pipe, once the server has the other.
func (l *Listener) Dial() net.Conn {
	server, client := net.Pipe()
	l.Hand(server)
	return client
}

// Hand waits until conn has been accepted.
func (l *Listener) Hand(conn net.Conn) { l.conns <- conn }

// Accept implements [net.Listener].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]. It may be called several times.
func (l *Listener) Close() error { l.close(); return nil }

// Addr implements [net.Listener].
func (l *Listener) Addr() net.Addr { return &net.TCPAddr{} }
