package disktree

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestChangeDuringScan changes the tree at one moment: when an entry has been
// read from its directory and is about to be looked at.
func TestChangeDuringScan(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("needs open files and directories that can be renamed")
	}
	tests := []struct {
		name, at string
		change   func(top string) error
		files    uint64
		dirs     uint64
		vanished uint64
		moves    bool
	}{
		{"a file goes", "a/f", func(top string) error { return os.Remove(top + "/a/f") }, 1, 4, 1, false},
		{"a directory goes", "a/sub", func(top string) error { return os.RemoveAll(top + "/a/sub") }, 1, 2, 1, false},
		{"a file becomes a directory", "a/f", func(top string) error {
			os.Remove(top + "/a/f")
			return os.Mkdir(top+"/a/f", 0o777)
		}, 1, 5, 0, false},
		{"a directory becomes a file", "a/sub", func(top string) error {
			os.RemoveAll(top + "/a/sub")
			return os.WriteFile(top+"/a/sub", nil, 0o666)
		}, 2, 2, 0, false},
		{"a directory becomes a link to one above", "a/sub", func(top string) error {
			os.RemoveAll(top + "/a/sub")
			return os.Symlink("..", top+"/a/sub")
		}, 2, 2, 0, false},
		{"a directory moves away", "a/sub/deep", func(top string) error { return os.Rename(top+"/a/sub", top+".moved") }, 2, 4, 0, true},
		{"the directory above moves away", "a/sub/deep", func(top string) error { return os.Rename(top+"/a", top+".moved") }, 2, 4, 0, true},
		{"the top moves away", "a/sub/deep", func(top string) error { return os.Rename(top, top+".moved") }, 2, 4, 0, true},
		{"the top goes", "a", os.RemoveAll, 0, 1, 1, false},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s, %d workers", tt.name, workers), func(t *testing.T) {
				top := filepath.Join(t.TempDir(), "top")
				mkdir(t, top+"/a/sub/deep")
				write(t, top+"/a/f", 1)
				write(t, top+"/a/sub/deep/f", 1)
				change := sync.OnceValue(func() error { return tt.change(top) })
				opts := Options{Workers: workers, Depth: -1, EntryDepth: -1, Exclude: func(p []byte) bool {
					if string(p) == top+"/"+tt.at {
						check(t, change())
					}
					return false
				}}
				tree := scanOnce(t, opts, false, top)
				got := tree.Total
				exact := got.Files == tt.files && got.Dirs == tt.dirs && tree.Vanished == tt.vanished
				less := tt.moves && !byHandle && got.Files <= tt.files && got.Dirs <= tt.dirs && tree.Vanished > tt.vanished
				if !exact && !less || len(tree.Errors) > 0 {
					t.Errorf("%d files, %d directories, %d vanished, errors %v; want %d, %d, %d",
						got.Files, got.Dirs, tree.Vanished, tree.Errors, tt.files, tt.dirs, tt.vanished)
				}
			})
		}
	}
}

// TestChurn scans while files and directories come, go and change places.
func TestChurn(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("needs open files and directories that can be renamed")
	}
	const dirs, names = 4, 1000
	top := t.TempDir()
	path := func(i, j int) string { return fmt.Sprintf("%s/%d/%d", top, i, j) }
	for i := range dirs {
		mkdir(t, filepath.Dir(path(i, 0)))
		for j := range names {
			if j%10 == 0 {
				mkdir(t, path(i, j)+"/sub")
			} else {
				write(t, path(i, j), 1)
			}
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	var churn sync.WaitGroup
	for seed := range uint64(3) {
		churn.Go(func() {
			rng := rand.New(rand.NewPCG(seed, 0))
			some := func() string { return path(rng.IntN(dirs), rng.IntN(names)) }
			for ctx.Err() == nil {
				switch rng.IntN(4) {
				case 0:
					os.RemoveAll(some())
				case 1:
					os.WriteFile(some(), nil, 0o666)
				case 2:
					os.MkdirAll(some()+"/sub", 0o777)
				default:
					os.Rename(some(), some())
				}
			}
		})
	}
	vanished := uint64(0)
	for i := range 15 {
		tree := scanOnce(t, Options{Workers: 1 + i%4, Depth: -1}, i%2 == 0, top)
		if len(tree.Errors) > 0 || tree.Total.Dirs < 1+dirs {
			t.Errorf("errors %v, %+v", tree.Errors, tree.Total)
		}
		vanished += tree.Vanished
	}
	stop()
	churn.Wait()
	t.Logf("%d files vanished", vanished)
}
