package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A program is one way to add up a tree.
type program struct {
	Name    string
	Version string
	start   []string // how it is started, without arguments
	bin     string   // its name on the command line
	args    []string // "PATH" stands for the tree
}

// argv returns the whole command line for the tree at path.
func (p program) argv(path string) []string {
	return append(slices.Clone(p.start), arguments(p.args, path)...)
}

// String returns the command as somebody would type it.
func (p program) String() string {
	return strings.Join(append([]string{p.bin}, p.args...), " ")
}

func arguments(args []string, path string) []string {
	args = slices.Clone(args)
	for i, a := range args {
		if a == "PATH" {
			args[i] = path
		}
	}
	return args
}

// The peers. is matches the first line of --version: a name alone does not say
// whose program it is.
var peers = []struct {
	name, bin string
	is        *regexp.Regexp
	args      []string
}{
	{"GNU du", "du", regexp.MustCompile(`^du \(GNU coreutils\)`), []string{"-s", "PATH"}},
	{"diskus", "diskus", regexp.MustCompile(`^diskus `), []string{"PATH"}},
	{"gdu", "gdu", regexp.MustCompile(`^Version:`), []string{"-npc", "PATH"}},
	{"bfs", "bfs", regexp.MustCompile(`^bfs `), []string{"PATH", "-size", "+1G"}}, // asks for each size, adds nothing up
	{"dust", "dust", regexp.MustCompile(`^Dust `), []string{"-d0", "PATH"}},
	{"ncdu", "ncdu", regexp.MustCompile(`^ncdu `), []string{"-0", "-o", "/dev/null", "PATH"}},
	{"dua", "dua", regexp.MustCompile(`^dua `), []string{"PATH"}},
}

// findPeers returns the peers that are unpacked below root, and those that are
// installed when they are of another version.
func findPeers(root string) []program {
	var found []program
	for _, peer := range peers {
		starts := [][]string{unpacked(root, peer.bin)}
		if path, err := exec.LookPath(peer.bin); err == nil {
			starts = append(starts, []string{path})
		}
		for _, start := range starts {
			p := program{Name: peer.name, start: start, bin: peer.bin, args: peer.args}
			if start == nil || !p.findVersion(peer.is) {
				continue
			}
			if !slices.ContainsFunc(found, func(q program) bool { return q.Name == p.Name && q.Version == p.Version }) {
				found = append(found, p)
			}
		}
	}
	return found
}

// unpacked returns how to start the program bin from the packages below root:
// through the loader and with the libraries that were unpacked with it, for the
// system's may be too old.
func unpacked(root, bin string) []string {
	path := filepath.Join(root, "usr", "bin", bin)
	if _, err := os.Stat(path); root == "" || err != nil {
		return nil
	}
	loaders, _ := filepath.Glob(filepath.Join(root, "usr", "lib", "*-linux-gnu*", "ld-linux*.so.*"))
	if len(loaders) == 0 {
		return []string{path}
	}
	return []string{loaders[0], "--library-path", filepath.Dir(loaders[0]), path}
}

var number = regexp.MustCompile(`[0-9]+(\.[0-9]+)+`)

// findVersion asks p for its version and reports whether it is the program that
// is matches.
func (p *program) findVersion(is *regexp.Regexp) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, p.start[0], append(slices.Clone(p.start[1:]), "--version")...).Output()
	first, _, _ := strings.Cut(string(out), "\n")
	if err != nil || !is.MatchString(first) {
		return false
	}
	p.Version = number.FindString(first)
	return true
}

// total returns the number that "PROGRAM -s PATH" prints.
func total(p program, path string) (string, error) {
	argv := p.argv(path)
	out, err := exec.Command(argv[0], argv[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w", p, err)
	}
	sum, _, ok := strings.Cut(string(out), "\t")
	if !ok {
		return "", fmt.Errorf("%v: printed %q", p, out)
	}
	return sum, nil
}
