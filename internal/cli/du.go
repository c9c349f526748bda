package cli

import (
	"context"
	"runtime/debug"

	"baton/internal/blocksize"
	"baton/internal/disktree"
	"baton/internal/exit"
	"baton/internal/fsdir"
	"baton/internal/timestyle"
	"baton/internal/tool/du"
	"baton/internal/ui"
)

func (a *app) du() *command {
	f := &duFlags{Options: du.DefaultOptions()}
	return &command{
		name:    "du",
		args:    "[PATH…]",
		group:   groupFiles,
		short:   "show where the disk space goes",
		classic: []string{"du", "ncdu", "gdu"},
		long: `Measures the directory trees at the paths, or at the current directory, and shows what takes the space.

On a terminal it shows one level of the tree, largest first. Elsewhere, with --plain, or with a flag that shapes GNU du's output, it prints the lines that GNU du prints, ordered by name. The numbers are GNU du's. A file with several hard links counts once, for the bytewise smallest of its paths, and what can be reached in two ways counts once.

With --rows or --shared the table goes into a pipe too, without bars and titles. Its fields, separated by tabs, are the size in bytes, the number of files, what is shared and unique with --shared, the time with --sort mtime or --time, and the name; directories end in a slash, and ./ is the directory itself. --types and --age have the same fields, --top has size, time and path, --since the change, the sizes before and after, the kind of change and the path.

A saved measurement opens in ncdu, and one that ncdu saved loads here. --since takes what is new or gone as a whole for one change, so that the changes add up; -d 1 sums them up by directory.

Ctrl-C and --timeout show what was counted so far, marked as partial.`,
		examples: []example{
			{"baton du ~", "where the space of your home directory goes"},
			{"baton du -sh * | sort -h", "as with GNU du"},
			{"baton du --top 20 /var", "the 20 largest files"},
			{"baton du --types --ignore-vcs .", "by type of file, without what git ignores"},
			{"baton du --save home.json ~", "save the measurement; ncdu opens it too"},
			{"baton du --since home.json ~", "what grew, shrank, came and went since then"},
			{"baton du --json -d 1 / | jq .total", "as JSON"},
		},
		exits: []exitCode{
			exitOK,
			{exit.Failed, "failed, or done but for files that could not be read, as GNU du"},
			exitUsage, exitTimeout, exitInterrupted, exitTerminated,
		},
		json:  &f.json,
		flags: f.add,
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			opts, err := f.options(ctx, s, args)
			if err != nil {
				return err
			}
			return du.Run(ctx, opts, s)
		},
	}
}

// options returns the tool's options for the flags and arguments.
func (f *duFlags) options(ctx context.Context, s *ui.Streams, args []string) (du.Options, error) {
	o := f.Options
	o.Paths = args
	o.View = f.view(s, &o)
	if err := f.check(s, &o); err != nil {
		return o, err
	}
	if f.summarize {
		o.MaxDepth = 0
	}
	f.setUnit(s, &o)
	exclude, err := f.excluder(ctx, s)
	if err != nil {
		return o, err
	}
	o.Exclude = exclude
	if info, ok := debug.ReadBuildInfo(); ok {
		o.Version = info.Main.Version
	}
	return o, f.setTimeStyle(s, &o)
}

// check finds what doesn't go together.
func (f *duFlags) check(s *ui.Streams, o *du.Options) error {
	switch {
	case o.All && f.summarize:
		return usagef("cannot both summarize and show all entries")
	case f.summarize && f.depthSet && o.MaxDepth != 0:
		return usagef("summarizing conflicts with --max-depth=%d", o.MaxDepth)
	case o.Files0From != "" && len(o.Paths) > 0:
		return usagef("extra operand '%s': file operands cannot be combined with --files0-from", o.Paths[0])
	case o.Load != "" && len(o.Paths) > 0:
		return usagef("extra operand '%s': --load shows what was measured before", o.Paths[0])
	case (o.Save != "" || o.Since != "") && (len(o.Paths) > 1 || o.Files0From != ""):
		return usagef("--save and --since take one path")
	case o.Save == "-" && o.View != du.JSON && o.View != du.Lists:
		o.View = du.Nothing
	case o.Save == "-":
		return usagef("standard output can't have both the saved measurement and a list")
	}
	if err := f.checkView(o); err != nil {
		return err
	}
	if f.summarize && f.depthSet {
		s.Err.Printf("baton du: warning: summarizing is the same as using --max-depth=0\n")
	}
	if o.Inodes && o.Apparent {
		s.Err.Printf("baton du: warning: options --apparent-size and -b are ineffective with --inodes\n")
	}
	return nil
}

func (f *duFlags) setUnit(s *ui.Streams, o *du.Options) {
	unit := f.unit
	if !f.unitSet {
		if o.View != du.Lines {
			return // the tool's own format
		}
		unit = blocksize.FromEnv(s.Env)
	}
	if o.Inodes {
		unit = unit.Count()
	}
	o.Format = unit.Format
}

func (f *duFlags) setTimeStyle(s *ui.Streams, o *du.Options) error {
	if o.Time == du.NoTime && o.View == du.Lines {
		return nil
	}
	style, err := timestyle.Default(), error(nil)
	switch {
	case f.style != "":
		style, err = timestyle.Parse(f.style)
	case o.View == du.Lines:
		style, err = timestyle.FromEnv(s.Env)
	case !s.Out.Terminal:
		style, err = timestyle.Parse("+%Y-%m-%dT%H:%M:%S%:z") // RFC 3339
	}
	if err != nil {
		return usagef("%w: want full-iso, long-iso, iso or +FORMAT", err)
	}
	zone := timestyle.Location(s.Env)
	o.TimeStyle = func(t fsdir.Time) string {
		text, err := style.Append(nil, t.Sec, int64(t.Nsec), zone)
		if err != nil {
			s.Err.Printf("baton du: %v\n", err)
		}
		return string(text)
	}
	return nil
}

// links returns what -L, -P and -D set.
func (f *duFlags) links(l disktree.Links) func(string) error {
	return func(string) error {
		f.Links = l
		return nil
	}
}
