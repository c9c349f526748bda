package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

func TestConversation(t *testing.T) {
	c := newChat(t, Options{})
	alice, bob := c.in("alice"), c.in("bob")
	if e := alice.await("join"); e.Nick != "bob" || e.Room != "#lobby" {
		t.Errorf("join %+v", e)
	}
	alice.send(wire.Request{Op: "say", Room: "#lobby", Text: "hi\nthere", ID: "a1"})
	if e := alice.await("message"); line(e) != "1 alice: hi there" || e.ID != "a1" {
		t.Errorf("own message %q, id %q", line(e), e.ID)
	}
	if e := bob.await("message"); line(e) != "1 alice: hi there" || e.ID != "" || e.Kind != "message" {
		t.Errorf("message %q, id %q", line(e), e.ID)
	}
	bob.send(wire.Request{Op: "say", Room: "#lobby", Text: "waves", Kind: "action"})
	if e := alice.await("message"); line(e) != "2 bob: waves" || e.Kind != "action" {
		t.Errorf("action %q", line(e))
	}
	bob.send(wire.Request{Op: "direct", To: "alice", Text: "psst"})
	if e := alice.await("direct"); e.From != "bob" || e.To != "alice" || *e.Text != "psst" {
		t.Errorf("direct %+v", e)
	}
	bob.send(wire.Request{Op: "nick", Nick: "robert"})
	if e := alice.await("nick"); e.Nick != "bob" || e.New != "robert" {
		t.Errorf("nick %+v", e)
	}
	alice.send(wire.Request{Op: "join", Room: "go"})
	if e := alice.await("room"); e.Room != "#go" || len(e.Members) != 1 || !e.Members[0].Op {
		t.Errorf("room %+v", e)
	}
	alice.send(wire.Request{Op: "topic", Room: "#go", Text: "gophers"})
	if e := alice.await("topic"); *e.Text != "gophers" {
		t.Errorf("topic %+v", e)
	}
	alice.send(wire.Request{Op: "rooms", Ref: "r"})
	if e := alice.await("rooms"); len(e.Rooms) != 2 || e.Rooms[1].Topic != "gophers" || e.Ref != "r" {
		t.Errorf("rooms %+v", e)
	}
	bob.send(wire.Request{Op: "join", Room: "#go"})
	bob.await("room")
	alice.send(wire.Request{Op: "command", Room: "#go", Text: "/kick robert why not"})
	if e := bob.await("kick"); e.Target != "robert" || *e.Text != "why not" {
		t.Errorf("kick %+v", e)
	}
	alice.send(wire.Request{Op: "part", Room: "#go"})
	alice.await("part")
	alice.frame(wsframe.Close, nil)
	if e := bob.await("quit"); e.Nick != "alice" {
		t.Errorf("quit %+v", e)
	}
}

