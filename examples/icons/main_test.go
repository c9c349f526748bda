package main

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
)

func TestIcon(t *testing.T) {
	dir := fstest.MapFS{}
	set := NewIconSet(dir)
	if _, err := set.Icon(t.Context(), "clubs"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without files: %v", err)
	}
	// Now the disk is there, and the same set works.
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	for _, suit := range []string{"spades", "hearts", "diamonds", "clubs"} {
		dir[suit+".png"] = &fstest.MapFile{Data: file.Bytes()}
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if icon, err := set.Icon(t.Context(), "clubs"); err != nil || icon.Bounds().Dx() != 8 {
				t.Errorf("%v, %v", icon, err)
			}
		})
	}
	wg.Wait()
}
