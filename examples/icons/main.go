// Icons loads a set of images when the first of them is wanted (section 9.5).
//
// The book's sync.Once does that once, for ever: a disk that was not mounted at
// the first try leaves no icons until the program is restarted, and nobody can
// stop waiting for a slow one. A lazy value tries again after a failure, and each
// caller waits as long as its context lives.
package main

import (
	"context"
	"fmt"
	"image"
	_ "image/png"
	"io/fs"
	"os"
	"time"

	"baton/lazy"
)

// An IconSet is the icons of a card game, from a directory.
type IconSet struct {
	icons *lazy.Value[map[string]image.Image]
}

// NewIconSet returns the icons in dir, which is not looked at before the first
// of them is wanted.
func NewIconSet(dir fs.FS) *IconSet {
	return &IconSet{lazy.New(func(context.Context) (map[string]image.Image, error) {
		icons := make(map[string]image.Image)
		for _, suit := range []string{"spades", "hearts", "diamonds", "clubs"} {
			icon, err := loadIcon(dir, suit+".png")
			if err != nil {
				return nil, err
			}
			icons[suit] = icon
		}
		return icons, nil
	})}
}

// Icon returns the icon of a suit. It may be called concurrently.
func (s *IconSet) Icon(ctx context.Context, suit string) (image.Image, error) {
	icons, err := s.icons.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("load icons: %w", err)
	}
	return icons[suit], nil
}

func loadIcon(dir fs.FS, name string) (image.Image, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	icon, _, err := image.Decode(f)
	return icon, err
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	icon, err := NewIconSet(os.DirFS(".")).Icon(ctx, "hearts")
	if err != nil {
		fmt.Fprintln(os.Stderr, "icons:", err)
		os.Exit(1)
	}
	fmt.Println("hearts:", icon.Bounds())
}