func TestErrors(t *testing.T) {
	c := newChat(t, Options{})
	c.in("alice")
	b := c.open("bob")
	for _, tt := range []struct {
		req  wire.Request
		code string
	}{
		{wire.Request{Op: "say", Room: "#lobby", Text: "x"}, "failed"},
		{wire.Request{Op: "hello", Nick: ""}, "bad-name"},
		{wire.Request{Op: "hello", Nick: "alice"}, "name-in-use"},
		{wire.Request{Op: "login", Account: "a", Password: "b"}, "no-accounts"},
		{wire.Request{Op: "hello", Nick: "bob"}, ""},
		{wire.Request{Op: "hello", Nick: "rob"}, "registered"},
		{wire.Request{Op: "say", Room: "#nowhere", Text: "x"}, "no-such-room"},
		{wire.Request{Op: "say", Room: "#lobby", Text: ""}, "empty"},
		{wire.Request{Op: "say", Room: "#lobby", Text: strings.Repeat("x", 5000)}, "too-long"},
		{wire.Request{Op: "say", Room: "#lobby", Text: "x", ID: strings.Repeat("x", 65)}, "failed"},
		{wire.Request{Op: "say", Room: "#lobby", Text: "x", Kind: "shout"}, "failed"},
		{wire.Request{Op: "direct", To: "nobody", Text: "x"}, "no-such-name"},
		{wire.Request{Op: "history", Room: "#nowhere"}, "not-member"},
		{wire.Request{Op: "join", Room: "# x"}, "bad-room"},
		{wire.Request{Op: "nick", Nick: "alice"}, "name-in-use"},
		{wire.Request{Op: "command", Room: "#lobby", Text: "/kick alice"}, "need-operator"},
		{wire.Request{Op: "command", Room: "#lobby", Text: "/dance x"}, "unknown-request"},
		{wire.Request{Op: "command", Room: "#lobby", Text: "/kick"}, "unknown-request"},
		{wire.Request{Op: "dance"}, "unknown-request"},
		{wire.Request{}, "bad-request"},
	} {
		tt.req.Ref = "ref"
		b.send(tt.req)
		e := b.next()
		for e.Op != "error" && e.Op != "room" {
			e = b.next()
		}
		if e.Code != tt.code || e.Op == "error" && e.Ref != "ref" {
			t.Errorf("%+v: %q %v, want %q", tt.req, e.Code, e.Text, tt.code)
		}
	}
	b.frame(wsframe.Text, []byte("{"))
	if e := b.next(); e.Code != "bad-request" {
		t.Errorf("no JSON: %+v", e)
	}
}

// TestResume: a browser that lost its connection gets what it has missed, and what
// it sends again is not said again.
func TestResume(t *testing.T) {
	c := newChat(t, Options{})
	alice := c.open("alice")
	alice.send(wire.Request{Op: "hello", Nick: "alice"})
	token := alice.await("welcome").Session
	alice.await("room")
	bob := c.in("bob")
	alice.send(wire.Request{Op: "say", Room: "#lobby", Text: "one", ID: "1"})
	bob.await("message")

	// The old connection lingers; its echo was never read.
	again := c.open("alice")
	again.send(wire.Request{Op: "hello", Nick: "alice", Session: token, Resume: map[string]uint64{"#lobby": 0}})
	if e := again.await("welcome"); e.Session != token || e.Nick != "alice" {
		t.Errorf("welcome %+v", e)
	}
	if e := again.await("room"); len(e.Messages) != 1 || line(e.Messages[0]) != "1 alice: one" || e.More {
		t.Errorf("room %+v", e)
	}
	if code := alice.closed(); code != wsframe.Policy {
		t.Errorf("the old connection ended with %d", code)
	}
	again.send(wire.Request{Op: "say", Room: "#lobby", Text: "one", ID: "1", Again: true})
	if e := again.await("message"); e.Seq != 1 || e.ID != "1" {
		t.Errorf("again: %+v", e)
	}
	// What was said to one person is known too, also when that one has gone.
	carl := c.in("carl")
	again.send(wire.Request{Op: "direct", To: "carl", Text: "psst", ID: "d"})
	if e := again.await("direct"); e.ID != "d" || e.To != "carl" {
		t.Errorf("direct: %+v", e)
	}
	again.send(wire.Request{Op: "direct", To: "carl", Text: "psst", ID: "d", Again: true})
	if e := again.await("direct"); e.ID != "d" || e.To != "carl" || *e.Text != "psst" {
		t.Errorf("direct again: %+v", e)
	}
	again.send(wire.Request{Op: "direct", To: "carl", Text: "more", ID: "e"})
	for _, want := range []string{"psst", "more"} {
		if e := carl.await("direct"); *e.Text != want {
			t.Errorf("carl got %q, want %q", *e.Text, want)
		}
	}
	carl.frame(wsframe.Close, nil)
	again.await("quit")
	again.send(wire.Request{Op: "direct", To: "carl", Text: "more", ID: "e", Again: true})
	if e := again.next(); e.Op != "direct" || e.ID != "e" {
		t.Errorf("direct again to nobody: %+v", e)
	}
	again.send(wire.Request{Op: "say", Room: "#lobby", Text: "two", ID: "2"})
	if e := bob.await("message"); line(e) != "2 alice: two" {
		t.Errorf("bob got %q", line(e))
	}
	// Numbers from a store that is no more.
	third := c.open("carol")
	third.send(wire.Request{Op: "hello", Nick: "carol", Resume: map[string]uint64{"#lobby": 99}})
	if e := third.await("room"); !e.Reset || len(e.Messages) != 2 {
		t.Errorf("reset %+v", e)
	}
}

