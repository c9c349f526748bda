package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The two stores, asked the same at random, answer alike; the one on disk is
// closed and opened in between.
func TestModel(t *testing.T) {
	dir := t.TempDir()
	disk, memory := openUnsynced(t, dir), Memory(10000)
	defer func() {
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	}()
	checks := 0
	rapid.Check(t, func(rt *rapid.T) {
		checks++ // makes the names of this check new ones: opening a store anew takes the most time
		m := &model{disk: disk, memory: memory, prefix: fmt.Sprint(checks), now: at(0)}
		rt.Repeat(map[string]func(*rapid.T){
			"append":   m.append,
			"messages": m.messages,
			"search":   m.search,
			"save":     m.save,
			"delete":   m.delete,
			"sent":     m.sent,
			"reopen": func(rt *rapid.T) {
				if rapid.IntRange(0, 9).Draw(rt, "often enough") > 0 {
					return
				}
				if err := m.disk.Close(); err != nil {
					rt.Fatal(err)
				}
				disk = openUnsynced(t, dir)
				m.disk = disk
			},
		})
		a, err := disk.Rooms(rt.Context())
		b, err2 := memory.Rooms(rt.Context())
		alike(rt, "rooms", a, b, err, err2)
	})
}

// openUnsynced opens a store that does not wait for the disk.
func openUnsynced(t *testing.T, dir string) Store {
	s := openDir(t, dir)
	err := s.writer.do(t.Context(), func(c *conn) error { return c.exec("PRAGMA synchronous = OFF") })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type model struct {
	disk, memory Store
	prefix       string
	now          time.Time
	ids          int // how many lines had one
}

var (
	drawRoom  = rapid.SampledFrom([]string{"#a", "#b", "#c"})
	drawWord  = rapid.SampledFrom([]string{"fish", "Fisch", "día", "東京", "x_y", "\"", "*", "-", "fi*"})
	drawText  = rapid.Map(rapid.SliceOfN(drawWord, 0, 5), func(words []string) string { return fmt.Sprint(words) })
	drawQuery = rapid.Map(rapid.SliceOfN(drawWord, 0, 3), func(words []string) string {
		var s strings.Builder
		for _, w := range words {
			s.WriteString(w + " ")
		}
		return s.String()
	})
)

// alike compares the answers of the two stores.
func alike(rt *rapid.T, what string, disk, memory any, err, err2 error) {
	rt.Helper()
	if (err == nil) != (err2 == nil) || errors.Is(err, ErrNotFound) != errors.Is(err2, ErrNotFound) {
		rt.Fatalf("%s: %v on disk, %v in memory", what, err, err2)
	}
	if diff := gocmp.Diff(memory, disk); diff != "" {
		rt.Fatalf("%s:\n%s", what, diff)
	}
}

func (m *model) append(rt *rapid.T) {
	last := make(map[string]uint64)
	var batch []Message
	for range rapid.IntRange(0, 5).Draw(rt, "count") {
		room := m.room(rt)
		if last[room] == 0 {
			last[room], _ = m.memory.Last(rt.Context(), room)
		}
		last[room]++
		m.now = m.now.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "ms")) * time.Millisecond)
		batch = append(batch, Message{
			Room: room, Seq: last[room], Time: m.now, Text: drawText.Draw(rt, "text"),
			Client: "al" + m.prefix, ClientID: m.nextID(rt),
		})
	}
	alike(rt, "append", nil, nil, m.disk.Append(rt.Context(), batch), m.memory.Append(rt.Context(), batch))
}

func (m *model) room(rt *rapid.T) string { return drawRoom.Draw(rt, "room") + m.prefix }

// nextID returns an id for a line, or none: a server appends no id twice.
func (m *model) nextID(rt *rapid.T) string {
	if !rapid.Bool().Draw(rt, "with id") {
		return ""
	}
	m.ids++
	return fmt.Sprint(m.ids)
}

func (m *model) drawRange(rt *rapid.T) Range {
	point := func(name string) Point {
		switch rapid.IntRange(0, 2).Draw(rt, name) {
		case 0:
			return Point{Seq: rapid.Uint64Range(1, 20).Draw(rt, name)}
		case 1:
			return Point{Time: at(rapid.IntRange(-2, 40).Draw(rt, name))}
		}
		return Point{}
	}
	return Range{
		After: point("after"), Before: point("before"),
		Latest: rapid.Bool().Draw(rt, "latest"), Limit: rapid.IntRange(0, 5).Draw(rt, "limit"),
	}
}

func (m *model) messages(rt *rapid.T) {
	room, r := m.room(rt), m.drawRange(rt)
	a, err := m.disk.Messages(rt.Context(), room, r)
	b, err2 := m.memory.Messages(rt.Context(), room, r)
	alike(rt, "messages", a, b, err, err2)
}

func (m *model) search(rt *rapid.T) {
	room, query, r := m.room(rt), drawQuery.Draw(rt, "query"), m.drawRange(rt)
	a, err := m.disk.Search(rt.Context(), room, query, r)
	b, err2 := m.memory.Search(rt.Context(), room, query, r)
	alike(rt, "search", a, b, err, err2)
}

func (m *model) save(rt *rapid.T) {
	r := []Room{{Key: m.room(rt), Name: "X", Topic: Topic{Text: drawText.Draw(rt, "topic")}}}
	alike(rt, "save", nil, nil, m.disk.SaveRooms(rt.Context(), r), m.memory.SaveRooms(rt.Context(), r))
}

func (m *model) delete(rt *rapid.T) {
	room := m.room(rt)
	alike(rt, "delete", nil, nil, m.disk.DeleteRoom(rt.Context(), room), m.memory.DeleteRoom(rt.Context(), room))
}

func (m *model) sent(rt *rapid.T) {
	id := fmt.Sprint(rapid.IntRange(1, m.ids+1).Draw(rt, "id"))
	a, err := m.disk.Sent(rt.Context(), "al"+m.prefix, id)
	b, err2 := m.memory.Sent(rt.Context(), "al"+m.prefix, id)
	alike(rt, "sent", a, b, err, err2)
}
