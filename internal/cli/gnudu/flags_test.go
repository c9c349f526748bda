//go:build linux && (amd64 || arm64)

package gnudu

import (
	"math/rand/v2"
	"strings"
	"syscall"

	"baton/internal/blocksize"
	"baton/internal/glob"
	"baton/internal/timestyle"
)

// settings are what a command line asks for.
type settings struct {
	all, apparent, countLinks, total, separate, summarize, null, inodes, oneFS bool

	links     byte // 'P', 'D' or 'L'
	depth     int
	depthSet  bool
	threshold int64
	unit      blocksize.Unit
	unitSet   bool
	time      func(*syscall.Stat_t) syscall.Timespec
	style     string
	exclude   []string
	wrong     bool // no command line that can be obeyed
	negative  bool // a depth below zero, which some releases of GNU du take
}

var (
	sizes  = []string{"1", "K", "1K", "KB", "kB", "KiB", "M", "512", "1000", "7", "'1", "human-readable", "si", "G", "4096", "MB", "1023"}
	styles = []string{"full-iso", "long-iso", "iso", "+%s", "+%Y-%m-%dT%H:%M:%S.%N%z", "+", "+%a %b %e|%3N"}
)

// onOff are the flags without arguments.
var onOff = []struct {
	names []string
	set   func(*settings)
}{
	{[]string{"-a", "--all"}, func(s *settings) { s.all = true }},
	{[]string{"--apparent-size"}, func(s *settings) { s.apparent = true }},
	{[]string{"-b", "--bytes"}, func(s *settings) { s.apparent = true; s.in(blocksize.Blocks(1)) }},
	{[]string{"-c", "--total"}, func(s *settings) { s.total = true }},
	{[]string{"-D", "-H", "--dereference-args"}, func(s *settings) { s.links = 'D' }},
	{[]string{"-L", "--dereference"}, func(s *settings) { s.links = 'L' }},
	{[]string{"-P", "--no-dereference"}, func(s *settings) { s.links = 'P' }},
	{[]string{"-h", "--human-readable"}, func(s *settings) { s.in(blocksize.Human) }},
	{[]string{"--si"}, func(s *settings) { s.in(blocksize.SI) }},
	{[]string{"-k"}, func(s *settings) { s.in(blocksize.Blocks(1 << 10)) }},
	{[]string{"-m"}, func(s *settings) { s.in(blocksize.Blocks(1 << 20)) }},
	{[]string{"-l", "--count-links"}, func(s *settings) { s.countLinks = true }},
	{[]string{"-S", "--separate-dirs"}, func(s *settings) { s.separate = true }},
	{[]string{"-s", "--summarize"}, func(s *settings) { s.summarize = true }},
	{[]string{"-x", "--one-file-system"}, func(s *settings) { s.oneFS = true }},
	{[]string{"-0", "--null"}, func(s *settings) { s.null = true }},
	{[]string{"--inodes"}, func(s *settings) { s.inodes = true }},
}

func (s *settings) in(u blocksize.Unit) { s.unit, s.unitSet = u, true }

// randomOption returns a flag, in one of the ways to write it.
func randomOption(rng *rand.Rand) option {
	switch n := rng.IntN(len(onOff) + 10); {
	case n < len(onOff):
		f := onOff[n]
		return option{[]string{pick(rng, f.names)}, f.set}
	case n < len(onOff)+2:
		return blockSizeFlag(rng)
	case n < len(onOff)+5:
		return depthFlag(rng)
	case n < len(onOff)+7:
		return thresholdFlag(rng)
	case n < len(onOff)+9:
		return timeFlag(rng)
	default:
		style := pick(rng, append(styles, "nonsense", "f"))
		return option{[]string{"--time-style=" + style}, func(s *settings) { s.style = style }}
	}
}

// with returns a flag and its argument in one of the ways to write them.
func with(rng *rand.Rand, short, long, arg string, set func(*settings)) option {
	switch rng.IntN(4) {
	case 0:
		return option{[]string{long, arg}, set}
	case 1:
		return option{[]string{short, arg}, set}
	case 2:
		return option{[]string{short + arg}, set}
	default:
		return option{[]string{long + "=" + arg}, set}
	}
}

