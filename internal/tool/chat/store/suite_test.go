package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// suite is what every store does. open opens a new store, closed by the suite.
func suite(t *testing.T, open func(t *testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"append":      testAppend,
		"sequence":    testSequence,
		"range":       testRange,
		"range limit": testRangeLimit,
		"around":      testAround,
		"search":      testSearch,
		"sent":        testSent,
		"rooms":       testRooms,
		"delete room": testDeleteRoom,
		"accounts":    testAccounts,
		"canceled":    testCanceled,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			test(t, s)
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	t.Run("closed", func(t *testing.T) { testClosed(t, open(t)) })
}

// at is a time of the tests, ms milliseconds after noon.
func at(ms int) time.Time {
	return time.Date(2026, 8, 1, 12, 0, 0, ms*int(time.Millisecond), time.UTC)
}

// appendTexts appends texts to a room, ten milliseconds apart, and returns the
// messages.
func appendTexts(t *testing.T, s Store, room string, texts ...string) []Message {
	t.Helper()
	last, err := s.Last(t.Context(), room)
	if err != nil {
		t.Fatal(err)
	}
	var messages []Message
	for i, text := range texts {
		seq := last + uint64(i) + 1
		messages = append(messages, Message{Room: room, Seq: seq, Time: at(10 * int(seq)), Text: text, From: Sender{Nick: "al"}})
	}
	if err := s.Append(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	return messages
}

func numbers(messages []Message) []uint64 {
	var n []uint64
	for _, m := range messages {
		n = append(n, m.Seq)
	}
	return n
}

func testAppend(t *testing.T, s Store) {
	full := Message{
		Room: "#a", Seq: 1, Time: at(0).Add(999 * time.Microsecond), Kind: 7,
		From: Sender{"Alice", "al", "host", "alice", "Alice \x00 Ädams"},
		Text: "héllo \x02bold\x02\n\x00 world", Tags: "+a=b", Client: "alice", ClientID: "x1",
	}
	other := Message{Room: "#b", Seq: 1, Time: at(1)}
	again := Message{Room: "#a", Seq: 2, Time: at(2).In(time.FixedZone("", 3600)), Text: "second"}
	if err := s.Append(t.Context(), []Message{full, other, again}); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), nil); err != nil {
		t.Errorf("nothing: %v", err)
	}
	full.Time, again.Time = at(0), at(2)
	got, err := s.Messages(t.Context(), "#a", Range{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]Message{full, again}, got); diff != "" {
		t.Error(diff)
	}
	for room, want := range map[string]uint64{"#a": 2, "#b": 1, "#none": 0} {
		if got, err := s.Last(t.Context(), room); err != nil || got != want {
			t.Errorf("Last(%s) = %d, %v, want %d", room, got, err, want)
		}
	}
	if s.Epoch() == "" {
		t.Error("no epoch")
	}
}

func testSequence(t *testing.T, s Store) {
	appendTexts(t, s, "#a", "one", "two")
	for name, messages := range map[string][]Message{
		"double":        {{Room: "#a", Seq: 2}},
		"gap":           {{Room: "#a", Seq: 4}},
		"zero":          {{Room: "#new", Seq: 0}},
		"within":        {{Room: "#a", Seq: 3}, {Room: "#a", Seq: 3}},
		"after a right": {{Room: "#b", Seq: 1}, {Room: "#c", Seq: 2}},
	} {
		if err := s.Append(t.Context(), messages); !errors.Is(err, ErrSequence) {
			t.Errorf("%s: got %v, want ErrSequence", name, err)
		}
	}
	for room, want := range map[string]uint64{"#a": 2, "#b": 0, "#c": 0, "#new": 0} {
		if got, err := s.Last(t.Context(), room); err != nil || got != want {
			t.Errorf("Last(%s) = %d, %v, want %d", room, got, err, want)
		}
	}
	rooms, err := s.Rooms(t.Context())
	if err != nil || len(rooms) != 1 {
		t.Errorf("a failed append made rooms: %v, %v", rooms, err)
	}
}

