// Command du compares baton du with other programs that add up a tree: whole
// processes, in pairs, on the same trees, with the page cache warm. run.sh
// builds what it needs and starts it.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "du-bench:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	dir, baton, measure, peers, jobs, raw, only string
	entries, pairs                              int
	limit                                       time.Duration
	markdown, cold, memory                      bool
}

func parse() (options, error) {
	var o options
	flag.StringVar(&o.dir, "dir", "", "directory that keeps the trees between runs")
	flag.StringVar(&o.baton, "baton", "baton", "the program to compare; one named du is taken for GNU du")
	flag.StringVar(&o.measure, "measure", "measure", "the command that measures a process")
	flag.StringVar(&o.peers, "peers", "", "root of the unpacked packages")
	flag.StringVar(&o.only, "only", "", "compare with these programs only, such as \"diskus,GNU du\"")
	flag.StringVar(&o.jobs, "jobs", "", "compare with baton du -j N instead, for each N of this list")
	flag.StringVar(&o.raw, "raw", "", "file that gets every single run, as lines of JSON")
	flag.IntVar(&o.entries, "entries", 200_000, "entries of each tree")
	flag.IntVar(&o.pairs, "n", 7, "pairs for each program")
	flag.DurationVar(&o.limit, "limit", time.Minute, "time for each program, which a slow one gets fewer pairs in")
	flag.BoolVar(&o.markdown, "md", false, "print Markdown")
	flag.BoolVar(&o.cold, "cold", false, "drop the page cache before each run (as root)")
	flag.BoolVar(&o.memory, "memory", false, "measure memory instead, also with 1,000,000 entries")
	flag.Parse()
	if o.dir == "" || flag.NArg() > 0 || o.pairs < 1 || o.entries < 1 {
		flag.Usage()
		return o, errors.New("wrong arguments")
	}
	var err error
	o.dir, err = filepath.Abs(o.dir)
	return o, err
}

func run() error {
	o, err := parse()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return err
	}
	r, err := newRig(o)
	if err != nil {
		return err
	}
	fmt.Printf("%s; %s\n", machine(o.dir), time.Now().UTC().Format(time.DateOnly))
	if o.memory {
		return measureMemory(r, o)
	}
	for _, s := range []shape{{Entries: o.entries}, {Entries: o.entries, Flat: true}} {
		if err := compare(r, o, s); err != nil {
			return err
		}
	}
	return nil
}

// newRig gives all programs the same empty home directory, so that none reads
// settings, and the same locale.
func newRig(o options) (rig, error) {
	home := filepath.Join(o.dir, "home")
	r := rig{
		measure: o.measure,
		env:     []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TERM=dumb"},
	}
	if o.cold {
		r.before = func() error {
			if err := exec.Command("sync").Run(); err != nil {
				return fmt.Errorf("sync: %w", err)
			}
			return os.WriteFile("/proc/sys/vm/drop_caches", []byte("3\n"), 0)
		}
	}
	return r, os.MkdirAll(home, 0o777)
}

// ours returns baton du with args.
func (o options) ours(args ...string) program {
	if filepath.Base(o.baton) == "du" { // to try this program where baton is not built
		return program{Name: "GNU du", start: []string{o.baton}, bin: "du", args: args}
	}
	return program{Name: "baton", start: []string{o.baton}, bin: "baton", args: append([]string{"du"}, args...)}
}

// theirs returns what to compare with.
func (o options) theirs() ([]program, error) {
	var list []program
	if o.jobs != "" {
		for n := range strings.SplitSeq(o.jobs, ",") {
			if _, err := strconv.Atoi(n); err != nil {
				return nil, fmt.Errorf("-jobs %s: %w", o.jobs, err)
			}
			list = append(list, o.ours("-j", n, "-s", "PATH"))
		}
		return list, nil
	}
	for _, p := range findPeers(o.peers) {
		if o.only == "" || strings.Contains(","+o.only+",", ","+p.Name+",") {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("found no program to compare with")
	}
	return list, nil
}

// compare prints the table for one tree.
func compare(r rig, o options, s shape) error {
	path, err := tree(o.dir, s)
	if err != nil {
		return err
	}
	ours := o.ours("-s", "PATH")
	theirs, err := o.theirs()
	if err != nil {
		return err
	}
	if err := agree(ours, theirs, path); err != nil {
		return err
	}
	cache := "warm cache"
	if o.cold {
		cache = "cold cache"
	}
	fmt.Printf("\n`%v` on %v, %s\n\n", ours, s, cache)
	t := pairsTable()
	for _, p := range theirs {
		fmt.Fprintf(os.Stderr, "%s %s\n", p.Name, p.Version)
		all, err := r.pairs(ours, p, path, o.pairs, o.limit)
		if err != nil {
			return err
		}
		t.add(p, all)
		if err := record(o.raw, s, p, all); err != nil {
			return err
		}
	}
	return t.write(os.Stdout, o.markdown)
}

// agree checks that ours adds up to what GNU du does: a wrong sum may be fast.
func agree(ours program, theirs []program, path string) error {
	mine, err := total(ours, path)
	if err != nil {
		return err
	}
	for _, p := range theirs {
		if p.Name != "GNU du" {
			continue
		}
		sum, err := total(p, path)
		if err != nil {
			return err
		}
		if sum != mine {
			return fmt.Errorf("%v says %s, %s %s says %s", ours, mine, p.Name, p.Version, sum)
		}
	}
	return nil
}

// record appends all to the file named raw, if there is one.
func record(raw string, s shape, p program, all []pair) error {
	if raw == "" {
		return nil
	}
	f, err := os.OpenFile(raw, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, run := range all {
		err = errors.Join(err, enc.Encode(map[string]any{
			"tree": s, "program": p.Name, "version": p.Version, "command": p.String(),
			"ours": run.Ours, "theirs": run.Theirs,
		}))
	}
	return errors.Join(err, f.Close())
}
