//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"baton/internal/tool/chat/web/wire"
)

// killCount is the variable that says how often TestChatKill kills the server.
const killCount = "BATON_TEST_KILLS"

const (
	killWindow = 8 // lines that a client may have on the way
	killLobby  = "#lobby"
)

// TestChatKill kills a server with SIGKILL while clients say numbered lines, and
// starts it again. A line that was acknowledged is in the history, once; one that was
// not is sent again under its number over WebSocket, and is there once too. IRC has no
// way to say that a line is sent again, so what was not acknowledged there is left.
// What anybody has seen is in the history where it was seen.
func TestChatKill(t *testing.T) {
	kills := 10
	if n, err := strconv.Atoi(os.Getenv(killCount)); err == nil {
		kills = n
	}
	dir := t.TempDir()
	k := &killing{t: t}
	for i := range 4 {
		k.web = append(k.web, &webSender{sender: sender{k: k, nick: fmt.Sprintf("web%d", i)}, session: fmt.Sprintf("%032x", rand.Uint64())})
	}
	for i := range 2 {
		k.irc = append(k.irc, &ircSender{sender: sender{k: k, nick: fmt.Sprintf("irc%d", i)}})
	}
	for range kills {
		k.once(startChat(t, "--data", dir))
		if t.Failed() {
			t.FailNow()
		}
	}
	k.finish(startChat(t, "--data", dir))
	t.Logf("%d kills, %d lines acknowledged, %d of them only after they were sent again", kills, k.acked.Load(), k.again.Load())
}

// killing is what the test knows.
type killing struct {
	t     *testing.T
	web   []*webSender
	irc   []*ircSender
	acked atomic.Int64
	again atomic.Int64
	last  atomic.Bool // whether no more lines are to be begun

	mu    sync.Mutex
	texts []string // by number, from 1; guarded by mu
}

// once lets the clients talk to a server until it is killed: while it starts, or after
// so many lines.
func (k *killing) once(srv *chatServer) {
	if rand.N(8) == 0 {
		select {
		case <-time.After(rand.N(100 * time.Millisecond)):
		case <-srv.ended:
			k.t.Errorf("the server ended by itself")
		}
		srv.kill()
		return
	}
	address := srv.address(k.t)
	until := k.acked.Load() + rand.Int64N(200)
	done := make(chan struct{})
	go func() { // ends when the lines are there, or after a moment without
		defer close(done)
		for begin := time.Now(); k.acked.Load() < until && time.Since(begin) < time.Second/2; {
			time.Sleep(rand.N(2 * time.Millisecond)) // a kill at any moment is what is tested
		}
		srv.kill()
	}()
	k.talk(address)
	<-done
}

// talk returns when all connections have ended.
func (k *killing) talk(address string) {
	var all sync.WaitGroup
	run := func(nick string, f func(context.Context, string) error) {
		all.Go(func() {
			if err := f(k.t.Context(), address); err != nil && !broken(err) {
				k.t.Errorf("%s: %v", nick, err)
			}
		})
	}
	for _, s := range k.web {
		run(s.nick, s.run)
	}
	for _, s := range k.irc {
		run(s.nick, s.run)
	}
	all.Wait()
}

// broken reports whether an error is that the server has died.
func broken(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && !op.Timeout() || strings.Contains(err.Error(), "EOF")
}

// saw notes which text has a number in the room.
func (k *killing) saw(seq uint64, text string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for uint64(len(k.texts)) <= seq {
		k.texts = append(k.texts, "")
	}
	if was := k.texts[seq]; was != "" && was != text {
		return fmt.Errorf("message %d was %q and is %q", seq, was, text)
	}
	k.texts[seq] = text
	return nil
}

// finish lets the last lines be sent, and looks at the history.
func (k *killing) finish(srv *chatServer) {
	k.last.Store(true)
	k.talk(srv.address(k.t))
	history, err := k.history(srv.address(k.t))
	if err != nil {
		k.t.Fatal(err)
	}
	at := map[string]uint64{}
	for i, e := range history {
		switch {
		case e.Seq != uint64(i+1):
			k.t.Fatalf("message %d follows %d", e.Seq, i)
		case at[*e.Text] != 0:
			k.t.Errorf("%q is there twice, as %d and %d", *e.Text, at[*e.Text], e.Seq)
		}
		at[*e.Text] = e.Seq
	}
	for seq, text := range k.texts {
		if text != "" && at[text] != uint64(seq) {
			k.t.Errorf("%q was seen as message %d, and is %d in the history", text, seq, at[text])
		}
	}
	for _, s := range k.web {
		for n := range s.next {
			if at[s.text(n)] == 0 {
				k.t.Errorf("%q is lost", s.text(n))
			}
		}
	}
	for _, s := range k.irc {
		s.check(at)
	}
	if err := srv.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		k.t.Error(err)
	}
	<-srv.ended
}

