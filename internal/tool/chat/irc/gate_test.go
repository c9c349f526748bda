package irc

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// allowed says what is wrong with a line for a client with these capabilities, if
// anything. A batch needs the capability, and so do all that belong to one.
func allowed(line []byte, have caps, sent string) error {
	var m wire.Message
	if err := m.Parse(line); err != nil {
		return err
	}
	for key := range m.Tags.All() {
		need := messageTags
		switch string(key) {
		case "time":
			need = serverTime
		case "account":
			need = accountTag
		case "batch":
			need = batchCap
		case "label":
			need = labeledResponse
		}
		if !have.has(need) {
			return fmt.Errorf("tag %s", key)
		}
	}
	need, own := caps(0), strings.HasPrefix(string(m.Source), "al!")
	switch strings.ToUpper(string(m.Command)) {
	case "BATCH":
		need = batchCap
	case "TAGMSG":
		need = messageTags
	case "FAIL", "WARN", "NOTE":
		need = standardReplies
	case "SETNAME":
		need = setname
	case "ACCOUNT":
		need = accountNotify
	case "AWAY":
		need = awayNotify
	case "ACK":
		need = labeledResponse
	case "CHGHOST", "RENAME", "MARKREAD", "REDACT":
		return errors.New("never")
	case "REGISTER":
		need = accountRegistration
	case "INVITE":
		if string(m.Params[0]) != "al" {
			need = inviteNotify
		}
	case "JOIN":
		if len(m.Params) > 1 {
			need = extendedJoin
		}
	case "PRIVMSG", "NOTICE":
		if own && !strings.Contains(sent, " al") && !strings.Contains(sent, "CHATHISTORY") && !strings.HasPrefix(sent, "JOIN") {
			need = echoMessage
		}
	case "353":
		if len(m.Params) < 4 {
			break // a room's name took the whole line, which names of rooms don't
		}
		if bytes.Contains(m.Params[3], []byte("!")) {
			need |= userhostInNames
		}
		if bytes.Contains(m.Params[3], []byte("@+")) {
			need |= multiPrefix
		}
	}
	if !have.has(need) {
		return fmt.Errorf("command %s", m.Command)
	}
	return nil
}

// Whatever capabilities a client has, and whatever happens, it gets no tag, batch or
// command that it has not asked for.
func TestGating(t *testing.T) {
	commands := []string{
		"PRIVMSG #a :hi", "@+x=y;label=l PRIVMSG #a :tagged", "NOTICE bo :n", "PRIVMSG none :x", "@+typing=active TAGMSG #a",
		"JOIN #b", "@label=j JOIN #c,#d", "PART #b", "@label=p PART #c,#b", "TOPIC #a :t", "TOPIC #a", "NAMES #a", "LIST",
		"WHO #a", "WHO #a %tcuhsnfdar,7", "WHOIS bo", "WHOWAS x", "MODE #a +v al", "MODE #a +v bo", "MODE #a -v al",
		"KICK #a bo", "INVITE bo #b", "INVITE cy #a", "AWAY :x", "AWAY", "SETNAME :x", "SETNAME :", "NICK al", "NICK alfred",
		"CHATHISTORY LATEST #a * 5", "@label=h CHATHISTORY LATEST #a * 5", "CHATHISTORY LATEST #no * 5",
		"CHATHISTORY TARGETS timestamp=1999-01-01T00:00:00Z timestamp=2030-01-01T00:00:00Z 5", "MONITOR + bo,cy", "VERSION",
		"LUSERS", "HELP", "PING x", "@label=q PING x", "NONSENSE", "REGISTER * * pw", "AUTHENTICATE PLAIN", "JOIN #a", "MODE al +i",
	}
	rapid.Check(t, func(rt *rapid.T) {
		have := caps(rapid.Uint32().Draw(rt, "capabilities")) & (1<<len(capNames) - 1)
		var failure string
		var steps []string
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			steps = append(steps, rapid.SampledFrom([]string{"al", "bo"}).Draw(rt, "who"), rapid.SampledFrom(commands).Draw(rt, "command"))
		}
		inBubble(t, func(w *world) {
			w.join("bo", strings.Join((^caps(0)).names(), " "), "#a", "#b")
			w.send("bo", "MODE #b +v bo")
			w.send("bo", "PRIVMSG #a :earlier", "@+x TAGMSG #a")
			w.connect("al")
			if names := have.names(); len(names) > 0 {
				w.send("al", "CAP REQ :"+strings.Join(names, " "))
			}
			w.send("al", "NICK al", "USER al 0 * :Real al", "CAP END", "JOIN #a")
			w.send("bo", "MODE #a +o al")
			var sent string
			check := func() {
				for _, line := range w.take("al") {
					if err := allowed([]byte(line), have, sent); err != nil && failure == "" {
						failure = fmt.Sprintf("with %v, after %q: %q: %v", have.names(), sent, line, err)
					}
				}
			}
			check()
			for i := 0; i < len(steps); i += 2 {
				sent = steps[i+1]
				w.send(steps[i], sent)
				check()
			}
		}, Options{Replay: 5, Accounts: theWorlds})
		if failure != "" {
			rt.Fatal(failure)
		}
	})
}

func nastyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching("[a:@!#;, \\\\\r\n\x00\x01é+=-]{0,12}"),
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }),
		rapid.Custom(func(t *rapid.T) string { return strings.Repeat("wört ", rapid.IntRange(0, 900).Draw(t, "n")) }),
	)
}

func nastyIdentity(t *rapid.T) room.Identity {
	s := nastyText()
	return room.Identity{
		Nick: s.Draw(t, "nick"), User: s.Draw(t, "user"), Host: s.Draw(t, "host"),
		Account: s.Draw(t, "account"), RealName: s.Draw(t, "real name"),
	}
}

// Whatever an event consists of, it becomes whole lines within the limits, each of a
// command that its kind has, and none that the client must not get.
func TestEncoderProperty(t *testing.T) {
	commands := map[room.Kind]string{
		room.Message: "PRIVMSG ACK", room.Notice: "NOTICE ACK", room.Action: "PRIVMSG ACK", room.TagMsg: "TAGMSG ACK",
		room.Join: "JOIN AWAY", room.Part: "PART", room.Quit: "QUIT ACK", room.Nick: "NICK", room.Topic: "TOPIC", room.Mode: "MODE ACK",
		room.Kick: "KICK", room.Invite: "INVITE", room.Invited: "INVITE ACK", room.Away: "AWAY ACK", room.Back: "AWAY ACK",
		room.SetName: "SETNAME ACK", room.Account: "ACCOUNT ACK", room.Closed: "KICK ACK", room.Failed: "FAIL 404",
		room.Presence: "353 366 ACK",
	}
	enc := &encoder{server: "srv"}
	rapid.Check(t, func(t *rapid.T) {
		s := nastyText()
		have := caps(rapid.Uint32().Draw(t, "capabilities")) & (1<<len(capNames) - 1)
		ev := &room.Event{
			Stamp: 1, RoomName: s.Draw(t, "room"), Msg: uint64(rapid.IntRange(0, 3).Draw(t, "msg")), Epoch: s.Draw(t, "epoch"),
			Time: time.Unix(1, 0), Kind: room.Kind(rapid.IntRange(1, int(room.Presence)).Draw(t, "kind")), From: nastyIdentity(t),
			Target: s.Draw(t, "target"), Text: s.Draw(t, "text"), Tags: s.Draw(t, "tags"), Origin: new(room.Client),
		}
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			ev.Changes = append(ev.Changes, room.Change{Add: rapid.Bool().Draw(t, "add"), Mode: 'b', Arg: s.Draw(t, "mask")})
		}
		for range rapid.IntRange(0, 20).Draw(t, "present") {
			id := nastyIdentity(t)
			ev.Present = append(ev.Present, room.Present{Identity: &id, Op: rapid.Bool().Draw(t, "op"), Voice: rapid.Bool().Draw(t, "voice")})
		}
		self := rapid.Bool().Draw(t, "self")
		if have.has(labeledResponse|batchCap) && rapid.Bool().Draw(t, "labelled") {
			ev.Label = rapid.SampledFrom([]string{labelMark, batchMark}).Draw(t, "mark") + s.Draw(t, "label")
		}
		out := enc.Encode([]byte("before\r\n"), ev, have.shape(), self)
		rest, ok := bytes.CutPrefix(out, []byte("before\r\n"))
		if !ok {
			t.Fatal("what was there before is gone")
		}
		var said int
		for line := range bytes.Lines(rest) {
			said++
			body, ok := bytes.CutSuffix(line, []byte("\r\n"))
			if !ok || bytes.ContainsAny(body, "\r\n\x00") {
				t.Fatalf("not one line: %q", line)
			}
			tags := 0
			if line[0] == '@' {
				tags = bytes.IndexByte(line, ' ') + 1
			}
			if tags > wire.MaxTags || len(line)-tags > wire.MaxBody {
				t.Fatalf("tags %d, body %d bytes", tags, len(line)-tags)
			}
			var m wire.Message
			if err := m.Parse(body); err != nil {
				if len(ev.From.Nick)+len(ev.From.User)+len(ev.From.Host) > 400 {
					continue // a source that takes the whole line, which names and hosts never do
				}
				t.Fatalf("%q: %v", body, err)
			}
			if !strings.Contains(commands[ev.Kind], string(m.Command)) && len(ev.From.Nick)+len(ev.From.User)+len(ev.From.Host) < 400 {
				t.Fatalf("kind %d became %q", ev.Kind, line)
			}
			if err := allowed(body, have, " al"); err != nil && len(ev.From.Nick) < 100 && m.Is(strings.Fields(commands[ev.Kind])[0]) && !isNames(&m) {
				t.Fatalf("with %v: %q: %v", have.names(), line, err)
			}
		}
		short := len(ev.From.Nick)+len(ev.From.User)+len(ev.From.Host)+len(ev.RoomName)+len(ev.Target) < 300
		if ev.Kind == room.Message && !self && said == 0 {
			t.Fatal("nothing was said")
		}
		if ev.Kind == room.Message && !self && short && utf8.ValidString(ev.Text) && !bytes.Contains(rest, lastWord(clean.IRC(ev.Text))) {
			t.Fatalf("the end of the text is missing: %q", rest)
		}
	})
}

