// Package gnutest runs the machine's GNU programs as references for tests: what
// they print is what ours has to print. It is imported by tests only.
package gnutest

import (
	"bytes"
	"os/exec"
	"testing"
)

// A Program is a GNU program with the environment it runs in.
type Program struct {
	name, path string
	env        []string
}

// Find returns the program of coreutils with that name, to be run in the C
// locale and UTC, and skips the test when the machine has none. Each setting in
// env is appended to the environment; nothing else is in it.
func Find(tb testing.TB, name string, env ...string) Program {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		tb.Skipf("needs GNU %s: %v", name, err)
	}
	version, err := exec.Command(path, "--version").Output()
	if err != nil || !bytes.Contains(version, []byte("GNU coreutils")) {
		tb.Skipf("needs GNU %s: %s is another one", name, path)
	}
	return Program{name, path, append([]string{"LC_ALL=C", "TZ=UTC0"}, env...)}
}

// With returns the program with more settings in its environment.
func (p Program) With(env ...string) Program {
	return Program{p.name, p.path, append(p.env[:len(p.env):len(p.env)], env...)}
}

// Run runs the program in dir. The exit status is not looked at: what the
// program says about a failure is in stderr, after the program's bare name.
func (p Program) Run(tb testing.TB, dir string, args ...string) (stdout, stderr string) {
	tb.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(p.path, args...)
	cmd.Args[0] = p.name
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, p.env, &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		tb.Fatal(err)
	}
	return out.String(), errs.String()
}