func testRange(t *testing.T, s Store) {
	appendTexts(t, s, "#other", "x", "x", "x")
	appendTexts(t, s, "#a", "1", "2", "3", "4", "5", "6")
	appendTexts(t, s, "#zz", "x", "x", "x")
	seq := func(n uint64) Point { return Point{Seq: n} }
	clock := func(ms int) Point { return Point{Time: at(ms)} }
	tests := []struct {
		r    Range
		want []uint64
	}{
		{Range{}, []uint64{1, 2, 3, 4, 5, 6}},
		{Range{Latest: true}, []uint64{1, 2, 3, 4, 5, 6}},
		{Range{Limit: 2}, []uint64{1, 2}},
		{Range{Limit: 2, Latest: true}, []uint64{5, 6}},
		{Range{After: seq(2), Limit: 2}, []uint64{3, 4}},
		{Range{After: seq(2), Limit: 2, Latest: true}, []uint64{5, 6}},
		{Range{Before: seq(4), Limit: 2}, []uint64{1, 2}},
		{Range{Before: seq(4), Limit: 2, Latest: true}, []uint64{2, 3}},
		{Range{After: seq(2), Before: seq(5)}, []uint64{3, 4}},
		{Range{After: seq(5), Before: seq(2)}, nil},
		{Range{Before: seq(1)}, nil},
		{Range{After: seq(6)}, nil},
		{Range{After: seq(1 << 63), Before: seq(1<<64 - 1)}, nil},
		{Range{Before: seq(1<<64 - 1), Limit: 1, Latest: true}, []uint64{6}},
		{Range{After: clock(30)}, []uint64{4, 5, 6}},
		{Range{After: clock(29)}, []uint64{3, 4, 5, 6}},
		{Range{Before: clock(30)}, []uint64{1, 2}},
		{Range{Before: clock(31), Limit: 2, Latest: true}, []uint64{2, 3}},
		{Range{After: Point{Time: at(30).Add(-1)}}, []uint64{3, 4, 5, 6}},
		{Range{After: Point{Time: at(30).Add(1)}}, []uint64{4, 5, 6}},
		{Range{Before: Point{Time: at(30).Add(1)}}, []uint64{1, 2, 3}},
		{Range{After: clock(10), Before: seq(4)}, []uint64{2, 3}},
		{Range{After: seq(1), Before: clock(40)}, []uint64{2, 3}},
		{Range{After: clock(-1e9), Before: clock(1e9), Limit: 1}, []uint64{1}},
		{Range{After: Point{Seq: 3, Time: at(60)}}, []uint64{4, 5, 6}},
	}
	for _, tt := range tests {
		got, err := s.Messages(t.Context(), "#a", tt.r)
		if err != nil {
			t.Errorf("%+v: %v", tt.r, err)
		}
		if diff := gocmp.Diff(tt.want, numbers(got)); diff != "" {
			t.Errorf("%+v:\n%s", tt.r, diff)
		}
	}
	if got, err := s.Messages(t.Context(), "#none", Range{}); len(got) > 0 || err != nil {
		t.Errorf("no room: got %v, %v", got, err)
	}
}

func testRangeLimit(t *testing.T, s Store) {
	appendTexts(t, s, "#a", slices.Repeat([]string{"x"}, MaxLimit+1)...)
	for limit, want := range map[int]int{-1: 100, 0: 100, 1: 1, MaxLimit: MaxLimit, MaxLimit + 1: MaxLimit} {
		if got, err := s.Messages(t.Context(), "#a", Range{Limit: limit}); err != nil || len(got) != want {
			t.Errorf("limit %d: %d messages, %v, want %d", limit, len(got), err, want)
		}
	}
}

func testAround(t *testing.T, s Store) {
	appendTexts(t, s, "#a", "1", "2", "3", "4", "5", "6")
	tests := []struct {
		p     Point
		limit int
		want  []uint64
	}{
		{Point{Seq: 3}, 1, []uint64{3}},
		{Point{Seq: 3}, 2, []uint64{2, 3}},
		{Point{Seq: 3}, 3, []uint64{2, 3, 4}},
		{Point{Seq: 1}, 3, []uint64{1, 2}},
		{Point{Seq: 6}, 4, []uint64{4, 5, 6}},
		{Point{Time: at(30)}, 3, []uint64{2, 3, 4}},
		{Point{Time: at(35)}, 4, []uint64{2, 3, 4, 5}},
	}
	for _, tt := range tests {
		got, err := Around(t.Context(), s, "#a", tt.p, tt.limit)
		if err != nil {
			t.Errorf("%+v: %v", tt.p, err)
		}
		if diff := gocmp.Diff(tt.want, numbers(got)); diff != "" {
			t.Errorf("%+v, %d:\n%s", tt.p, tt.limit, diff)
		}
	}
}

