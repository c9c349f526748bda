package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// picture writes a red picture to a file of the kind that its name says.
func picture(t *testing.T, dir, name string, width, height int) string {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.Set(i%width, i/width, color.RGBA{R: 255, A: 255})
	}
	var b bytes.Buffer
	encode := func() error { return png.Encode(&b, img) }
	if filepath.Ext(name) == ".jpg" {
		encode = func() error { return jpeg.Encode(&b, img, nil) }
	}
	file := filepath.Join(dir, name)
	if err := errors.Join(encode(), os.WriteFile(file, b.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestThumbnails(t *testing.T) {
	dir := t.TempDir()
	sizes := map[string][2]image.Point{
		"wide.jpg":  {{1000, 400}, {125, 50}},
		"high.png":  {{30, 260}, {10, 87}},
		"small.png": {{20, 10}, {20, 10}},
		"line.png":  {{1000, 1}, {125, 1}},
	}
	var files []string
	for name, size := range sizes {
		files = append(files, picture(t, dir, name, size[0].X, size[0].Y))
	}
	var out strings.Builder
	if err := run(t.Context(), files, nil, &out); err != nil {
		t.Fatal(err)
	}
	total := 0
	for name, size := range sizes {
		b, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".thumb.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		total += len(b)
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Size(); got != size[1] {
			t.Errorf("%s became %v, want %v", name, got, size[1])
		}
		if r, g, b, _ := img.At(0, 0).RGBA(); r < 0xf000 || g > 0x1000 || b > 0x1000 {
			t.Errorf("%s isn't red any more", name)
		}
	}
	if got, want := out.String(), fmt.Sprintln(total, "bytes"); got != want {
		t.Errorf("output is %q, want %q", got, want)
	}
}

// TestFirstErrorEndsAll puts what is no picture, or no file, before so many
// pictures that all goroutines are busy: run returns the error, and leaves nobody.
func TestFirstErrorEndsAll(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.png")
	if err := os.WriteFile(text, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	pictures := make([]string, 40)
	for i := range pictures {
		pictures[i] = picture(t, dir, fmt.Sprint(i, ".png"), 50, 50)
	}
	for file, want := range map[string]error{text: image.ErrFormat, filepath.Join(dir, "none.png"): os.ErrNotExist} {
		err := run(t.Context(), append([]string{file}, pictures...), nil, io.Discard)
		if !errors.Is(err, want) || !strings.Contains(err.Error(), file) {
			t.Errorf("run returned %v, want %v", err, want)
		}
	}
}

// TestInterrupt checks that nothing starts after Ctrl-C.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, []string{"a.png"}, nil, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("run returned %v", err)
	}
}