// history returns all messages of the room.
func (k *killing) history(address string) (all []wire.Event, err error) {
	w, err := dialWeb(k.t.Context(), address)
	if err != nil {
		return nil, err
	}
	defer w.conn.Close()
	before := uint64(1 << 50)
	if err := w.send(wire.Request{Op: "hello", Nick: "reader"}); err != nil {
		return nil, err
	}
	for {
		e, err := w.next()
		switch {
		case err != nil:
			return nil, err
		case e.Op == "error":
			return nil, errors.New(*e.Text)
		case e.Op == "history":
			if len(e.Messages) == 0 {
				return all, nil
			}
			all = append(e.Messages, all...)
			before = all[0].Seq
		case e.Op != "room":
			continue
		}
		if err := w.send(wire.Request{Op: "history", Room: killLobby, Before: before, Limit: 200}); err != nil {
			return nil, err
		}
	}
}

// A sender says lines with numbers.
type sender struct {
	k       *killing
	nick    string
	next    int   // number of the next line
	waiting []int // numbers of lines that are not acknowledged, in order
}

func (s *sender) text(n int) string { return fmt.Sprintf("%s says %d", s.nick, n) }

// begin returns the numbers of lines that are to be said now.
func (s *sender) begin() (list []int) {
	for len(s.waiting) < killWindow && !s.k.last.Load() {
		s.waiting = append(s.waiting, s.next)
		list = append(list, s.next)
		s.next++
	}
	return list
}

// ack notes that line n was acknowledged. Lines are acknowledged in order, but those
// of IRC that were not before the server died never are.
func (s *sender) ack(n int) error {
	if len(s.waiting) == 0 || s.waiting[0] != n {
		return fmt.Errorf("line %d was acknowledged while %v are waiting", n, s.waiting)
	}
	s.waiting = s.waiting[1:]
	s.k.acked.Add(1)
	return nil
}

// A webSender speaks WebSocket.
type webSender struct {
	sender
	session string
	seen    uint64 // number of the last message
}

// run talks until the connection ends, or all is said.
func (s *webSender) run(ctx context.Context, address string) error {
	w, err := dialWeb(ctx, address)
	if err != nil {
		return err
	}
	defer w.conn.Close()
	if err := w.send(wire.Request{Op: "hello", Nick: s.nick, Session: s.session, Resume: map[string]uint64{killLobby: s.seen}}); err != nil {
		return err
	}
	return s.listen(w)
}

// listen takes events. Messages come without a gap: those that the server has not at
// hand when the client comes back are in the history, which is asked for first.
func (s *webSender) listen(w *webClient) error {
	var later []wire.Event // what has come while the history has not
	behind := false
	for {
		e, err := w.next()
		if err != nil {
			return err
		}
		switch e.Op {
		case "room":
			if e.Reset {
				return fmt.Errorf("message %d is not there any more", s.seen)
			}
			later = e.Messages
			if behind = e.More; !behind {
				err = s.resume(w, later)
			}
		case "history":
			if err = s.take(e.Messages); err == nil && !e.More {
				behind = false
				err = s.resume(w, later)
			}
		case "message":
			if e.ID != "" {
				err = s.acknowledged(w, e.ID)
			}
			if behind {
				later = append(later, *e)
			} else if err == nil && e.Seq > s.seen {
				err = s.take([]wire.Event{*e})
			}
		case "error":
			err = fmt.Errorf("%s: %s", e.Code, *e.Text)
		}
		if err == nil && behind && (e.Op == "room" || e.Op == "history") {
			err = w.send(wire.Request{Op: "history", Room: killLobby, After: s.seen, Limit: 200})
		}
		if err != nil {
			return err
		}
		if s.k.last.Load() && len(s.waiting) == 0 && !behind && e.Op != "welcome" {
			return nil
		}
	}
}

