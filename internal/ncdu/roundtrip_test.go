package ncdu

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// bounds are the largest values to draw.
type bounds struct {
	name byte // smallest byte of a name
	size uint64
	id   uint32
}

var (
	anything  = bounds{name: 0, size: 1<<64 - 1, id: 1<<32 - 1}
	forNcdu   = bounds{name: 1, size: 1<<63 - 1, id: 1<<31 - 1}
	excluded  = []string{"", "", "", ByPattern, OtherFS, KernFS, FirmLink}
	smallSize = rapid.Uint64Range(0, 1<<20)
)

// drawEntry draws any entry that b allows.
func drawEntry(t *rapid.T, b bounds, isDir bool) Entry {
	size := rapid.OneOf(smallSize, rapid.Uint64Range(0, b.size))
	id := rapid.Uint32Range(0, b.id)
	e := Entry{
		Name:      rapid.SliceOfN(rapid.ByteRange(b.name, 255), 1, 40).Draw(t, "name"),
		ASize:     size.Draw(t, "asize"),
		DSize:     size.Draw(t, "dsize"),
		Dev:       rapid.OneOf(rapid.Uint64Range(0, 2), rapid.Uint64()).Draw(t, "dev"),
		ReadError: rapid.Bool().Draw(t, "read error"),
		Excluded:  rapid.SampledFrom(excluded).Draw(t, "excluded"),
	}
	if !isDir {
		e.NotReg = rapid.Bool().Draw(t, "notreg")
		if e.HardLink = rapid.Bool().Draw(t, "hard link"); e.HardLink {
			e.Ino = rapid.Uint64().Draw(t, "ino")
			e.NLink = rapid.Uint32Range(0, 1<<31-1).Draw(t, "nlink")
		}
	}
	if rapid.Bool().Draw(t, "extended") {
		e.Has = HasExt
		e.UID, e.GID = id.Draw(t, "uid"), id.Draw(t, "gid")
		e.Mode = rapid.Uint16().Draw(t, "mode")
		e.Mtime = rapid.Int64().Draw(t, "mtime")
	}
	return e
}

// drawTree draws the calls that describe a whole scan.
func drawTree(t *rapid.T, b bounds) recording {
	rec := recording{begin(Header{
		Prog:      rapid.String().Draw(t, "prog"),
		Timestamp: rapid.Int64().Draw(t, "timestamp"),
		Partial:   rapid.Bool().Draw(t, "partial"),
	})}
	rec = append(rec, event{Call: "dir", Entry: drawEntry(t, b, true)})
	depth := 1
	for range rapid.IntRange(0, 30).Draw(t, "steps") {
		switch what := rapid.IntRange(0, 5).Draw(t, "step"); {
		case what == 0:
			rec = append(rec, event{Call: "dir", Entry: drawEntry(t, b, true)})
			depth++
		case what == 1 && depth > 1:
			rec = append(rec, leave())
			depth--
		default:
			rec = append(rec, event{Call: "file", Entry: drawEntry(t, b, false)})
		}
	}
	for range depth {
		rec = append(rec, leave())
	}
	return rec
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawTree(t, anything)
		// A subset of the extended fields, which ncdu itself does not write.
		for i := range want {
			e := &want[i].Entry
			e.Has &= Field(rapid.IntRange(0, int(HasExt)).Draw(t, "has"))
			if e.Has&HasUID == 0 {
				e.UID = 0
			}
			if e.Has&HasGID == 0 {
				e.GID = 0
			}
			if e.Has&HasMode == 0 {
				e.Mode = 0
			}
			if e.Has&HasMtime == 0 {
				e.Mtime = 0
			}
		}
		var b bytes.Buffer
		w := NewWriter(&b)
		if err := play(want, w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for _, src := range []io.Reader{
			bytes.NewReader(b.Bytes()),
			iotest.OneByteReader(bytes.NewReader(b.Bytes())),
			iotest.DataErrReader(bytes.NewReader(b.Bytes())),
		} {
			got, err := read(src)
			if err != nil {
				t.Fatalf("%v in:\n%q", err, b.Bytes())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		}
	})
}