func isNames(m *wire.Message) bool { return m.Is("353") || m.Is("INVITE") }

// lastWord returns the last characters of a text, as they are sent.
func lastWord(s string) []byte {
	s = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(s)
	fields := strings.Fields(s)
	if len(fields) == 0 {
		return nil
	}
	word := []rune(fields[len(fields)-1])
	return []byte(string(word[max(0, len(word)-1):]))
}

func FuzzHandler(f *testing.F) {
	for _, s := range []string{
		"NICK al\r\nUSER a 0 * :Al\r\nJOIN #a\r\nPRIVMSG #a :hi\r\nMODE #a +b-l+k x y\r\nWHO #a %tna,1\r\nLIST >1,C<3\r\n",
		"CAP LS 302\r\nCAP REQ :batch labeled-response draft/chathistory message-tags\r\nNICK al\r\nUSER a 0 * :A\r\nCAP END\r\n@label=x;+y JOIN #a,#b\r\n@label=z CHATHISTORY BETWEEN #a timestamp=2000-01-01T00:00:00Z msgid=x 3\r\n",
		"NICK al\nUSER a 0 * :Al\nMONITOR + al,b\nMONITOR L\nAWAY :x\nWHOIS al\nKICK #a al\nQUIT :x\n",
		"PASS a:b\nAUTHENTICATE PLAIN\nREGISTER * * x\nJOIN :\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		inWorld(t, room.Options{}, Options{Replay: 2, Accounts: theWorlds}, func(w *world) {
			w.join("bo", "message-tags server-time", "#a")
			p := w.connect("al")
			p.conn.SetWriteDeadline(time.Now().Add(time.Second)) // it may have been told to go
			if _, err := p.conn.Write(append(input, "\r\nPING end\r\n"...)); err != nil && len(w.take("al")) == 0 {
				t.Errorf("gone without a word: %v", err)
			}
			for _, line := range w.take("bo") {
				if !utf8.ValidString(line) {
					t.Errorf("not UTF-8: %q", line)
				}
			}
		})
	})
}
