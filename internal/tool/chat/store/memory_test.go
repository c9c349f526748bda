package store

import (
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestMemory(t *testing.T) {
	suite(t, func(t *testing.T) Store { return Memory(2 * MaxLimit) })
}

// A store in memory keeps the last messages of each room.
func TestMemoryForgets(t *testing.T) {
	s := Memory(3)
	for seq := uint64(1); seq <= 20; seq++ {
		err := s.Append(t.Context(), []Message{{Room: "#a", Seq: seq, Text: "x", Client: "al", ClientID: string(rune('a' + seq))}})
		if err != nil {
			t.Fatal(err)
		}
		var want []uint64
		for n := max(1, int(seq)-2); n <= int(seq); n++ {
			want = append(want, uint64(n))
		}
		for _, search := range []bool{false, true} {
			got, err := s.Messages(t.Context(), "#a", Range{})
			if search {
				got, err = s.Search(t.Context(), "#a", "x", Range{})
			}
			if diff := gocmp.Diff(want, numbers(got)); diff != "" || err != nil {
				t.Errorf("after %d: %v\n%s", seq, err, diff)
			}
		}
		for n := uint64(1); n <= seq; n++ {
			got, err := s.Sent(t.Context(), "al", string(rune('a'+n)))
			switch {
			case n+3 > seq && (err != nil || got.Seq != n):
				t.Errorf("after %d: Sent of %d = %d, %v", seq, n, got.Seq, err)
			case n+3 <= seq && !errors.Is(err, ErrNotFound):
				t.Errorf("after %d: Sent of %d = %d, %v, want ErrNotFound", seq, n, got.Seq, err)
			}
		}
	}
}
