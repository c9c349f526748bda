//go:build unix

package irc_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"baton/internal/endpoint"
	"baton/internal/tool/chat"
	"baton/internal/tool/chat/store"
)

// serve runs a chat server and returns its port. #room has a history.
func serve(t *testing.T) (port string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ln, err := endpoint.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	st := store.Memory(100)
	go func() { // ends when the test has
		ended <- chat.Run(ctx, ln, chat.Options{Store: st, Name: "test", Version: "test", Replay: 10, MOTD: []string{"Hello."}})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		st.Close()
	})
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

// A buddy is somebody to talk to, who speaks bare IRC.
type buddy struct {
	t    *testing.T
	conn net.Conn
	out  transcript
}

func newBuddy(t *testing.T, port, nick string) *buddy {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	b := &buddy{t: t, conn: conn}
	var copied sync.WaitGroup
	copied.Go(func() { io.Copy(&b.out, conn) }) // ends when the connection is closed
	t.Cleanup(func() {
		conn.Close()
		copied.Wait()
	})
	b.say("NICK " + nick)
	b.say("USER " + nick + " 0 * :" + nick)
	b.say("JOIN #room")
	b.out.await(t, " 366 ")
	return b
}

func (b *buddy) say(line string) { fmt.Fprint(b.conn, line+"\r\n") }

// A transcript is what a program has written.
type transcript struct {
	mu      sync.Mutex
	buf     bytes.Buffer  // guarded by mu
	written chan struct{} // closed at the next write, if anybody waits for it; guarded by mu
}

func (tr *transcript) Write(p []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.written != nil {
		close(tr.written)
		tr.written = nil
	}
	return tr.buf.Write(p)
}

// take forgets all up to text, and returns nil if it is there. Otherwise it returns
// what is closed when there is more.
func (tr *transcript) take(text string) (more <-chan struct{}) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if i := bytes.Index(tr.buf.Bytes(), []byte(text)); i >= 0 {
		tr.buf.Next(i + len(text))
		return nil
	}
	if tr.written == nil {
		tr.written = make(chan struct{})
	}
	return tr.written
}

// await waits for texts in this order, until it is time to say which hasn't come.
func (tr *transcript) await(t *testing.T, texts ...string) {
	t.Helper()
	var late <-chan time.Time
	if end, ok := t.Deadline(); ok {
		late = time.After(time.Until(end) - 10*time.Second)
	}
	for _, text := range texts {
		for more := tr.take(text); more != nil; more = tr.take(text) {
			select {
			case <-more:
			case <-late:
				tr.mu.Lock()
				defer tr.mu.Unlock()
				t.Fatalf("%q did not come; there is\n%s", text, tr.buf.String())
			}
		}
	}
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("needs %s", program)
	}
}

