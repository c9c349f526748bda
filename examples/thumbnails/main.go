// Thumbnails writes NAME.thumb.jpg beside each JPEG and PNG file that it is given.
//
// In the book (section 8.5) one version returns before its goroutines are done, one
// leaves some waiting for ever after the first error, and all start one per file.
// Here each file is a task, with a limit: an error keeps the rest from starting.
package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png" // for Decode
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"baton/task"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal("thumbnails: ", err)
	}
}

func run(ctx context.Context, files []string, _ io.Reader, stdout io.Writer) error {
	var total atomic.Int64
	err := task.Run(ctx, task.Options{Name: "thumbnails", Limit: runtime.GOMAXPROCS(0)}, func(_ context.Context, g *task.Group) error {
		for _, file := range files {
			g.Go(func(context.Context) error {
				n, err := thumbnail(file)
				total.Add(n)
				return err
			})
		}
		return nil
	})
	fmt.Fprintln(stdout, total.Load(), "bytes")
	return err
}

// thumbnail returns the size of the file it has written.
func thumbnail(file string) (int64, error) {
	in, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	img, _, err := image.Decode(in)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(img), nil); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	name := strings.TrimSuffix(file, filepath.Ext(file)) + ".thumb.jpg"
	return int64(out.Len()), os.WriteFile(name, out.Bytes(), 0o644)
}

// shrink takes every nth pixel of an image, so that it is at most 128 wide and high.
func shrink(img image.Image) image.Image {
	b := img.Bounds()
	n := max(1, (max(b.Dx(), b.Dy())+127)/128)
	small := image.NewRGBA(image.Rect(0, 0, (b.Dx()+n-1)/n, (b.Dy()+n-1)/n))
	for i := range small.Rect.Dx() * small.Rect.Dy() {
		p := image.Pt(i%small.Rect.Dx(), i/small.Rect.Dx())
		small.Set(p.X, p.Y, img.At(b.Min.X+p.X*n, b.Min.Y+p.Y*n))
	}
	return small
}