// resume says again what was not acknowledged, and then goes on.
func (s *webSender) resume(w *webClient, later []wire.Event) error {
	for _, e := range later {
		if e.Seq > s.seen {
			if err := s.take([]wire.Event{e}); err != nil {
				return err
			}
		}
	}
	s.k.again.Add(int64(len(s.waiting)))
	return w.send(append(s.requests(s.waiting, true), s.requests(s.begin(), false)...)...)
}

func (s *webSender) requests(numbers []int, again bool) (list []wire.Request) {
	for _, n := range numbers {
		list = append(list, wire.Request{Op: "say", Room: killLobby, Text: s.text(n), ID: strconv.Itoa(n), Again: again})
	}
	return list
}

func (s *webSender) acknowledged(w *webClient, id string) error {
	n, err := strconv.Atoi(id)
	if err == nil {
		err = s.ack(n)
	}
	if err == nil {
		err = w.send(s.requests(s.begin(), false)...)
	}
	return err
}

// take notes messages, the next of the room.
func (s *webSender) take(list []wire.Event) error {
	for _, e := range list {
		if e.Seq != s.seen+1 {
			return fmt.Errorf("message %d follows %d", e.Seq, s.seen)
		}
		s.seen = e.Seq
		if err := s.k.saw(e.Seq, *e.Text); err != nil {
			return err
		}
	}
	return nil
}

// An ircSender speaks IRC, and asks for its own lines to come back.
type ircSender struct {
	sender
	got  []string
	runs [][]string // what it was shown, by connection
}

// run talks until the connection ends, or all is said.
func (s *ircSender) run(ctx context.Context, address string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	s.waiting = nil
	s.runs = append(s.runs, nil)
	conn.SetDeadline(time.Now().Add(patience()))
	if _, err := fmt.Fprintf(conn, "CAP REQ :echo-message server-time\r\nCAP END\r\nNICK %s\r\nUSER %s 0 * :%s\r\nJOIN %s\r\n", s.nick, s.nick, s.nick, killLobby); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil { // the server has died, perhaps in the middle of a line
			return err
		}
		if err := s.line(conn, strings.TrimRight(line, "\r\n")); err != nil {
			return err
		}
		if s.k.last.Load() {
			return nil
		}
	}
}

func (s *ircSender) line(conn net.Conn, line string) error {
	prefix, rest, _ := strings.Cut(line, " ")
	if prefix[0] == '@' { // with the time, which history has in its text otherwise
		prefix, rest, _ = strings.Cut(rest, " ")
	}
	command, rest, _ := strings.Cut(rest, " ")
	switch {
	case command == "PRIVMSG":
		_, text, _ := strings.Cut(rest, " :")
		last := len(s.runs) - 1
		s.runs[last] = append(s.runs[last], text)
		// Before its own lines of now it may be shown older ones.
		if !strings.HasPrefix(prefix, ":"+s.nick+"!") || len(s.waiting) == 0 || text != s.text(s.waiting[0]) {
			return nil
		}
		s.got = append(s.got, text)
		if err := s.ack(s.waiting[0]); err != nil {
			return err
		}
	case command == "366":
	case prefix == "PING":
		_, err := fmt.Fprintf(conn, "PONG %s\r\n", command)
		return err
	case len(command) == 3 && command[0] == '4' && command != "422":
		return errors.New(line)
	default:
		return nil
	}
	var out strings.Builder
	for _, n := range s.begin() {
		fmt.Fprintf(&out, "PRIVMSG %s :%s\r\n", killLobby, s.text(n))
	}
	_, err := conn.Write([]byte(out.String()))
	return err
}

// check looks for the lines that were acknowledged, and that nothing was missing
// between those that were shown.
func (s *ircSender) check(at map[string]uint64) {
	for _, text := range s.got {
		if at[text] == 0 {
			s.k.t.Errorf("%q is lost", text)
		}
	}
	for _, run := range s.runs {
		for i, text := range run {
			if at[text] == 0 || i > 0 && at[text] != at[run[i-1]]+1 {
				s.k.t.Errorf("%s was shown %q, which is message %d, after message %d", s.nick, text, at[text], at[run[max(i-1, 0)]])
			}
		}
	}
}
