//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// memberKinds are the clients that people use. Start starts one, which joins the lobby.
var memberKinds = []struct {
	name  string
	own   bool // see member
	start func(*testing.T, *member)
}{
	{"netcat", false, startNetcat},
	{"telnet", false, startTelnet},
	{"connect", true, startConnect},
	{"irssi", false, startIrssi},
	{"weechat", false, startWeeChat},
	{"framework", true, startFramework},
	{"page", true, startPage},
}

func startNetcat(t *testing.T, m *member) {
	m.speaks(m.run(t, exec.Command(program(t, "nc.openbsd", "nc"), "127.0.0.1", m.port())), true)
}

func startTelnet(t *testing.T, m *member) {
	m.speaks(m.run(t, exec.Command(program(t, "telnet"), "127.0.0.1", m.port())), true)
}

func startConnect(t *testing.T, m *member) {
	m.speaks(m.run(t, exec.Command("baton", "chat", "connect", "-n", m.name, m.address)), false)
}

// speaks makes a client of one that sends what it is given, after its name if it has
// none yet.
func (m *member) speaks(in io.Writer, nameless bool) {
	if nameless {
		m.write(in, m.name+"\n")
	}
	m.say = func(i int) { m.write(in, m.line(i)+"\n") }
}

// startIrssi starts irssi on a terminal; what it shows is in its log.
func startIrssi(t *testing.T, m *member) {
	home := m.t.TempDir()
	config := `settings = {
  "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "100"; };
  "fe-common/core" = { autolog = "yes"; autolog_path = "` + home + `/log"; autolog_level = "PUBLIC"; };
};
servers = ( { address = "127.0.0.1"; chatnet = "t"; port = "` + m.port() + `"; autoconnect = "yes"; } );
chatnets = { t = { type = "IRC"; nick = "` + m.name + `"; }; };
channels = ( { name = "#lobby"; chatnet = "t"; autojoin = "yes"; } );
`
	if err := os.WriteFile(filepath.Join(home, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program(t, "irssi"), "--home", home)
	cmd.Env = append(os.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8")
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	copied := make(chan struct{})
	m.t.Cleanup(func() { // comes after irssi's end
		<-copied
		keys.Close()
	})
	go func() { // ends when irssi has, or with the terminal
		defer close(copied)
		_, _ = io.Copy(m.out, keys) // its end is an error
	}()
	defer tty.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	m.start(t, cmd)
	m.say = func(i int) { m.write(keys, "/msg #lobby "+m.line(i)+"\r") }
	m.fileLog(home, "log")
}

// startWeeChat starts WeeChat without a screen; what it shows is in its log. It can
// be told nothing once it runs, but has a command for a signal. It forgets those that
// come while it does what the same one has asked for, and so gets two in turns.
func startWeeChat(t *testing.T, m *member) {
	dir := m.t.TempDir()
	say := "/msg -server t #lobby " + m.name + " says ${plugins.var.n};/set plugins.var.n ${calc:${plugins.var.n}+1}"
	config := fmt.Sprintf("[signal]\nsigusr1 = %[1]q\nsigusr2 = %[1]q\n", say)
	if err := os.WriteFile(filepath.Join(dir, "weechat.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--dir", dir}
	for _, c := range []string{
		"/set plugins.var.n 0",
		"/set logger.file.flush_delay 0",
		"/set irc.server_default.anti_flood_prio_high 0",
		"/server add t " + strings.Replace(m.address, ":", "/", 1) + " -notls -nicks=" + m.name + " -autojoin=#lobby",
		"/connect t",
	} {
		args = append(args, "-r", c)
	}
	cmd := exec.Command(program(t, "weechat-headless"), args...)
	m.run(t, cmd)
	m.say = func(i int) { // it counts
		if err := cmd.Process.Signal([]os.Signal{syscall.SIGUSR1, syscall.SIGUSR2}[i%2]); err != nil {
			m.t.Errorf("%s: %v", m.name, err)
		}
	}
	m.fileLog(dir, "logs", "irc.t.*lobby.weechatlog")
}

// startFramework starts irc-framework, on which The Lounge and Kiwi are built.
func startFramework(t *testing.T, m *member) {
	cmd := script(t, "../../internal/tool/chat/irc/testdata/framework", "irc-framework", "driver.js", m.port(), m.name)
	in := m.run(t, cmd)
	call := func(args ...string) {
		if err := json.NewEncoder(in).Encode(args); err != nil {
			m.t.Errorf("%s: %v", m.name, err)
		}
	}
	awaitText(t, m.out, m.ended, regexp.MustCompile(`"registered"`))
	call("join", "#lobby")
	m.say = func(i int) { call("say", "#lobby", m.line(i)) }
}

// startPage starts the web page in Chromium.
func startPage(t *testing.T, m *member) {
	browser := program(t, "chromium", "chromium-browser", "google-chrome")
	cmd := script(t, "../../internal/tool/chat/web/e2e", "playwright-core", "sit.mjs", fmt.Sprintf("http://%s/", m.address), m.name)
	cmd.Env = append(os.Environ(), "CHROMIUM="+browser)
	in := m.run(t, cmd)
	m.speaks(in, false)
	m.log = func() string { // each of its lines is the whole log
		text, _ := m.out.read()
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		return lines[len(lines)-1]
	}
	m.t.Cleanup(func() { // it ends its browser
		in.Close()
		select {
		case <-m.ended:
		case <-time.After(patience()):
		}
	})
}

// script returns a command that runs a script in a directory that has a package.
func script(t *testing.T, dir, pkg string, args ...string) *exec.Cmd {
	t.Helper()
	node := program(t, "node")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", pkg)); err != nil {
		t.Skipf("needs %s: npm ci --ignore-scripts in %s", pkg, dir)
	}
	cmd := exec.Command(node, args...)
	cmd.Dir = dir
	return cmd
}
