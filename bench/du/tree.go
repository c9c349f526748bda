package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// version is part of each tree's name: raise it when build makes other trees.
const version = 1

// A shape says what a tree holds. Equal shapes make equal trees, down to the
// order in which the entries are made.
type shape struct {
	Entries int  // below the tree's root
	Flat    bool // one directory of files
}

func (s shape) String() string {
	if s.Flat {
		return fmt.Sprintf("one directory of %d files", s.Entries)
	}
	return fmt.Sprintf("a tree of %d entries", s.Entries)
}

// parts divides the entries as a system's /usr has them.
func (s shape) parts() (dirs, symlinks, hardlinks, files int) {
	if s.Flat {
		return 0, 0, 0, s.Entries
	}
	dirs = s.Entries * 9 / 100
	symlinks = s.Entries * 6 / 100
	hardlinks = s.Entries / 100
	return dirs, symlinks, hardlinks, s.Entries - dirs - symlinks - hardlinks
}

// tree returns the path of the tree of shape s below dir, and builds it when it
// is not there from an earlier run.
func tree(dir string, s shape) (string, error) {
	name := fmt.Sprintf("tree-%d-v%d", s.Entries, version)
	if s.Flat {
		name = fmt.Sprintf("flat-%d-v%d", s.Entries, version)
	}
	root := filepath.Join(dir, name)
	done := root + ".done"
	if _, err := os.Stat(done); err == nil {
		return root, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.RemoveAll(root); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "building %v in %s\n", s, root)
	if err := build(root, s); err != nil {
		return "", fmt.Errorf("build %v: %w", s, err)
	}
	// Written out now, the tree does not disturb the first runs.
	if err := exec.Command("sync").Run(); err != nil {
		return "", fmt.Errorf("sync: %w", err)
	}
	return root, os.WriteFile(done, nil, 0o666)
}

// build makes a tree of shape s in the new directory root.
func build(root string, s shape) error {
	if err := os.MkdirAll(root, 0o777); err != nil {
		return err
	}
	b := &builder{rng: rand.New(rand.NewPCG(8, 8)), dirs: []directory{{path: root}}}
	dirs, symlinks, hardlinks, files := s.parts()
	for range dirs {
		if err := b.addDir(); err != nil {
			return err
		}
	}
	b.weigh()
	for i := range files {
		size := int64(math.Exp(b.rng.NormFloat64()*1.5 + 7.5)) // half of them below 1,800 bytes
		if i%10_000 == 9_999 {
			size = 2 << 30
		}
		if err := b.addFile(size); err != nil {
			return err
		}
	}
	for range symlinks {
		if err := os.Symlink(filepath.Base(b.file()), b.name(".so")); err != nil {
			return err
		}
	}
	for range hardlinks {
		if err := os.Link(b.file(), b.name("")); err != nil {
			return err
		}
	}
	return nil
}

type builder struct {
	rng   *rand.Rand
	dirs  []directory
	sums  []float64 // sums[i] is the weight of dirs[:i+1]
	files []string
	made  int
	block [4096]byte
}

type directory struct {
	path  string
	depth int
}

// addDir makes a directory below an earlier one, half of the time below a recent
// one, so that the tree gets deep in places.
func (b *builder) addDir() error {
	parent := b.dirs[b.rng.IntN(len(b.dirs))]
	if recent := len(b.dirs) - 50; recent > 0 && b.rng.IntN(2) == 0 {
		parent = b.dirs[recent+b.rng.IntN(50)]
	}
	if parent.depth == 14 {
		parent = b.dirs[0]
	}
	d := directory{path: filepath.Join(parent.path, b.word()), depth: parent.depth + 1}
	b.dirs = append(b.dirs, d)
	return os.Mkdir(d.path, 0o777)
}

// weigh decides how many of the files each directory gets: a few many, most few.
func (b *builder) weigh() {
	sum := 0.0
	for range b.dirs {
		sum += math.Exp(b.rng.NormFloat64() * 1.5)
		b.sums = append(b.sums, sum)
	}
}

// addFile makes a file of size bytes, of which at most a block is there.
func (b *builder) addFile(size int64) error {
	name := b.name(".txt")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	b.files = append(b.files, name)
	_, err = f.Write(b.block[:min(size, int64(len(b.block)))])
	if size > int64(len(b.block)) {
		err = errors.Join(err, f.Truncate(size))
	}
	return errors.Join(err, f.Close())
}

// name returns a new name in a directory chosen by weight.
func (b *builder) name(suffix string) string {
	i, _ := slices.BinarySearch(b.sums, b.rng.Float64()*b.sums[len(b.sums)-1])
	return filepath.Join(b.dirs[i].path, b.word()+suffix)
}

// file returns one of the files made so far.
func (b *builder) file() string { return b.files[b.rng.IntN(len(b.files))] }

// word returns a new word of 3 to 30 letters.
func (b *builder) word() string {
	b.made++
	letters := make([]byte, b.rng.IntN(b.rng.IntN(24)+1))
	for i := range letters {
		letters[i] = byte('a' + b.rng.IntN(26))
	}
	return string(letters) + "-" + strconv.FormatInt(int64(b.made), 36)
}
