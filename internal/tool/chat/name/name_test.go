package name

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestNick(t *testing.T) {
	tests := []struct {
		name string
		want error
	}{
		{"alice", nil},
		{"Alice_2-x", nil},
		{"[bot]`", nil},
		{"Zoë", nil},
		{"Дмитрий", nil},
		{"太郎さん2", nil},
		{"김철수", nil},
		{"שלום", nil},
		{"हिन्दी", nil},
		{strings.Repeat("a", MaxNick), nil},
		{"", ErrEmpty},
		{strings.Repeat("a", MaxNick+1), ErrLong},
		{strings.Repeat("東", 22), ErrLong},
		{"2pac", ErrStart},
		{"-x", ErrStart},
		{"٣ا", ErrStart},
		{"a b", ErrChar},
		{"a,b", ErrChar},
		{"a!b", ErrChar},
		{"a@b", ErrChar},
		{"#a", ErrChar},
		{":a", ErrChar},
		{"a.b", ErrChar},
		{"a*", ErrChar},
		{"a\x00", ErrChar},
		{"a\r\nb", ErrChar},
		{"a\x1b[1m", ErrChar},
		{"a\u202eb", ErrChar},
		{"a\u200bb", ErrChar},
		{"a\xff", ErrChar},
		{"🎉", ErrChar},
		{"e\u0301", ErrChar},
		{"a~b", ErrChar},
		{"<al>", ErrChar},
		{"Вob", ErrScripts},
		{"аlice", ErrScripts},
		{"αbc", ErrScripts},
		{"ᚠᚢ", ErrScripts},
	}
	for _, tt := range tests {
		if got := Nick(tt.name); !errors.Is(got, tt.want) {
			t.Errorf("Nick(%q) = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestRoom(t *testing.T) {
	tests := []struct {
		name string
		want error
	}{
		{"#lobby", nil},
		{"#c++", nil},
		{"##", nil},
		{"#東京", nil},
		{"#🎉", nil},
		{"#a.b/c!d@e", nil},
		{"", ErrRoom},
		{"#", ErrRoom},
		{"lobby", ErrRoom},
		{"&local", ErrRoom},
		{"#" + strings.Repeat("a", MaxRoom), ErrLong},
		{"#a b", ErrChar},
		{"#a,b", ErrChar},
		{"#a:b", ErrChar},
		{"#a\a", ErrChar},
		{"#a\u00a0b", ErrChar},
		{"#\u202ea", ErrChar},
		{"#a\xff", ErrChar},
	}
	for _, tt := range tests {
		if got := Room(tt.name); !errors.Is(got, tt.want) {
			t.Errorf("Room(%q) = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"alice", "ALICE", "Alice"},
		{"zoë", "ZOË", "zoe\u0308"},
		{"дмитрий", "ДМИТРИЙ"},
		{"σίσυφος", "ΣΊΣΥΦΟΣ"},
		{"#lobby", "#Lobby"},
		{"abc", "ａｂｃ"},
	} {
		for _, s := range same {
			if got := Fold(s); got != Fold(same[0]) {
				t.Errorf("Fold(%q) = %q, unlike %q", s, got, Fold(same[0]))
			}
		}
	}
	if Fold("[a]") == Fold("{a}") {
		t.Error("brackets fold as in RFC 1459, which is not what clients are told")
	}
}

func TestSkeleton(t *testing.T) {
	for _, alike := range [][]string{
		{"alice", "ALICE", "AIice", "a1ice", "аlісе", "аӏісе", "аIісе", "ALIСE"},
		{"bob", "Вob", "ВОВ", "B0b", "ЬОЬ"},
		{"victor", "νictor", "VICTOR", "vlctor"},
		{"modem", "modern"},
		{"paypal", "раураӏ"},
	} {
		for _, s := range alike {
			if got := Skeleton(s); got != Skeleton(alike[0]) {
				t.Errorf("Skeleton(%q) = %q, unlike %q of %q", s, got, Skeleton(alike[0]), alike[0])
			}
		}
	}
	for _, pair := range [][2]string{{"alice", "alicia"}, {"bob", "rob"}, {"zoe", "zoé"}, {"anna", "hanna"}, {"太郎", "次郎"}} {
		if Skeleton(pair[0]) == Skeleton(pair[1]) {
			t.Errorf("%q and %q look alike: %q", pair[0], pair[1], Skeleton(pair[0]))
		}
	}
}

// Each character by itself keeps the laws of folding.
func TestEachRune(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !unicode.IsGraphic(r) || r > 0xFF && r%16 != 0 && unicode.In(r, unicode.Han, unicode.Hangul) {
			continue // those have no case, and are many
		}
		laws(t, string(r))
	}
}

func TestLaws(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom(nil, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Mn, unicode.Han), 0, 20, -1)
	rapid.Check(t, func(rt *rapid.T) { laws(rt, letters.Draw(rt, "name")) })
}

func laws(t interface{ Errorf(string, ...any) }, s string) {
	key := Fold(s)
	if again := Fold(key); again != key {
		t.Errorf("Fold(%q) = %q, folded again %q", s, key, again)
	}
	if Skeleton(s) != Skeleton(key) {
		t.Errorf("Skeleton(%q) = %q, of its key %q", s, Skeleton(s), Skeleton(key))
	}
	if up := strings.ToUpper(s); isASCII(s) && (Fold(up) != key || Skeleton(up) != Skeleton(s)) {
		t.Errorf("%q differs in upper case", s)
	}
}

// TestScriptsOfNames: letters of several scripts are refused but for those that are
// written together, and finding that out makes no garbage.
func TestScriptsOfNames(t *testing.T) {
	for s, want := range map[string]bool{
		"alice": true, "élodie": true, "алиса": true, "αλίκη": true, "ខ្មែរ": true, "アリスalice": true, "あ漢ア": true,
		"漢ㄅa": true, "한漢a": true, "漢": true, "аlice": false, "αаa": false, "ㄅあ": false, "한あ": false, "아ㄅ": false,
		"שa": false, "ᚠ": false, "1_2": true,
	} {
		if got := oneScript(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	if n := testing.AllocsPerRun(10, func() { oneScript("アリスalice"); oneScript("алиса") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
