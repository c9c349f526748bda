//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"baton/internal/tool/chat/web/wire"
)

// roomLines is how many lines each client says.
const roomLines = 8

// spoken finds in what a client shows who said what.
var spoken = regexp.MustCompile(`\b([a-z]+) says (\d+)`)

// TestChatRoom lets the clients that people use sit in one room and talk at the same
// time. All show the same lines in the same order. Those that show their own lines
// before the server has them, or not at all, are compared without these.
func TestChatRoom(t *testing.T) {
	srv := startChat(t, "--data", t.TempDir())
	address := srv.address(t)
	watcher, err := dialWeb(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.conn.Close()
	if err := watcher.send(wire.Request{Op: "hello", Nick: "watcher"}); err != nil {
		t.Fatal(err)
	}
	// Who comes in before it is told what is in the room is not announced to it.
	watcher.until(t, func(e *wire.Event) bool { return e.Op == "room" })
	var all []*member
	for _, kind := range memberKinds {
		t.Run(kind.name, func(sub *testing.T) { // each can be skipped alone
			m := &member{t: t, name: kind.name, own: kind.own, address: address, out: newWatched(), ended: make(chan struct{})}
			sub.Cleanup(func() {
				if text, _ := m.out.read(); sub.Failed() {
					t.Logf("%s has written\n%q", m.name, text)
				}
			})
			kind.start(sub, m)
			joined := make(chan struct{})
			defer close(joined)
			go func() { // ends when it has come in, or has ended without
				select {
				case <-joined:
				case <-m.ended:
					watcher.conn.Close()
				}
			}()
			watcher.until(sub, func(e *wire.Event) bool { return e.Op == "join" && e.Nick == kind.name })
			all = append(all, m)
		})
	}
	want := watcher.converse(t, all)
	for _, m := range all {
		m.check(t, want)
	}
	t.Logf("%d clients saw %d lines:\n%s", len(all), len(want), strings.Join(want, ", "))
}

// converse lets the members talk, all at once: each says its next line as soon as
// everybody's one before is in the room. It returns what was said.
func (w *webClient) converse(t *testing.T, all []*member) (said []string) {
	for i := range roomLines {
		var missing []string
		for _, m := range all {
			missing = append(missing, m.line(i))
			m.say(i)
		}
		for len(missing) > 0 {
			e, err := w.await(func(e *wire.Event) bool { return e.Op == "message" })
			if err != nil {
				for _, m := range all {
					t.Logf("%s shows\n%s", m.name, m.log())
				}
				t.Fatalf("%v, while %q were missing after\n%s", err, missing, strings.Join(said, ", "))
			}
			text := *e.Text
			said = append(said, text)
			at := slices.Index(missing, text)
			if at < 0 {
				t.Fatalf("unexpected is the last of\n%s", strings.Join(said, ", "))
			}
			missing = slices.Delete(missing, at, at+1)
		}
	}
	return said
}

// until reads events until one is what is waited for, and returns it.
func (w *webClient) until(t *testing.T, is func(*wire.Event) bool) *wire.Event {
	t.Helper()
	e, err := w.await(is)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// await is until with an error.
func (w *webClient) await(is func(*wire.Event) bool) (*wire.Event, error) {
	for {
		e, err := w.next()
		if err != nil || is(e) {
			return e, err
		}
	}
}
