package irc

import (
	"errors"
	"sync"
	"unicode/utf8"

	"baton/internal/tool/chat/irc/wire"
)

// A request is one line of a client.
type request struct {
	cmd  *command
	name string // as sent
	args []string
	tags string // as sent
	bad  error  // why the line can't be run
}

// arg returns the argument with index i, or "".
func (r *request) arg(i int) string {
	if i >= len(r.args) {
		return ""
	}
	return r.args[i]
}

// A batch is requests that have come together.
type batch struct {
	list []request
	msg  wire.Message
}

var batches = sync.Pool{New: func() any { return new(batch) }}

// release gives the batch back to the pool.
func (b *batch) release() {
	clear(b.list)
	b.list = b.list[:0]
	clear(b.msg.Params)
	b.msg = wire.Message{Params: b.msg.Params[:0]}
	batches.Put(b)
}

var errUTF8 = errors.New("irc: not UTF-8")

// add adds the request of a line, or of the error of reading it. It returns the
// request if it has to be run between transactions.
func (b *batch) add(srv *Server, line []byte, err error) (slow *request) {
	b.list = append(b.list, request{})
	r := &b.list[len(b.list)-1]
	if err == nil {
		err = wire.CheckClient(line)
	} else {
		err = wire.ErrTooLong
	}
	if err == nil {
		err = b.msg.Parse(line)
	}
	if err == nil && !utf8.Valid(line) {
		err = errUTF8
	}
	r.bad = err
	r.set(srv, &b.msg)
	if r.bad == nil && r.cmd != nil && r.cmd.slow != nil {
		return r
	}
	return nil
}

// set takes over what m says.
func (r *request) set(srv *Server, m *wire.Message) {
	if errors.Is(r.bad, wire.ErrTooLong) {
		return
	}
	r.cmd = srv.find(m.Command)
	if r.name = "*"; r.cmd != nil {
		r.name = r.cmd.name
	} else if len(m.Command) > 0 {
		r.name = string(m.Command)
	}
	if r.bad != nil {
		return
	}
	r.tags = string(m.Tags)
	if len(m.Params) > 0 {
		r.args = make([]string, len(m.Params))
		for i, p := range m.Params {
			r.args[i] = string(p)
		}
	}
}
