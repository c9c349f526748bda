//go:build linux && (amd64 || arm64)

package gnudu

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
)

// A testCase is a tree and a command line.
type testCase struct {
	files    []file
	flags    []option
	operands []string
	env      []string // "NAME=value"
	list     *list    // of paths, for --files0-from
	patterns []string // for --exclude-from, if not nil
	after    bool     // the flags stand after the operands
	bundle   bool     // -a -c -d1 is written -acd1
}

// A list is what --files0-from is given.
type list struct {
	file  string // "-": standard input
	paths []string
	open  bool // the last path is not ended by a NUL
}

// An option is a flag as it is written, and what it asks for.
type option struct {
	args []string
	set  func(*settings)
}

// perTree is how many cases in a row have the same tree, since it takes longer to
// make one than to try a command line on it.
const perTree = 8

// randomCase returns the case of a seed.
func randomCase(seed uint64) *testCase {
	rng := rand.New(rand.NewPCG(seed, 0))
	c := &testCase{files: randomTree(rand.New(rand.NewPCG(seed/perTree, 1)), 40)}
	for range rng.IntN(6) {
		c.flags = append(c.flags, randomOption(rng))
	}
	for range rng.IntN(rng.IntN(5) + 1) {
		c.operands = append(c.operands, randomOperand(rng, c.files))
	}
	if rng.IntN(3) == 0 {
		c.env = randomEnv(rng)
	}
	c.bundle = rng.IntN(3) == 0
	c.after = rng.IntN(4) == 0 && !c.posix()
	if rng.IntN(10) == 0 {
		c.list = randomList(rng, c.files)
		if rng.IntN(10) > 0 {
			c.operands = nil
		}
	}
	if rng.IntN(10) == 0 {
		for range 1 + rng.IntN(3) {
			c.patterns = append(c.patterns, strings.ReplaceAll(randomPattern(rng, c.files), "\n", "?"))
		}
	}
	for range max(0, rng.IntN(8)-5) {
		pattern := randomPattern(rng, c.files)
		c.flags = append(c.flags, option{[]string{"--exclude=" + pattern}, func(s *settings) { s.exclude = append(s.exclude, pattern) }})
	}
	return c
}

// randomPattern returns a pattern for what to leave out.
func randomPattern(rng *rand.Rand, files []file) string {
	p := pick(rng, names)
	if len(files) > 0 {
		p = pick(rng, files).path
	}
	switch rng.IntN(10) {
	case 0:
		return pick(rng, []string{"", "*", ".", "..", "/", "?", "[ab]", "[!a]*", "*.*", "[[:alpha:]]", "??", "日*", "[", `\a`, "x/", "missing"})
	case 1:
		return "./" + p
	case 2:
		return p + "/"
	case 3:
		return path.Base(p) + "*"
	case 4:
		return "*" + path.Base(p)
	case 5:
		_, name := path.Split(p)
		return strings.Replace(name, name[:1], "?", 1)
	case 6:
		return path.Dir(p) + "/*"
	case 7, 8:
		return path.Base(p)
	default:
		return p
	}
}

// posix reports whether GNU du ends the flags at the first operand.
func (c *testCase) posix() bool {
	return slices.ContainsFunc(c.env, func(s string) bool { return strings.HasPrefix(s, "POSIXLY_CORRECT=") })
}

func randomOperand(rng *rand.Rand, files []file) string {
	p := "."
	if len(files) > 0 && rng.IntN(5) > 0 {
		p = pick(rng, files).path
	}
	switch rng.IntN(24) {
	case 0:
		return ""
	case 1:
		return "missing"
	case 2:
		return p + "/missing"
	case 3:
		return ".."
	case 4:
		return "../top/" + p
	case 5, 6:
		return "./" + p
	case 7, 8, 9:
		return p + "/"
	case 10:
		return p + "//"
	case 11:
		return p + "/."
	case 12:
		return path.Dir(p) + "//" + path.Base(p)
	case 13:
		return p + "///"
	default:
		return p
	}
}

func randomList(rng *rand.Rand, files []file) *list {
	l := &list{file: pick(rng, []string{"-", "-", "../list", "../list", "../list", "../missing", "..", "../a b"})}
	l.open = rng.IntN(3) == 0
	for range rng.IntN(5) {
		l.paths = append(l.paths, randomOperand(rng, files))
	}
	if rng.IntN(8) == 0 {
		l.paths = append(l.paths, "-")
	}
	return l
}

func (l *list) content() string {
	s := strings.Join(l.paths, "\x00")
	if len(l.paths) > 0 && !l.open {
		s += "\x00"
	}
	return s
}

func randomEnv(rng *rand.Rand) []string {
	var env []string
	for range 1 + rng.IntN(2) {
		switch rng.IntN(6) {
		case 0:
			env = append(env, "BLOCK_SIZE="+pick(rng, append(sizes, "nonsense", "")))
		case 1:
			env = append(env, "DU_BLOCK_SIZE="+pick(rng, append(sizes, "1Mx", "0")))
		case 2:
			env = append(env, "TIME_STYLE="+pick(rng, append(styles, "posix-long-iso", "locale", "nonsense")))
		case 3:
			env = append(env, "TZ="+pick(rng, []string{"Europe/Berlin", "EST5EDT,M3.2.0,M11.1.0", "Asia/Kolkata", "", "nonsense"}))
		case 4:
			env = append(env, "POSIXLY_CORRECT=1")
		default:
			env = append(env, "QUOTING_STYLE="+pick(rng, []string{"shell", "c", "literal"}))
		}
	}
	return env
}

// args returns the command line without the program's name.
func (c *testCase) args() []string {
	var args, operands []string
	var letters bool // the last argument is one of letters, and more may follow
	for _, f := range c.flags {
		short := f.args[0][1] != '-'
		if c.bundle && short && letters {
			args[len(args)-1] += f.args[0][1:]
			args = append(args, f.args[1:]...)
		} else {
			args = append(args, f.args...)
		}
		letters = short && len(f.args) == 1 && len(f.args[0]) == 2
	}
	if c.list != nil {
		args = append(args, "--files0-from="+c.list.file)
	}
	if c.patterns != nil {
		args = append(args, "--exclude-from=../patterns")
	}
	operands = c.operands
	dashed := slices.ContainsFunc(operands, func(s string) bool { return strings.HasPrefix(s, "-") && s != "-" })
	switch {
	case dashed:
		return append(append(args, "--"), operands...)
	case c.after:
		return append(slices.Clone(operands), args...)
	default:
		return append(args, operands...)
	}
}

// stdin returns what stands on standard input.
func (c *testCase) stdin() string {
	if c.list != nil && c.list.file == "-" {
		return c.list.content()
	}
	return ""
}
