package irc

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// An exec is one command as it runs in a transaction. It belongs to the hub: there
// is one for each server, used again for each command. One without a transaction
// belongs to the reader.
//
// Answers are collected and given to the transaction by stage; a command that
// causes events does so through act, so that its answers and its events come in
// the order in which it made them. For a labelled command the answers get their
// tags at the end, when it is known how many they are.
type exec struct {
	s  *session
	tx *room.Tx
	c  *room.Client

	out      []byte // lines that are not staged yet
	building wire.Line

	label string // of the command, not answered yet
	batch string // that the answers are in, once it is open
	acted bool   // an event carries the label
}

// begin prepares the server's exec for a command.
func (s *session) begin(tx *room.Tx, r *request) *exec {
	x := &s.srv.x
	s.prepare(x, r)
	x.tx = tx
	return x
}

// outside returns an exec for a command that runs between transactions.
func (s *session) outside(r *request) *exec {
	x := new(exec)
	s.prepare(x, r)
	return x
}

func (s *session) prepare(x *exec, r *request) {
	*x = exec{s: s, c: s.c, out: x.out[:0]}
	if r.tags != "" && s.caps.has(labeledResponse|batchCap) {
		if label, ok := wire.Tags(r.tags).Get("label"); ok && len(label) <= maxLabel {
			x.label = label
		}
	}
}

// maxLabel is how long a label may be.
const maxLabel = 64

// handle runs a command.
func (s *session) handle(tx *room.Tx, r *request) {
	x := s.begin(tx, r)
	tx.Line(x.c, func() {
		if x.refuses(r) {
			return
		}
		if r.cmd.cost > 0 {
			tx.Charge(x.c, r.cmd.cost)
		}
		r.cmd.run(x, r)
	})
	x.finish()
}

// refuses answers what can't be run at all.
func (x *exec) refuses(r *request) bool {
	switch {
	case errors.Is(r.bad, wire.ErrEmpty):
		x.label = ""
		return true
	case errors.Is(r.bad, wire.ErrTooLong):
		x.reply(errInputTooLong, "Input line was too long")
	case errors.Is(r.bad, errUTF8):
		x.fail(r.name, "INVALID_UTF8", "Only UTF-8 is allowed here")
	case r.bad != nil || r.cmd == nil:
		x.reply(errUnknownCommand, r.name, "Unknown command")
	case !x.registered() && !r.cmd.early:
		x.reply(errNotRegistered, "You have not registered")
	case len(r.args) < r.cmd.args:
		x.reply(errNeedMoreParams, r.name, "Not enough parameters")
	default:
		return false
	}
	return true
}

func (x *exec) srv() *Server     { return x.s.srv }
func (x *exec) registered() bool { return x.c.Registered() }

// nick returns what the client is called in replies.
func (x *exec) nick() string {
	if nick := x.c.Identity().Nick; nick != "" {
		return nick
	}
	return "*"
}

// start begins a line of the server's.
func (x *exec) start() *wire.Line {
	x.building.Start(x.out)
	x.building.Source(x.srv().opts.Name)
	return &x.building
}

// end ends the line begun by start.
func (x *exec) end() { x.out = x.building.End() }

// reply answers with a numeric: words, the last of which may be any text.
func (x *exec) reply(code int, words ...string) {
	l := x.start()
	l.Numeric(code)
	l.Param(x.nick())
	x.params(l, words)
}

// line answers with a command instead of a numeric.
func (x *exec) line(command string, words ...string) {
	l := x.start()
	l.Command(command)
	x.params(l, words)
}

// list answers with words in one line, or in more if they don't fit, after params.
func (x *exec) list(code int, params []string, between string, words []string) {
	for first := true; first || len(words) > 0; first = false {
		l := x.start()
		l.Numeric(code)
		l.Param(x.nick())
		for _, p := range params {
			l.Param(p)
		}
		left, n := l.Room()-len(" :")+len(between), 0
		for n < len(words) && (n == 0 || left >= len(between)+len(words[n])) {
			left -= len(between) + len(words[n])
			n++
		}
		l.Text(clean.IRC(strings.Join(words[:n], between)))
		x.end()
		words = words[n:]
	}
}

func (x *exec) params(l *wire.Line, words []string) {
	for i, w := range words {
		if i == len(words)-1 {
			l.Text(clean.IRC(w))
		} else {
			l.Param(w)
		}
	}
	x.end()
}

