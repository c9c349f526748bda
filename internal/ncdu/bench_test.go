package ncdu

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
)

// home has the shape of a home directory: ten files a directory, names of some
// twelve bytes, one hard link in ten.
func home(entries int) recording {
	rec := recording{begin(Header{Prog: "baton"}), dir("/home/user", Entry{ASize: 4096, DSize: 4096, Dev: 65024})}
	for i := range entries {
		if i%10 == 0 {
			if i > 0 {
				rec = append(rec, leave())
			}
			rec = append(rec, dir(fmt.Sprintf("directory-%d", i), Entry{ASize: 4096, DSize: 4096, Dev: 65024}))
		}
		e := Entry{ASize: uint64(i) * 977, DSize: uint64(i) * 977 &^ 4095, Dev: 65024}
		if i%10 == 5 {
			e.Ino, e.HardLink, e.NLink = uint64(i)+1<<20, true, 2
		}
		rec = append(rec, file(fmt.Sprintf("file-%d.txt", i), e))
	}
	return append(rec, leave(), leave())
}

func BenchmarkRead(b *testing.B) {
	text := write(b, home(20000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Read(context.Background(), bytes.NewReader(text), &counter{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	rec := home(20000)
	b.SetBytes(int64(len(write(b, rec))))
	b.ReportAllocs()
	for b.Loop() {
		w := NewWriter(io.Discard)
		if err := play(rec, w); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
