package irc

import (
	"testing"

	"pgregory.net/rapid"
)

// TestWatches: who watches a name is known after any number of others came and went.
func TestWatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := watches{}
		all := []*session{{}, {}, {}, {}}
		want := map[string]map[*session]bool{"a": {}, "b": {}}
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			s, key := rapid.SampledFrom(all).Draw(t, "who"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0, 1:
				w.add(key, key, s)
				want[key][s] = true
			case 2, 3:
				w.remove(key, s)
				delete(want[key], s)
			case 4:
				w.removeAll(s)
				delete(want["a"], s)
				delete(want["b"], s)
			}
			for key, set := range want {
				if len(w[key]) != len(set) {
					t.Fatalf("%d watch %s, want %d", len(w[key]), key, len(set))
				}
				for i, s := range w[key] {
					if !set[s] || s.watching[key].index != i {
						t.Fatalf("%s: a watcher is wrong, or its place", key)
					}
				}
			}
			for _, s := range all {
				for key := range s.watching {
					if !want[key][s] {
						t.Fatalf("still watches %s", key)
					}
				}
			}
		}
		for _, s := range all {
			w.removeAll(s)
		}
		if len(w) > 0 {
			t.Errorf("%d names are left", len(w))
		}
	})
}