// fail answers with a standard reply, or for clients without them with the numeric
// for unknown errors.
func (x *exec) fail(command, code string, words ...string) {
	if x.s.caps.has(standardReplies) {
		x.line("FAIL", append([]string{command, code}, words...)...)
		return
	}
	x.reply(errUnknownError, command, words[len(words)-1])
}

// stage gives the answers so far to the transaction.
func (x *exec) stage() {
	if len(x.out) == 0 {
		return
	}
	var out []byte
	if x.batch != "" {
		out = tagLines(x.out, "batch", x.batch)
	} else {
		out = bytes.Clone(x.out)
	}
	if x.tx != nil {
		x.tx.Reply(x.c, out)
	} else {
		x.c.Reply(out)
	}
	x.out = x.out[:0]
}

// act returns the transaction for something that causes at most one event of the
// client's own, which is then the answer to the command; see did.
func (x *exec) act() *room.Tx {
	if x.batch == "" && x.label != "" {
		x.tx.Label(labelMark + x.label)
		return x.tx
	}
	x.stage()
	return x.tx
}

// did notes whether the event has been caused.
func (x *exec) did(err error) error {
	if x.batch == "" && x.label != "" {
		x.tx.Label("")
		x.acted = x.acted || err == nil
	}
	return err
}

// several says that the answers to the command may be events and lines: if it is
// labelled they are put into a batch.
func (x *exec) several() {
	if x.label == "" || x.batch != "" {
		return
	}
	id := x.openBatch("labeled-response")
	x.stage()
	x.tx.Label(batchMark + id)
	x.batch = id
}

// openBatch begins a batch that carries the label.
func (x *exec) openBatch(kind string, params ...string) (id string) {
	id = x.s.newBatch()
	l := &x.building
	l.Start(x.out)
	if x.batch == "" && x.label != "" {
		l.Tag("label", x.label)
	}
	l.Source(x.srv().opts.Name)
	l.Command("BATCH")
	l.Param("+" + id)
	l.Param(kind)
	for _, p := range params {
		l.Param(p)
	}
	x.end()
	return id
}

func (x *exec) closeBatch(id string) {
	l := x.start()
	l.Command("BATCH")
	l.Param("-" + id)
	x.end()
}

func (s *session) newBatch() string {
	s.batches++
	return strconv.FormatUint(uint64(s.batches), 36)
}

// finish ends the command: all answers are staged, with the label where there is one.
func (x *exec) finish() {
	switch lines := bytes.Count(x.out, newline); {
	case x.batch != "":
		x.stage()
		id := x.batch
		x.batch = ""
		x.tx.Label("")
		x.closeBatch(id)
	case x.label == "" || x.acted:
	case lines == 0:
		x.out = appendAck(x.out, x.srv().opts.Name, x.label)
	case lines == 1 || bytes.HasPrefix(x.out, []byte("@label=")):
		if x.out[0] != '@' {
			x.out = tagLines(x.out, "label", x.label)
		}
	default:
		rest := bytes.Clone(x.out)
		x.out = x.out[:0]
		id := x.openBatch("labeled-response")
		x.out = append(x.out, tagLines(rest, "batch", id)...)
		x.closeBatch(id)
	}
	x.stage()
}

var newline = []byte{'\n'}

// tagLines returns lines with one more tag each.
func tagLines(lines []byte, key, value string) []byte {
	tag := append([]byte{'@'}, key...)
	tag = append(tag, '=')
	tag = wire.AppendEscaped(tag, value)
	var out []byte
	for line := range bytes.Lines(lines) {
		out = append(out, tag...)
		if rest, tagged := bytes.CutPrefix(line, []byte{'@'}); tagged {
			out = append(append(out, ';'), rest...)
		} else {
			out = append(append(out, ' '), line...)
		}
	}
	return out
}

// appendAck appends the answer to a labelled command that has no other.
func appendAck(dst []byte, server, label string) []byte {
	var l wire.Line
	l.Start(dst)
	l.Tag("label", label)
	l.Source(server)
	l.Command("ACK")
	return l.End()
}

// errorLine is the last line of a connection.
func errorLine(text string) []byte { return commandLine("ERROR", text) }

// commandLine is a line without a source.
func commandLine(command, text string) []byte {
	var l wire.Line
	l.Start(nil)
	l.Command(command)
	l.Text(text)
	return l.End()
}