func testSearch(t *testing.T, s Store) {
	appendTexts(t, s, "#other", "the quick fox", "deploy")
	appendTexts(t, s, "#a",
		"The quick brown fox",            // 1
		"deployed to https://a.example/", // 2
		"Déjà vu, naïve Straße",          // 3
		"quick quick, brown",             // 4
		"我们在東京吃饭 🎉",                      // 5
		"snake_case AND \"quotes\" NEAR", // 6
		"",                               // 7
		"ΣΊΣΥΦΟΣ Привет",                 // 8
	)
	tests := []struct {
		query string
		want  []uint64
	}{
		{"quick", []uint64{1, 4}},
		{"QUICK brown", []uint64{1, 4}},
		{"brown quick", []uint64{1, 4}},
		{`"quick brown"`, []uint64{1, 4}},
		{`"brown quick"`, nil},
		{`"quick fox"`, nil},
		{"deploy", nil},
		{"deploy*", []uint64{2}},
		{"a.example", []uint64{2}},
		{"example.a", nil},
		{"deja NAIVE", []uint64{3}},
		{"déjà*", []uint64{3}},
		{"東京", []uint64{5}},
		{"京東", nil},
		{"🎉", []uint64{5}},
		{"case", []uint64{6}},
		{"snake_c*", []uint64{6}},
		{"AND", []uint64{6}},
		{`NEAR("quotes"`, []uint64{6}},
		{"NOT quick", nil},
		{`"`, nil},
		{`" " * ^ -- '`, nil},
		{`fox"`, []uint64{1}},
		{"", nil},
		{"σισυφος", []uint64{8}},
		{"привет", []uint64{8}},
		{"\xff\x00", nil},
		{strings.Repeat("quick ", 1000), []uint64{1, 4}},
	}
	for _, tt := range tests {
		got, err := s.Search(t.Context(), "#a", tt.query, Range{})
		if err != nil {
			t.Errorf("%q: %v", tt.query, err)
		}
		if diff := gocmp.Diff(tt.want, numbers(got)); diff != "" {
			t.Errorf("%q:\n%s", tt.query, diff)
		}
	}
	for want, r := range map[uint64]Range{1: {Limit: 1}, 4: {Limit: 1, Latest: true}} {
		if got, err := s.Search(t.Context(), "#a", "quick", r); err != nil || len(got) != 1 || got[0].Seq != want {
			t.Errorf("%+v: got %v, %v, want number %d", r, got, err, want)
		}
	}
	if got, err := s.Search(t.Context(), "#a", "quick", Range{Before: Point{Time: at(40)}}); err != nil || len(got) != 1 {
		t.Errorf("before the second: got %v, %v", got, err)
	}
	if got, err := s.Search(t.Context(), "#none", "quick", Range{}); err != nil || len(got) != 0 {
		t.Errorf("no room: got %v, %v", got, err)
	}
}

