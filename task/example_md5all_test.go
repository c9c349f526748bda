package task_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
	"testing/fstest"

	"baton/task"
)

// The sums of all files below a directory, of which at most eight are read at
// once. The body walks, the tasks read. An unreadable file ends the walk as well.
func Example_md5all() {
	sums, err := md5all(context.Background(), fstest.MapFS{
		"go.mod":      {Data: []byte("module baton\n")},
		"cmd/main.go": {Data: []byte("package main\n")},
		"cmd/doc.go":  {Data: []byte("// Command baton.\n")},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, path := range slices.Sorted(maps.Keys(sums)) {
		fmt.Printf("%x  %s\n", sums[path], path)
	}
	// Output:
	// aa13555aaf9cb0913aba903380777fd9  cmd/doc.go
	// 98ab3c79c3a0e5fcced00e8433fecdca  cmd/main.go
	// b78bf9faf753c2cc393547dc363b97ea  go.mod
}

func md5all(ctx context.Context, dir fs.FS) (map[string][md5.Size]byte, error) {
	var mu sync.Mutex // guards sums
	sums := make(map[string][md5.Size]byte)
	err := task.Run(ctx, task.Options{Name: "md5all", Limit: 8}, func(ctx context.Context, g *task.Group) error {
		return fs.WalkDir(dir, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err // a task has failed: no need to walk on
			}
			g.Go(func(context.Context) error {
				data, err := fs.ReadFile(dir, path)
				if err != nil {
					return err
				}
				sum := md5.Sum(data)
				mu.Lock()
				defer mu.Unlock()
				sums[path] = sum
				return nil
			})
			return nil
		})
	})
	return sums, err
}
