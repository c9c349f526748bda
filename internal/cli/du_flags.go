package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"baton/internal/blocksize"
	"baton/internal/disktree"
	"baton/internal/tool/du"
)

// duFlags are the flags of du: the tool's options, and what becomes part of them
// once all flags are known.
type duFlags struct {
	du.Options

	json      bool
	plain     bool
	gnu       bool // a flag was given that shapes GNU du's lines
	table     bool // a flag was given that shapes the table
	given     func(name string) bool
	summarize bool
	depthSet  bool
	unit      blocksize.Unit // the last of the flags that set one
	unitSet   bool
	style     string
	exclude   []string
	from      []string
}

// add adds the flags. Those that GNU du has too have its meaning, order included:
// the last one of -h, -k, -B and their like wins.
func (f *duFlags) add(set *flags) {
	f.given = set.Changed
	set.Group("What counts")
	set.BoolVarP(&f.Apparent, "apparent-size", "A", false, "sizes of contents rather than of what they take on disk")
	set.BoolVarP(&f.CountLinks, "count-links", "l", false, "count a file once for each of its hard links")
	set.BoolFuncP("dereference", "L", "follow all symbolic links", f.links(disktree.FollowAll))
	set.BoolFuncP("dereference-args", "D", "follow symbolic links that are arguments", f.links(disktree.FollowRoots))
	set.BoolFuncP("no-dereference", "P", "follow no symbolic links (the default)", f.links(disktree.FollowNone))
	set.BoolFuncP("dereference-command-line", "H", "the same as -D", f.links(disktree.FollowRoots))
	set.BoolVarP(&f.OneFS, "one-file-system", "x", false, "stay on the file system of each path")
	set.StringArrayVar(&f.exclude, "exclude", nil, "leave out files that match `PATTERN`")
	set.StringArrayVarP(&f.from, "exclude-from", "X", nil, "leave out files that match a pattern in `FILE`")
	set.BoolVar(&f.IgnoreVCS, "ignore-vcs", false, "leave out what git ignores, and .git")
	set.StringVar(&f.Files0From, "files0-from", "", "measure the paths in `FILE`, each ended by NUL; - is standard input")
	set.FuncP("jobs", "j", "read with `N` goroutines, instead of as many as it takes", f.setJobs)
	set.Func("timeout", "stop after `DURATION`, such as 30s, and show what was counted", f.setTimeout)

	set.Group("The table, lists and files")
	set.IntVar(&f.Top, "top", 0, "list the `N` largest files")
	set.BoolVar(&f.Types, "types", false, "sum up files by the ending of their names")
	set.BoolVar(&f.Age, "age", false, "sum up files by the time of their last modification")
	set.Func("sort", "order by `KEY`: size, name, count or mtime", f.setSort)
	set.Words("sort", duSorts...)
	set.Func("min-size", "show nothing smaller than `SIZE`", f.setMinSize)
	set.FuncP("rows", "", "show `N` rows; -1 shows all (default: what fits the terminal)", f.setRows)
	set.BoolFunc("shared", "show what hard links share with other directories, and what is unique", f.setShared)
	set.StringVar(&f.Save, "save", "", "save the measurement in `FILE`, in ncdu's format; .gz compresses")
	set.StringVar(&f.Load, "load", "", "show the measurement in `FILE`")
	set.StringVar(&f.Since, "since", "", "show what changed since the measurement in `FILE`")
	set.BoolVarP(&f.Verbose, "verbose", "v", false, "report progress in lines")

	set.Group("GNU du's lines")
	set.BoolVar(&f.plain, "plain", false, "print GNU du's lines on a terminal too")
	f.gnuBool(set, "all", "a", "files too, not only directories", func() { f.All = true })
	f.gnuFunc(set, "block-size", "B", "print sizes in blocks of `SIZE`, such as M or 1K", f.setBlockSize)
	f.gnuBool(set, "bytes", "b", "the same as --apparent-size --block-size=1", func() {
		f.Apparent = true
		f.setUnitTo(blocksize.Blocks(1))
	})
	f.gnuBool(set, "total", "c", "print a total", func() { f.Total = true })
	f.gnuFunc(set, "max-depth", "d", "show directories down to `N` levels below the paths", f.setMaxDepth)
	f.gnuBool(set, "human-readable", "h", "sizes such as 1K, 234M and 2G", func() { f.setUnitTo(blocksize.Human) })
	f.gnuBool(set, "inodes", "", "count files and directories instead of bytes", func() { f.Inodes = true })
	f.gnuBool(set, "kilobytes", "k", "the same as --block-size=1K", func() { f.setUnitTo(blocksize.Blocks(1 << 10)) })
	f.gnuBool(set, "megabytes", "m", "the same as --block-size=1M", func() { f.setUnitTo(blocksize.Blocks(1 << 20)) })
	f.gnuBool(set, "null", "0", "end each line with NUL rather than newline", func() { f.Null = true })
	f.gnuBool(set, "separate-dirs", "S", "directories without their subdirectories", func() { f.Separate = true })
	f.gnuBool(set, "si", "", "like -h, in powers of 1000", func() { f.setUnitTo(blocksize.SI) })
	f.gnuBool(set, "summarize", "s", "a single line for each path", func() { f.summarize = true })
	f.gnuFunc(set, "threshold", "t", "leave out what is smaller than `SIZE` or, if that is negative, greater", f.setThreshold)
	f.gnuFunc(set, "time", "", "show the time of the last modification, or the one that `WORD` names:\natime, access, use, ctime, status", f.setTime)
	set.Lookup("time").NoOptDefVal = "mtime"
	set.Words("time", "atime", "access", "use", "ctime", "status")
	set.Words("time-style", "full-iso", "long-iso", "iso")
	f.gnuFunc(set, "time-style", "", "show times in the `STYLE` full-iso, long-iso, iso or +FORMAT as in date(1)", f.setStyle)
}

