//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// nobody is a user whom files can be closed to, unlike root.
var nobody = &syscall.Credential{Uid: 65534, Gid: 65534}

// openToAll lets nobody run baton and write in the script's directory.
func openToAll(env *testscript.Env) error {
	if os.Geteuid() != 0 {
		return nil
	}
	program, err := os.Executable()
	for dir := range strings.SplitSeq(env.Getenv("PATH"), string(os.PathListSeparator)) {
		if path, e := exec.LookPath(filepath.Join(dir, "baton")); e == nil {
			program = path
			break
		}
	}
	if err != nil {
		return err
	}
	for _, dir := range []string{env.WorkDir, filepath.Dir(program)} {
		if err := os.Chmod(dir, 0o777); err != nil {
			return err
		}
		for dir = filepath.Dir(dir); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				return err
			}
		}
	}
	return nil
}

// cmdNobody is cmdExits as nobody, or as the user who runs the test, if that
// isn't root.
func cmdNobody(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: nobody CODE COMMAND [ARG...]")
	}
	p := newProcess(ts, args[1:])
	p.cmd.Stdout, p.cmd.Stderr = ts.Stdout(), ts.Stderr()
	if os.Geteuid() == 0 {
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody}
	}
	checkCode(ts, p.cmd.Run(), args[0])
}

func condition(name string) (bool, error) {
	switch name {
	case "gnu-du":
		out, err := exec.Command("du", "--version").Output()
		return err == nil && strings.Contains(string(out), "GNU coreutils"), nil
	case "mounts":
		return os.Geteuid() == 0 && exec.Command("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt").Run() == nil, nil
	case "openbsd-nc":
		return openBSDNetcat() != "", nil
	default:
		return false, fmt.Errorf("unknown condition %s", name)
	}
}
