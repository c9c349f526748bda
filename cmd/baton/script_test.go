//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"baton":      main,
		"interrupts": interrupts,
	})
}

// interrupts is a program for scripts: it leaves the terminal's foreground, so that
// Ctrl-C does not reach it, counts the SIGINTs that are passed on to it all the
// same, and ends at SIGUSR1.
func interrupts() {
	c := make(chan os.Signal, 10)
	signal.Notify(c, syscall.SIGINT, syscall.SIGUSR1)
	if err := syscall.Setpgid(0, 0); err != nil {
		panic(err)
	}
	fmt.Println("ready")
	n := 0
	for s := range c {
		if s == syscall.SIGUSR1 {
			break
		}
		n++
	}
	fmt.Println("interrupts:", n)
}

// TestScripts runs testdata/*.txtar. The commands that they have beyond those of
// testscript are in process_test.go:
//
//	start NAME COMMAND [ARG…]     start a command in the background
//	await NAME REGEXP             wait until what it wrote matches
//	signal NAME SIGNAL            send it a signal: INT, TERM, HUP, …
//	finish NAME CODE              wait for its end and check its exit code; its output
//	                              is then that of stdout and stderr
//	term NAME COLUMNS COMMAND [ARG…]   start, with a terminal for all its streams
//	port NAME                     wait until a server listens, and set $PORT to where
//	reserve VARIABLE              set it to a port that only this script listens at
//	keys NAME TEXT                type on its terminal; \r is Return, \x03 is Ctrl-C
//	exits CODE COMMAND [ARG…]     run a command and check its exit code
//	nobody CODE COMMAND [ARG…]    the same, as a user whom files can be closed to
//
// and the conditions:
//
//	[gnu-du]    du is GNU's
//	[openbsd-nc]  there is OpenBSD's nc, and $NC is its name
//	[mounts]    what is mounted in a namespace of its own stays there: unshare -m works
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			ps := &processes{byName: map[string]*process{}}
			env.Values[processesKey{}] = ps
			env.Defer(ps.kill)
			// What a developer's terminal is set to must not change the results.
			for _, key := range []string{"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LANG", "LC_ALL", "LC_CTYPE"} {
				env.Setenv(key, "")
			}
			env.Setenv("TERM", "xterm")
			env.Setenv("NC", openBSDNetcat())
			if err := openToAll(env); err != nil {
				return err
			}
			return os.MkdirAll(env.Getenv("TMPDIR"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start":   cmdStart,
			"await":   cmdAwait,
			"port":    cmdPort,
			"reserve": cmdReserve,
			"signal":  cmdSignal,
			"finish":  cmdFinish,
			"term":    cmdTerm,
			"keys":    cmdKeys,
			"exits":   cmdExits,
			"nobody":  cmdNobody,
		},
		Condition: condition,
	})
}