// gnuFunc adds a flag that asks for GNU du's lines.
func (f *duFlags) gnuFunc(set *flags, name, short, usage string, fn func(string) error) {
	set.FuncP(name, short, usage, func(v string) error {
		f.gnu = true
		return fn(v)
	})
}

func (f *duFlags) gnuBool(set *flags, name, short, usage string, fn func()) {
	set.BoolFuncP(name, short, usage, func(v string) error {
		on, err := strconv.ParseBool(v)
		if err != nil || !on {
			return fmt.Errorf("takes no value")
		}
		f.gnu = true
		fn()
		return nil
	})
}

func (f *duFlags) setUnitTo(u blocksize.Unit) { f.unit, f.unitSet = u, true }

func (f *duFlags) setBlockSize(v string) error {
	u, err := blocksize.Parse(v)
	if err != nil {
		return err
	}
	f.setUnitTo(u)
	return nil
}

func (f *duFlags) setMaxDepth(v string) error {
	n, err := strconv.ParseInt(v, 0, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("want a number of levels")
	}
	f.MaxDepth, f.depthSet = int(n), true
	return nil
}

func (f *duFlags) setThreshold(v string) error {
	n, err := blocksize.ParseThreshold(v)
	f.Threshold = n
	return err
}

func (f *duFlags) setMinSize(v string) error {
	n, err := blocksize.ParseThreshold(v)
	if err == nil && n < 0 {
		err = fmt.Errorf("want a size of at least 0")
	}
	f.Threshold = n
	return err
}

func (f *duFlags) setJobs(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 1024 {
		return fmt.Errorf("want a number from 1 to 1024")
	}
	f.Workers = n
	return nil
}

func (f *duFlags) setTimeout(v string) error {
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return fmt.Errorf("want a duration such as 90s or 1h30m")
	}
	f.Timeout = d
	return nil
}

func (f *duFlags) setRows(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n == 0 {
		return fmt.Errorf("want a number of rows, or -1 for all")
	}
	f.Rows, f.table = n, true
	return nil
}

func (f *duFlags) setShared(string) error {
	f.Shared, f.table = true, true
	return nil
}

func (f *duFlags) setStyle(v string) error {
	f.style = v
	return nil
}

var duSorts = []string{"size", "name", "count", "mtime"}

func (f *duFlags) setSort(v string) error {
	for i, name := range duSorts {
		if v == name {
			f.Sort = du.Sort(i + 1)
			return nil
		}
	}
	return fmt.Errorf("want one of %s", strings.Join(duSorts, ", "))
}

// duTimes are the words of --time, which may be shortened.
var duTimes = []struct {
	word  string
	stamp du.TimeStamp
}{
	{"mtime", du.Mtime},
	{"atime", du.Atime},
	{"access", du.Atime},
	{"use", du.Atime},
	{"ctime", du.Ctime},
	{"status", du.Ctime},
}

func (f *duFlags) setTime(v string) error {
	found := du.NoTime
	for _, t := range duTimes {
		if v == t.word {
			found = t.stamp
			break
		}
		if v != "" && strings.HasPrefix(t.word, v) {
			if found != du.NoTime && found != t.stamp {
				return fmt.Errorf("is ambiguous")
			}
			found = t.stamp
		}
	}
	if found == du.NoTime {
		return fmt.Errorf("want one of atime, access, use, ctime, status")
	}
	f.Time = found
	return nil
}