func testSent(t *testing.T, s Store) {
	err := s.Append(t.Context(), []Message{
		{Room: "#a", Seq: 1, Text: "none"},
		{Room: "#a", Seq: 2, Text: "first", Client: "al", ClientID: "1"},
		{Room: "#a", Seq: 3, Text: "again", Client: "al", ClientID: "1"},
		{Room: "#b", Seq: 1, Text: "other", Client: "bo", ClientID: "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for client, want := range map[string]string{"al": "first", "bo": "other"} {
		if got, err := s.Sent(t.Context(), client, "1"); err != nil || got.Text != want {
			t.Errorf("%s: got %+v, %v, want %q", client, got, err, want)
		}
	}
	for _, id := range [][2]string{{"al", "2"}, {"", ""}, {"al", ""}, {"", "1"}} {
		if got, err := s.Sent(t.Context(), id[0], id[1]); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: got %v, %v, want ErrNotFound", id, got, err)
		}
	}
}

func testRooms(t *testing.T, s Store) {
	appendTexts(t, s, "#log", "hi", "ho")
	full := Room{
		Key: "#a", Name: "#A", Created: at(1), Topic: Topic{"tøpic", "al", at(2)}, Modes: "nt", Password: "pw", Limit: 7,
		Lists:     []ListEntry{{'b', "*!*@bad", "al", at(3)}, {'I', "x", "bo", at(4)}},
		Operators: []string{"alice"}, Voiced: []string{"bob", "carol"},
	}
	if err := s.SaveRooms(t.Context(), []Room{full, {Key: "#empty", Name: "#empty", Last: 99}}); err != nil {
		t.Fatal(err)
	}
	appendTexts(t, s, "#a", "hi")
	want := []Room{full, {Key: "#empty", Name: "#empty"}, {Key: "#log", Name: "#log", Last: 2, LastTime: at(20)}}
	want[0].Last, want[0].LastTime = 1, at(10)
	checkRooms(t, s, want)

	// A second save replaces the first, and keeps the messages.
	want[0].Topic, want[0].Lists, want[0].Operators, want[0].Voiced = Topic{}, nil, nil, nil
	if err := s.SaveRooms(t.Context(), want[:1]); err != nil {
		t.Fatal(err)
	}
	checkRooms(t, s, want)
}

func checkRooms(t *testing.T, s Store, want []Room) {
	t.Helper()
	got, err := s.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(want, func(a, b Room) int { return cmp.Compare(a.Key, b.Key) })
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func testDeleteRoom(t *testing.T, s Store) {
	appendTexts(t, s, "#a", "hi", "ho")
	appendTexts(t, s, "#b", "hi")
	if err := s.Append(t.Context(), []Message{{Room: "#a", Seq: 3, Client: "al", ClientID: "1"}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.DeleteRoom(t.Context(), "#a"); err != nil {
			t.Fatal(err)
		}
	}
	checkRooms(t, s, []Room{{Key: "#b", Name: "#b", Last: 1, LastTime: at(10)}})
	if got, err := s.Search(t.Context(), "#a", "hi", Range{}); err != nil || len(got) > 0 {
		t.Errorf("found in a deleted room: %v, %v", got, err)
	}
	if got, err := s.Sent(t.Context(), "al", "1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("sent in a deleted room: %v, %v", got, err)
	}
	if last, err := s.Last(t.Context(), "#a"); err != nil || last != 3 {
		t.Errorf("Last = %d, %v, want 3", last, err)
	}
	appendTexts(t, s, "#a", "hi again")
	got, err := s.Search(t.Context(), "#a", "hi", Range{})
	if err != nil || len(got) != 1 || got[0].Seq != 4 {
		t.Errorf("the room again: %v, %v", got, err)
	}
	checkRooms(t, s, []Room{
		{Key: "#a", Name: "#a", Last: 4, LastTime: at(40)},
		{Key: "#b", Name: "#b", Last: 1, LastTime: at(10)},
	})
}

func testAccounts(t *testing.T, s Store) {
	alice := Account{Key: "alice", Name: "Alice", Skeleton: "a1ice", Created: at(1), Credentials: Credentials{"argon", "scram"}}
	if err := s.CreateAccount(t.Context(), alice); err != nil {
		t.Fatal(err)
	}
	for _, a := range []Account{{Key: "alice", Skeleton: "x"}, {Key: "a1ice", Skeleton: "a1ice"}} {
		if err := s.CreateAccount(t.Context(), a); !errors.Is(err, ErrExists) {
			t.Errorf("%+v: got %v, want ErrExists", a, err)
		}
	}
	if key, err := s.Reserved(t.Context(), "a1ice"); err != nil || key != "alice" {
		t.Errorf("Reserved = %q, %v", key, err)
	}
	alice.Credentials = Credentials{"new", "newer"}
	if err := s.SetCredentials(t.Context(), "alice", alice.Credentials); err != nil {
		t.Error(err)
	}
	got, err := s.Account(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(alice, got); diff != "" {
		t.Error(diff)
	}
	_, err = s.Account(t.Context(), "a1ice")
	_, err2 := s.Reserved(t.Context(), "x")
	err3 := s.SetCredentials(t.Context(), "bob", Credentials{})
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}

// calls returns what each method of a store says to ctx.
func calls(ctx context.Context, s Store) map[string]error {
	errs := map[string]error{
		"Append":         s.Append(ctx, []Message{{Room: "#a", Seq: 1}}),
		"SaveRooms":      s.SaveRooms(ctx, []Room{{Key: "#a"}}),
		"DeleteRoom":     s.DeleteRoom(ctx, "#a"),
		"CreateAccount":  s.CreateAccount(ctx, Account{Key: "a"}),
		"SetCredentials": s.SetCredentials(ctx, "a", Credentials{}),
	}
	_, errs["Last"] = s.Last(ctx, "#a")
	_, errs["Messages"] = s.Messages(ctx, "#a", Range{})
	_, errs["Search"] = s.Search(ctx, "#a", "a", Range{})
	_, errs["Sent"] = s.Sent(ctx, "a", "a")
	_, errs["Rooms"] = s.Rooms(ctx)
	_, errs["Account"] = s.Account(ctx, "a")
	_, errs["Reserved"] = s.Reserved(ctx, "a")
	return errs
}

func testCanceled(t *testing.T, s Store) {
	cause := fmt.Errorf("tired of it")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	for name, err := range calls(ctx, s) {
		if !errors.Is(err, cause) {
			t.Errorf("%s: got %v, want the cause", name, err)
		}
	}
	checkRooms(t, s, nil)
}

func testClosed(t *testing.T, s Store) {
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range calls(t.Context(), s) {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: got %v, want ErrClosed", name, err)
		}
	}
	if err := s.Close(); !errors.Is(err, ErrClosed) {
		t.Errorf("Close: got %v, want ErrClosed", err)
	}
}
