package disktree

import (
	"math"
	"testing"

	"baton/internal/fsdir"
	"pgregory.net/rapid"
)

func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir := &Own{
			Dev:   rapid.Uint64().Draw(t, "dir dev"),
			Mtime: fsdir.Time{Sec: rapid.Int64().Draw(t, "dir mtime")},
		}
		var packed []byte
		var want []Entry
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			e := Entry{
				Name:  rapid.String().Draw(t, "name"),
				Flags: IsFile | Flags(rapid.IntRange(0, 127).Draw(t, "flags")),
				Own: Own{
					Disk:     512 * rapid.Uint64Max(math.MaxUint64/512).Draw(t, "blocks"),
					Apparent: rapid.Uint64().Draw(t, "size"),
					Dev:      rapid.SampledFrom([]uint64{dir.Dev, 0, 7, math.MaxUint64}).Draw(t, "dev"),
				},
			}
			if rapid.Bool().Draw(t, "has mtime") {
				e.Mtime = fsdir.Time{Sec: rapid.Int64().Draw(t, "sec"), Nsec: rapid.Uint32Max(999_999_999).Draw(t, "nsec")}
			}
			if e.Flags&Linked != 0 {
				e.Ino, e.Nlink = rapid.Uint64().Draw(t, "ino"), rapid.Uint32().Draw(t, "nlink")
			}
			packed = pack(packed, &e, []byte(e.Name), dir)
			want = append(want, e)
		}
		for _, w := range want {
			var got Entry
			if got, packed = unpack(packed, dir); got != w {
				t.Fatalf("unpacked %+v, want %+v", got, w)
			}
		}
		if len(packed) > 0 {
			t.Fatalf("%d bytes are left", len(packed))
		}
	})
}