// start starts a program that is ended with the test.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// TestIrssi types into irssi and reads its screen.
func TestIrssi(t *testing.T) {
	need(t, "irssi")
	port := serve(t)
	bo := newBuddy(t, port, "bo")
	bo.say("PRIVMSG #room :said before")
	bo.say("TOPIC #room :what we talk about")

	home := t.TempDir()
	// It would wait seconds between two commands.
	config := `settings = { "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "100"; }; };`
	if err := os.WriteFile(filepath.Join(home, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("irssi", "--home", home, "-c", "127.0.0.1", "-p", port, "-n", "iris")
	cmd.Env = append(os.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	var screen transcript
	var copied sync.WaitGroup
	copied.Go(func() { io.Copy(&screen, tty) }) // ends when irssi has
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		tty.Close()
		copied.Wait()
	})
	kind := func(line string) { fmt.Fprint(tty, line+"\r") }

	screen.await(t, "Hello.")
	kind("/join #room")
	bo.out.await(t, ":iris!", "JOIN #room")
	screen.await(t, "what we talk about", "said before")
	kind("good day, grüß dich")
	bo.out.await(t, "PRIVMSG #room :good day, grüß dich\r\n")
	bo.say("PRIVMSG #room :good day to you")
	screen.await(t, "good day to you")
	kind("/me waves")
	bo.out.await(t, "PRIVMSG #room :\x01ACTION waves\x01\r\n")
	kind("/window 1")
	kind("/whois bo")
	screen.await(t, "comes over irc")
	kind("/window 2")
	kind("/msg bo between us")
	bo.out.await(t, "PRIVMSG bo :between us")
	kind("/nick irma")
	bo.out.await(t, "NICK :irma")
	bo.say("KICK #room irma :once")
	screen.await(t, "once")
	kind("/join #room")
	bo.out.await(t, ":irma!", "JOIN #room")
	kind("/part #room so long")
	bo.out.await(t, "PART #room :so long")
	kind("/quit")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestWeeChat runs weechat-headless with commands that it was given at its start, some
// of them for signals, and reads its logs.
func TestWeeChat(t *testing.T) {
	need(t, "weechat-headless")
	port := serve(t)
	bo := newBuddy(t, port, "bo")
	bo.say("PRIVMSG #room :said before")
	bo.say("TOPIC #room :what we talk about")
	dir := t.TempDir()
	args := []string{"--dir", dir}
	for _, c := range []string{
		"/set logger.file.flush_delay 0", "/set irc.look.smart_filter off",
		"/server add t 127.0.0.1/" + port + " -notls -nicks=wee -autojoin=#room -username=wee -realname=Wee",
		"/set irc.server_default.anti_flood_prio_high 0", "/set irc.server_default.anti_flood_prio_low 0",
		"/set weechat.signal.sigusr1 /msg -server t #room good day",
		"/set weechat.signal.sigusr2 /command -buffer irc.t.#room * /me waves",
		"/set weechat.signal.sighup /command -buffer irc.t.#room * /nick woo",
		"/set weechat.signal.sigquit /command -buffer irc.t.#room * /part so long",
		"/connect t",
	} {
		args = append(args, "-r", c)
	}
	cmd := exec.Command("weechat-headless", args...)
	start(t, cmd)
	// It answers once it has seen all that came before.
	ping := func(nick string) {
		bo.say("PRIVMSG " + nick + " :\x01PING " + nick + "\x01")
		bo.out.await(t, "NOTICE bo :\x01PING "+nick+"\x01")
	}
	bo.out.await(t, ":wee!", "JOIN #room")
	ping("wee")
	cmd.Process.Signal(syscall.SIGUSR1)
	bo.out.await(t, "PRIVMSG #room :good day\r\n")
	bo.say("PRIVMSG #room :good day to you")
	cmd.Process.Signal(syscall.SIGUSR2)
	bo.out.await(t, "PRIVMSG #room :\x01ACTION waves\x01\r\n")
	cmd.Process.Signal(syscall.SIGHUP)
	bo.out.await(t, "NICK :woo")
	ping("woo")
	cmd.Process.Signal(syscall.SIGQUIT)
	bo.out.await(t, "PART #room :so long")
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait() // its logs are whole then
	log, err := filepath.Glob(filepath.Join(dir, "logs", "irc.t.*room.weechatlog"))
	if err != nil || len(log) != 1 {
		t.Fatalf("logs %q, %v", log, err)
	}
	text, err := os.ReadFile(log[0])
	if err != nil {
		t.Fatal(err)
	}
	var tr transcript
	tr.Write(text)
	for _, want := range []string{"what we talk about", "bo\tsaid before", "wee\tgood day", "bo\tgood day to you", "woo"} {
		if tr.take(want) != nil {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// TestFramework drives irc-framework, on which The Lounge and Kiwi are built.
func TestFramework(t *testing.T) {
	need(t, "node")
	const dir = "testdata/framework"
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "irc-framework")); err != nil {
		t.Skip("needs irc-framework: npm ci --ignore-scripts in " + dir)
	}
	port := serve(t)
	bo := newBuddy(t, port, "bo")
	bo.say("PRIVMSG #room :said before")
	bo.say("TOPIC #room :what we talk about")
	cmd := exec.Command("node", "driver.js", port, "kiwi")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	events := events{t: t, scan: bufio.NewScanner(out)}
	do := func(call ...string) { json.NewEncoder(in).Encode(call) }

	events.await("registered", nil)
	do("join", "#room")
	events.await("join", map[string]any{"nick": "kiwi"})
	events.await("topic", map[string]any{"topic": "what we talk about"})
	do("raw", "CHATHISTORY LATEST #room * 10")
	got := events.await("message", map[string]any{"message": "said before", "nick": "bo", "batch": "chathistory"})
	if got["time"] == nil {
		t.Errorf("the history has no times: %v", got)
	}
	do("say", "#room", "good day")
	bo.out.await(t, "PRIVMSG #room :good day")
	events.await("message", map[string]any{"message": "good day", "nick": "kiwi"}) // its echo
	bo.say("PRIVMSG #room :good day to you")
	events.await("message", map[string]any{"message": "good day to you", "nick": "bo", "type": "privmsg"})
	bo.say("PRIVMSG #room :\x01ACTION waves\x01")
	events.await("message", map[string]any{"message": "waves", "type": "action"})
	do("changeNick", "kea")
	bo.out.await(t, "NICK :kea")
	events.await("nick", map[string]any{"new_nick": "kea"})
	do("setTopic", "#room", "not mine")
	events.await("irc error", map[string]any{"error": "chanop_privs_needed"})
	do("part", "#room", "so long")
	bo.out.await(t, "PART #room :so long")
	in.Close()
	bo.say("WHOIS kea")
	events.await("close", nil)
}

// events are the lines of the driver.
type events struct {
	t    *testing.T
	scan *bufio.Scanner
	seen []string
}

// await returns the next event of a kind that has these values.
func (e *events) await(kind string, values map[string]any) map[string]any {
	e.t.Helper()
next:
	for e.scan.Scan() {
		e.seen = append(e.seen, e.scan.Text())
		var got map[string]any
		if err := json.Unmarshal(e.scan.Bytes(), &got); err != nil {
			e.t.Fatalf("%q: %v", e.scan.Text(), err)
		}
		if got["event"] != kind {
			continue
		}
		for k, v := range values {
			if got[k] != v {
				continue next
			}
		}
		return got
	}
	e.t.Fatalf("no %s with %v among\n%s", kind, values, strings.Join(e.seen, "\n"))
	return nil
}
