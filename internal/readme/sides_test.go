package readme

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/task"
	"go.uber.org/goleak"
)

// The two sides of README's comparison.

func convertUsual(files []string) error {
	errs := make(chan error)
	for _, file := range files {
		go func() { errs <- thumbnail(context.Background(), file) }()
	}
	for range files {
		if err := <-errs; err != nil {
			return err // the others wait for a receiver, for ever
		}
	}
	return nil
}

func convert(ctx context.Context, files []string) error {
	return task.Run(ctx, task.Options{Limit: 8}, func(_ context.Context, g *task.Group) error {
		for _, file := range files {
			g.Go(func(ctx context.Context) error { return thumbnail(ctx, file) })
		}
		return nil // Run returns when all of them have
	})
}

var errDamaged = errors.New("damaged")

func thumbnail(_ context.Context, file string) error {
	if file == "damaged" {
		return errDamaged
	}
	return nil
}

// TestSides holds README to what it says of the two sides.
func TestSides(t *testing.T) {
	files := []string{"damaged", "a", "b", "c", "damaged"}
	before := goleak.IgnoreCurrent()
	if err := convert(t.Context(), files); !errors.Is(err, errDamaged) {
		t.Errorf("with the block: %v", err)
	}
	if err := goleak.Find(before); err != nil {
		t.Errorf("with the block: %v", err)
	}
	if err := convertUsual(files); !errors.Is(err, errDamaged) {
		t.Errorf("usual: %v", err)
	}
	if goleak.Find(before) == nil {
		t.Error("usual: nothing left behind")
	}
}

// TestGoBlocks finds the Go code of README in this package, which compiles it.
func TestGoBlocks(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("sides_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := strings.ReplaceAll(string(source), "convertUsual(", "convert(")
	n := 0
	for block := range strings.SplitSeq(string(readme), "```go\n") {
		if n++; n == 1 {
			continue // what comes before the first
		}
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(code, "\n"+block) {
			t.Errorf("README.md shows Go code that nothing compiles:\n%s", block)
		}
	}
	if n != 3 {
		t.Errorf("%d blocks of Go code, want 2", n-1)
	}
}