func TestHistoryAndSearch(t *testing.T) {
	c := newChat(t, Options{})
	alice := c.in("alice")
	for i := 1; i <= 120; i++ {
		alice.send(wire.Request{Op: "say", Room: "#lobby", Text: fmt.Sprintf("message %d", i)})
	}
	for alice.await("message").Seq < 120 {
	}
	bob := c.open("bob")
	bob.send(wire.Request{Op: "hello", Nick: "bob"})
	e := bob.await("room")
	if n := len(e.Messages); n != 50 || e.Messages[0].Seq != 71 || !e.More || *e.Last != 120 {
		t.Errorf("%d messages from %d, more %v, last %d", n, e.Messages[0].Seq, e.More, *e.Last)
	}
	for _, tt := range []struct {
		req         wire.Request
		first, last uint64
		more        bool
	}{
		{wire.Request{Before: 71}, 21, 70, true},
		{wire.Request{Before: 21}, 1, 20, false},
		{wire.Request{After: 100}, 101, 120, false},
		{wire.Request{After: 10, Limit: 5}, 11, 15, true},
		{wire.Request{After: 10, Before: 14}, 11, 13, false},
		{wire.Request{Limit: 3}, 118, 120, true},
	} {
		tt.req.Op, tt.req.Room, tt.req.Ref = "history", "#lobby", "h"
		bob.send(tt.req)
		e := bob.await("history")
		if e.Ref != "h" || e.Messages[0].Seq != tt.first || e.Messages[len(e.Messages)-1].Seq != tt.last || e.More != tt.more {
			t.Errorf("%+v: %d to %d, more %v", tt.req, e.Messages[0].Seq, e.Messages[len(e.Messages)-1].Seq, e.More)
		}
	}
	bob.send(wire.Request{Op: "search", Room: "#lobby", Query: "MESSAGE 77", Ref: "s"})
	if e := bob.await("found"); len(e.Messages) != 1 || e.Messages[0].Seq != 77 {
		t.Errorf("found %+v", e.Messages)
	}
}

func TestRefusedUpgrades(t *testing.T) {
	c := newChat(t, Options{Hosts: func(host string) bool { return !strings.HasPrefix(host, "evil") }})
	for name, tt := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"right":          {func(*http.Request) {}, 101},
		"same origin":    {func(r *http.Request) { r.Header.Set("Origin", "http://"+c.addr) }, 101},
		"another origin": {func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		"origin null":    {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"rebound name":   {func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Origin", "http://evil.example") }, 403},
		"path":           {func(r *http.Request) { r.URL.Path = "/" }, 404},
		"version":        {func(r *http.Request) { r.Header.Set("Sec-WebSocket-Version", "8") }, 426},
		"key":            {func(r *http.Request) { r.Header.Set("Sec-WebSocket-Key", "short") }, 400},
		"no connection":  {func(r *http.Request) { r.Header.Set("Connection", "close") }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+c.addr+"/ws", nil)
			if err != nil {
				t.Fatal(err)
			}
			for key, value := range map[string]string{
				"Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
				"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
			} {
				req.Header.Set(key, value)
			}
			tt.change(req)
			tr := &http.Transport{DisableKeepAlives: true}
			defer tr.CloseIdleConnections()
			resp, err := tr.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != tt.want {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.want)
			}
			if got := resp.Header.Get("Sec-WebSocket-Accept"); tt.want == 101 && got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
				t.Errorf("accept %q", got) // the example of RFC 6455
			}
		})
	}
}

