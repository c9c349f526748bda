package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// killDir is the variable that makes the test's program one that appends in a
// directory until it is killed.
const killDir = "BATON_TEST_KILL_DIR"

// killCount is the variable that says how often to kill it.
const killCount = "BATON_TEST_KILLS"

const killRooms = 3

// appendUntilKilled appends batches to some rooms, and writes a line with the
// last number of each room after every batch.
func appendUntilKilled(dir string) int {
	ctx := context.Background()
	s, err := Open(ctx, dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var last [killRooms]uint64
	for room := range last {
		if last[room], err = s.Last(ctx, killRoom(room)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	for {
		var batch []Message
		for range 1 + rand.N(64) {
			room := rand.N(killRooms)
			last[room]++
			batch = append(batch, Message{
				Room: killRoom(room), Seq: last[room], Time: time.Now(),
				Text: fmt.Sprintf("all same%d", last[room]), Client: "al", ClientID: fmt.Sprintf("%d-%d", room, last[room]),
			})
		}
		if err := s.Append(ctx, batch); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(last[0], last[1], last[2])
	}
}

func killRoom(room int) string { return fmt.Sprintf("#%d", room) }

// A process that appends is killed at random moments. No message that it
// acknowledged is lost, and none is there twice.
func TestKill(t *testing.T) {
	kills := 5
	if n, err := strconv.Atoi(os.Getenv(killCount)); err == nil {
		kills = n
	}
	dir := t.TempDir()
	var acked [killRooms]uint64
	for range kills {
		acked = killOnce(t, dir, acked)
		checkKilled(t, dir, acked)
	}
	t.Logf("%d kills, %d messages acknowledged at least", kills, acked[0]+acked[1]+acked[2])
}

// killOnce runs the process for some moments, and returns what it acknowledged.
func killOnce(t *testing.T, dir string, acked [killRooms]uint64) [killRooms]uint64 {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), killDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Where it is when the signal comes is the machine's choice: some batches,
	// and then at once, while it is on its way to the next line.
	lines := bufio.NewScanner(out)
	for left := 1 + rand.N(40); lines.Scan(); left-- {
		if _, err := fmt.Sscan(lines.Text(), &acked[0], &acked[1], &acked[2]); err != nil && left > 0 {
			t.Errorf("line %q: %v", lines.Text(), err)
		}
		if left == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return acked
}

// checkKilled looks at what the process has left.
func checkKilled(t *testing.T, dir string, acked [killRooms]uint64) {
	s := openDir(t, dir)
	defer s.Close()
	for room, want := range acked {
		var next uint64 = 1
		for {
			got, err := s.Messages(t.Context(), killRoom(room), Range{After: Point{Seq: next - 1}, Limit: MaxLimit})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range got {
				if m.Seq != next || m.Text != fmt.Sprintf("all same%d", next) {
					t.Fatalf("room %d: message %d is %+v", room, next, m)
				}
				next++
			}
			if len(got) < MaxLimit {
				break
			}
		}
		if next <= want {
			t.Errorf("room %d ends with %d, and %d was acknowledged", room, next-1, want)
		}
		if want == 0 {
			continue
		}
		got, err := s.Search(t.Context(), killRoom(room), fmt.Sprintf("same%d", want), Range{})
		if err != nil || len(got) != 1 || got[0].Seq != want {
			t.Errorf("room %d: search for %d found %v, %v", room, want, got, err)
		}
	}
	// Everything in the index is there once too.
	n, total := int64(0), int64(0)
	err := s.readers.do(t.Context(), func(c *conn) (err error) {
		if n, err = c.number("SELECT count(*) FROM search.words WHERE words MATCH 'all'"); err != nil {
			return err
		}
		total, err = c.number("SELECT count(*) FROM messages")
		return err
	})
	if err != nil || n != total {
		t.Errorf("%d messages are indexed of %d, %v", n, total, err)
	}
}
