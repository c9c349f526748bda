//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestChatPage has people use the chat's page in Chromium: what they do is in the
// directory e2e beside the page. Its server is this program.
func TestChatPage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	dir, err := filepath.Abs("../../internal/tool/chat/web/e2e")
	if err != nil {
		t.Fatal(err)
	}
	node := program(t, "node")
	chromium := program(t, "chromium", "chromium-browser", "google-chrome")
	for _, name := range []string{"playwright-core", "axe-core"} {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", name)); err != nil {
			t.Skipf("needs %s: npm ci in %s", name, dir)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "BATON="+self, "CHROMIUM="+chromium)
	out, err := drive(t.Context(), dir, env, node, "all.mjs")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// drive runs a program that drives a browser, and returns what it prints.
func drive(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience())
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = 5 * time.Second
	// It ends its own programs when it is asked to.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.CombinedOutput()
}

// program returns the path of the first program that is there.
func program(t *testing.T, names ...string) string {
	t.Helper()
	var found string
	for _, name := range names {
		path, _ := exec.LookPath(name)
		found = cmp.Or(found, path)
	}
	if found == "" {
		t.Skip("needs " + names[0])
	}
	return found
}
