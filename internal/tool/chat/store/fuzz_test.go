package store

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// No query is an error, and both stores find the same with it.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"fish", `"one fish"`, `fi* AND NOT (`, "NEAR(a b, 5)", "text:fish", "東*", "\x00\xff", `^a + "b" * *`, "ǅ Ⅷ ½", "İstanbul"} {
		f.Add(s, s)
	}
	dir := f.TempDir()
	disk, err := Open(context.Background(), dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { disk.Close() })
	memory := Memory(50)
	f.Fuzz(func(t *testing.T, text, query string) {
		if len(text) > 1000 || len(query) > 1000 {
			return
		}
		last, err := disk.Last(t.Context(), "#a")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []Store{disk, memory} {
			if err := s.Append(t.Context(), []Message{{Room: "#a", Seq: last + 1, Text: text}}); err != nil {
				t.Fatal(err)
			}
		}
		r := Range{After: Point{Seq: max(last, 49) - 49}, Limit: MaxLimit}
		for _, q := range []string{query, text} {
			a, err := disk.Search(t.Context(), "#a", q, r)
			if err != nil {
				t.Fatal(err)
			}
			b, err := memory.Search(t.Context(), "#a", q, r)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(numbers(a), numbers(b)) {
				t.Fatalf("%q: %v on disk, %v in memory", q, numbers(a), numbers(b))
			}
			if phrases := parseQuery(q); len(phrases) > 0 && len(phrases) < maxPhrases && q == text && !strings.ContainsAny(q, `"*`) {
				if len(a) == 0 || a[len(a)-1].Seq != last+1 {
					t.Fatalf("%q does not find itself", q)
				}
			}
		}
	})
}
