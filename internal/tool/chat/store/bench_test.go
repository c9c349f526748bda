package store

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkAppend is what the group commit of 64 senders costs, with the index
// following behind, and what one message alone costs.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 64} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			s := openDir(b, b.TempDir())
			b.ReportAllocs()
			batch := make([]Message, size)
			seq := uint64(0)
			for b.Loop() {
				for i := range batch {
					seq++
					batch[i] = Message{
						Room: "#lobby", Seq: seq, Time: time.Now(), From: Sender{"alice", "al", "127.0.0.1", "", "Alice"},
						Text: fmt.Sprintf("message %d says hello to the people of the lobby", seq),
					}
				}
				if err := s.Append(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "messages/s")
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkRead is the reads of a room of 100,000 messages.
func BenchmarkRead(b *testing.B) {
	s := openDir(b, b.TempDir())
	defer s.Close()
	const count = 100_000
	for first := uint64(1); first < count; first += MaxLimit {
		var batch []Message
		for seq := first; seq < first+MaxLimit; seq++ {
			batch = append(batch, Message{
				Room: "#lobby", Seq: seq, Time: at(int(seq)),
				Text: fmt.Sprintf("message %d says hello to the people of group%d", seq, seq%1000),
			})
		}
		if err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.catchUp(b.Context(), "#lobby"); err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func() ([]Message, error){
		"latest": func() ([]Message, error) {
			return s.Messages(b.Context(), "#lobby", Range{Latest: true, Limit: 50})
		},
		"time": func() ([]Message, error) {
			return s.Messages(b.Context(), "#lobby", Range{After: Point{Time: at(count / 3)}, Limit: 50})
		},
		"search rare": func() ([]Message, error) { return s.Search(b.Context(), "#lobby", "group77", Range{Limit: 50}) },
		"search common": func() ([]Message, error) {
			return s.Search(b.Context(), "#lobby", "hello people", Range{Latest: true, Limit: 50})
		},
		"search prefix": func() ([]Message, error) {
			return s.Search(b.Context(), "#lobby", "group7*", Range{Latest: true, Limit: 50})
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got, err := read(); err != nil || len(got) != 50 {
					b.Fatal(len(got), err)
				}
			}
		})
	}
}
