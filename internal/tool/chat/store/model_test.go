package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The two stores, asked the same at random, answer alike; the one on disk is
// closed and opened in between.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		m := &model{disk: openUnsynced(t, dir), memory: Memory(10000), now: at(0)}
		defer func() {
			if err := m.disk.Close(); err != nil {
				rt.Error(err)
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"append":   m.append,
			"messages": m.messages,
			"search":   m.search,
			"save":     m.save,
			"delete":   m.delete,
			"sent":     m.sent,
			"reopen": func(rt *rapid.T) {
				if rapid.IntRange(0, 4).Draw(rt, "often enough") > 0 {
					return // it is what takes the time
				}
				if err := m.disk.Close(); err != nil {
					rt.Fatal(err)
				}
				m.disk = openUnsynced(t, dir)
			},
			"": func(rt *rapid.T) {
				a, err := m.disk.Rooms(rt.Context())
				b, err2 := m.memory.Rooms(rt.Context())
				alike(rt, "rooms", a, b, err, err2)
			},
		})
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
	now          time.Time
	ids          int // how many lines had one
}

var (
	drawRoom  = rapid.SampledFrom([]string{"#a", "#b", ""})
	drawWord  = rapid.SampledFrom([]string{"fish", "Fisch", "día", "東京", "x_y", "\"", "*", "-", "fi*"})
	drawText  = rapid.Map(rapid.SliceOfN(drawWord, 0, 5), func(words []string) string { return fmt.Sprint(words) })
	drawQuery = rapid.Map(rapid.SliceOfN(drawWord, 0, 3), func(words []string) string {
		s := ""
		for _, w := range words {
			s += w + " "
		}
		return s
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
		room := drawRoom.Draw(rt, "room")
		if last[room] == 0 {
			last[room], _ = m.memory.Last(rt.Context(), room)
		}
		last[room]++
		m.now = m.now.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "ms")) * time.Millisecond)
		batch = append(batch, Message{
			Room: room, Seq: last[room], Time: m.now, Text: drawText.Draw(rt, "text"),
			Client: "al", ClientID: m.nextID(rt),
		})
	}
	alike(rt, "append", nil, nil, m.disk.Append(rt.Context(), batch), m.memory.Append(rt.Context(), batch))
}

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
	room, r := drawRoom.Draw(rt, "room"), m.drawRange(rt)
	a, err := m.disk.Messages(rt.Context(), room, r)
	b, err2 := m.memory.Messages(rt.Context(), room, r)
	alike(rt, "messages", a, b, err, err2)
}

func (m *model) search(rt *rapid.T) {
	room, query, r := drawRoom.Draw(rt, "room"), drawQuery.Draw(rt, "query"), m.drawRange(rt)
	a, err := m.disk.Search(rt.Context(), room, query, r)
	b, err2 := m.memory.Search(rt.Context(), room, query, r)
	alike(rt, "search", a, b, err, err2)
}

func (m *model) save(rt *rapid.T) {
	r := []Room{{Key: drawRoom.Draw(rt, "room"), Name: "X", Topic: Topic{Text: drawText.Draw(rt, "topic")}}}
	alike(rt, "save", nil, nil, m.disk.SaveRooms(rt.Context(), r), m.memory.SaveRooms(rt.Context(), r))
}

func (m *model) delete(rt *rapid.T) {
	room := drawRoom.Draw(rt, "room")
	alike(rt, "delete", nil, nil, m.disk.DeleteRoom(rt.Context(), room), m.memory.DeleteRoom(rt.Context(), room))
}

func (m *model) sent(rt *rapid.T) {
	id := fmt.Sprint(rapid.IntRange(1, m.ids+1).Draw(rt, "id"))
	a, err := m.disk.Sent(rt.Context(), "al", id)
	b, err2 := m.memory.Sent(rt.Context(), "al", id)
	alike(rt, "sent", a, b, err, err2)
}