func blockSizeFlag(rng *rand.Rand) option {
	arg := pick(rng, sizes)
	if rng.IntN(20) == 0 {
		arg = pick(rng, []string{"0", "nonsense", "-1", "1x"})
	}
	return with(rng, "-B", "--block-size", arg, func(s *settings) {
		u, err := blocksize.Parse(arg)
		s.in(u)
		s.wrong = s.wrong || err != nil
	})
}

func depthFlag(rng *rand.Rand) option {
	depths := []struct {
		arg string
		n   int
	}{{"0", 0}, {"1", 1}, {"1", 1}, {"2", 2}, {"3", 3}, {"99", 99}, {"010", 8}, {"0x1", 1}, {"nonsense", -1}, {"-2", -1}, {"1K", -1}}
	d := depths[rng.IntN(len(depths))]
	return with(rng, "-d", "--max-depth", d.arg, func(s *settings) {
		s.depth, s.depthSet = d.n, true
		s.wrong = s.wrong || d.n < 0
		s.negative = s.negative || strings.HasPrefix(d.arg, "-")
	})
}

func thresholdFlag(rng *rand.Rand) option {
	thresholds := []struct {
		arg string
		n   int64
	}{
		{"0", 0},
		{"1", 1},
		{"4096", 4096},
		{"4097", 4097},
		{"8K", 8192},
		{"-1", -1},
		{"-4096", -4096},
		{"-4095", -4095},
		{"-20kB", -20000},
		{"1M", 1 << 20},
		{"3", 3},
		{"-3", -3},
		{"-1G", -1 << 30},
		{"-0", 0},
		{"x", 0},
	}
	t := thresholds[rng.IntN(len(thresholds))]
	return with(rng, "-t", "--threshold", t.arg, func(s *settings) {
		s.threshold = t.n
		s.wrong = s.wrong || t.arg == "-0" || t.arg == "x"
	})
}

func timeFlag(rng *rand.Rand) option {
	mtime := func(st *syscall.Stat_t) syscall.Timespec { return st.Mtim }
	atime := func(st *syscall.Stat_t) syscall.Timespec { return st.Atim }
	ctime := func(st *syscall.Stat_t) syscall.Timespec { return st.Ctim }
	words := []struct {
		arg string
		get func(*syscall.Stat_t) syscall.Timespec
	}{
		{"", mtime},
		{"=atime", atime},
		{"=access", atime},
		{"=use", atime},
		{"=ctime", ctime},
		{"=status", ctime},
		{"=at", atime},
		{"=a", atime},
		{"=nonsense", nil},
		{"=", nil},
	}
	w := words[rng.IntN(len(words))]
	return option{[]string{"--time" + w.arg}, func(s *settings) {
		s.time = w.get
		s.wrong = s.wrong || w.get == nil
	}}
}

// settings returns what the case's command line and environment ask for.
func (c *testCase) settings() settings {
	s := settings{links: 'P', depth: -1}
	for _, f := range c.flags {
		f.set(&s)
	}
	more, _ := glob.ReadPatterns(strings.NewReader(strings.Join(c.patterns, "\n")))
	s.exclude = append(s.exclude, more...)
	switch {
	case s.wrong:
	case s.all && s.summarize, s.summarize && s.depthSet && s.depth != 0, c.list != nil && len(c.operands) > 0:
		s.wrong = true
	case s.summarize:
		s.depth = 0
	}
	if !s.unitSet {
		s.unit = blocksize.FromEnv(c.getenv)
	}
	if s.inodes {
		s.unit = s.unit.Count()
	}
	if _, err := s.timeStyle(c); err != nil && s.time != nil {
		s.wrong = true
	}
	return s
}

func (s *settings) timeStyle(c *testCase) (timestyle.Style, error) {
	if s.style != "" {
		return timestyle.Parse(s.style)
	}
	return timestyle.FromEnv(c.getenv)
}