// TestFragments: a message in several frames is one message.
func TestFragments(t *testing.T) {
	b := newChat(t, Options{}).in("alice")
	b.parts("{\"op\":\"say\",\"room\":\"#lobby\",\"text\":\"caf\xc3", "\xa9\"}") // a character in two frames
	b.send(wire.Request{Op: "say", Room: "#lobby", Text: "whole"})
	for _, want := range []string{"1 alice: café", "2 alice: whole"} {
		if e := b.await("message"); line(e) != want {
			t.Errorf("%q, want %q", line(e), want)
		}
	}
}

// TestEnds: how a connection ends tells the browser why.
func TestEnds(t *testing.T) {
	const soon, never = 50 * time.Millisecond, time.Hour
	silent, mute, patient := Options{Handshake: soon, Ping: never}, Options{Handshake: never, Ping: soon}, Options{Handshake: never, Ping: never}
	for name, tt := range map[string]struct {
		opts Options
		do   func(b *browser)
		want wsframe.Code
	}{
		"silent before hello": {silent, func(*browser) {}, wsframe.Policy},
		"silent after hello":  {mute, func(b *browser) { b.send(wire.Request{Op: "hello", Nick: "mute"}) }, wsframe.Later},
		"close":               {patient, func(b *browser) { b.frame(wsframe.Close, nil) }, wsframe.NoCode},
		"close with a code":   {patient, func(b *browser) { b.frame(wsframe.Close, []byte{3000 >> 8, 3000 & 0xff}) }, 3000},
		"half a code":         {patient, func(b *browser) { b.frame(wsframe.Close, []byte{3}) }, wsframe.ProtocolError},
		"stray fragment":      {patient, func(b *browser) { b.frame(wsframe.Continuation, []byte("{}")) }, wsframe.ProtocolError},
		"too long":            {patient, func(b *browser) { b.frame(wsframe.Text, make([]byte, maxMessage+1)) }, wsframe.TooBig},
		"too long in parts":   {patient, func(b *browser) { b.parts(strings.Repeat(" ", maxMessage/2+1), strings.Repeat(" ", maxMessage/2)) }, wsframe.TooBig},
		"not masked":          {patient, func(b *browser) { b.raw(wsframe.Append(nil, wsframe.Text, []byte("{}"))) }, wsframe.ProtocolError},
		"binary":              {patient, func(b *browser) { b.frame(wsframe.Binary, []byte("{}")) }, wsframe.Unsupported},
		"no UTF-8":            {patient, func(b *browser) { b.frame(wsframe.Text, []byte("{\"op\":\"\xff\"}")) }, wsframe.Invalid},
		"many tries": {patient, func(b *browser) {
			for range maxTries {
				b.send(wire.Request{Op: "say"})
			}
		}, wsframe.Policy},
	} {
		t.Run(name, func(t *testing.T) {
			b := newChat(t, tt.opts).open("x")
			tt.do(b)
			if code := b.closed(); code != tt.want {
				t.Errorf("code %d, want %d", code, tt.want)
			}
		})
	}
}

type accounts map[string]string

func (a accounts) Register(_ context.Context, name, password string) (string, error) {
	if a[name] != "" {
		return "", errors.New("exists")
	}
	a[name] = password
	return name, nil
}

func (a accounts) Login(_ context.Context, name, password string) (string, error) {
	if a[name] != password || password == "" {
		return "", errors.New("wrong")
	}
	return name, nil
}

func TestAccounts(t *testing.T) {
	c := newChat(t, Options{Accounts: accounts{"alice": "secret"}})
	b := c.open("alice")
	b.send(wire.Request{Op: "hello", Nick: "alice", Password: "guess"})
	if e := b.next(); e.Op != "error" {
		t.Errorf("wrong password: %+v", e)
	}
	b.send(wire.Request{Op: "hello", Nick: "alice", Password: "secret"})
	if e := b.await("welcome"); e.Account != "alice" {
		t.Errorf("welcome %+v", e)
	}
	bob := c.in("bob")
	bob.send(wire.Request{Op: "register", Password: "hidden"})
	if e := bob.await("account"); e.Account != "bob" {
		t.Errorf("account %+v", e)
	}
}
