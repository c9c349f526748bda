//go:build linux && (amd64 || arm64)

package gnudu

import (
	"fmt"
	"slices"
	"strings"

	"baton/internal/shellquote"
)

// String returns shell commands that repeat the case with GNU du.
func (c *testCase) String() string {
	var b strings.Builder
	b.WriteString("mkdir -p up/top; cd up/top\n" + script(c.files))
	if c.list != nil {
		b.WriteString("printf %s")
		for _, p := range c.list.paths {
			b.WriteString(` ` + shellquote.Always(p) + `'\0'`)
		}
		b.WriteString(" > ../list\n")
	}
	if c.patterns != nil {
		b.WriteString("echo " + shellquote.Always(strings.Join(c.patterns, "\n")) + " > ../patterns\n")
	}
	for _, e := range c.env {
		name, value, _ := strings.Cut(e, "=")
		b.WriteString(name + "=" + shellquote.Always(value) + " ")
	}
	b.WriteString("du")
	for _, a := range c.args() {
		b.WriteString(" " + shellquote.Quote(a))
	}
	if c.list != nil && c.list.file == "-" {
		b.WriteString(" < ../list")
	}
	return b.String() + "\n"
}

// script returns the tree as shell commands.
func script(files []file) string {
	var b strings.Builder
	q := func(s string) string { return shellquote.Quote("./" + s) }
	for _, f := range files {
		switch f.kind {
		case dir:
			fmt.Fprintf(&b, "mkdir %s\n", q(f.path))
		case hardLink:
			fmt.Fprintf(&b, "ln -P %s %s\n", q(f.target), q(f.path))
		case symlink:
			fmt.Fprintf(&b, "ln -s -- %s %s\n", shellquote.Quote(f.target), q(f.path))
		case fifo:
			fmt.Fprintf(&b, "mkfifo %s\n", q(f.path))
		case socket:
			fmt.Fprintf(&b, "python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' %s\n", q(f.path))
		default:
			fmt.Fprintf(&b, "head -c %d /dev/zero > %s; truncate -s %d %[2]s\n", f.data, q(f.path), f.size)
		}
	}
	for _, f := range slices.Backward(files) {
		if f.kind != hardLink {
			fmt.Fprintf(&b, "touch -hm -d @%d.%09d %s", f.mtime.Sec, f.mtime.Nsec, q(f.path))
			if f.kind == dir && f.mode != 0o755 {
				fmt.Fprintf(&b, "; chmod %o %s", f.mode, q(f.path))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
