//go:build baton_schedule

package schedule_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"baton/internal/schedule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestDefectsAreFound checks that each defect comes up within a number of seeds,
// and again each time that its seed is tried, after the same points.
func TestDefectsAreFound(t *testing.T) {
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			try := func(seed uint64) (wrong bool, trace schedule.Trace) {
				trace = schedule.Run(t, seed, func(*testing.T) { wrong = d.wrong() })
				return wrong, trace
			}
			seed := uint64(1)
			wrong, first := try(seed)
			for ; !wrong; wrong, first = try(seed) {
				if seed++; seed > 2000 {
					t.Fatal("not found")
				}
			}
			t.Logf("found by seed %d, after %d steps", seed, len(first))
			for range 20 {
				wrong, again := try(seed)
				if diff := cmp.Diff(first, again); !wrong || diff != "" {
					t.Fatalf("seed %d went wrong: %v; points differ from the first time (-first +now):\n%s", seed, wrong, diff)
				}
			}
		})
	}
}

// TestSoundProgramsPass is the other half: what is not wrong is never found.
func TestSoundProgramsPass(t *testing.T) {
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			schedule.Seeds(t, 200, func(t *testing.T) {
				if d.sound() {
					t.Error("went wrong")
				}
			})
		})
	}
}

// TestSeedsDiffer counts the orders that 200 seeds give to three goroutines with
// two points each, of which there are 90.
func TestSeedsDiffer(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(200) {
		trace := schedule.Run(t, seed, func(*testing.T) { lostUpdate(false) })
		orders[fmt.Sprint(trace)] = true
	}
	if len(orders) < 50 {
		t.Errorf("%d different orders", len(orders))
	}
}

// TestOneAtATime checks that a goroutine that goes on is alone until its next point.
func TestOneAtATime(t *testing.T) {
	schedule.Seeds(t, 50, func(t *testing.T) {
		var busy atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 5 {
					schedule.Point("begin")
					if busy.Add(1) != 1 {
						t.Error("two at once")
					}
					runtime.Gosched()
					busy.Add(-1)
				}
			})
		}
		wg.Wait()
	})
}

// TestTime checks that time stands still while somebody can go on.
func TestTime(t *testing.T) {
	schedule.Seeds(t, 50, func(t *testing.T) {
		begin := time.Now()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				time.Sleep(time.Second)
				for range 10 {
					schedule.Point("work")
				}
				if took := time.Since(begin); took != time.Second {
					t.Errorf("after %v", took)
				}
			})
		}
		wg.Wait()
	})
}

// TestPointElsewhere has goroutines that are not of a run come to points: before
// it, in another bubble, beside it, and in its bubble when body has returned.
func TestPointElsewhere(t *testing.T) {
	schedule.Point("before")
	synctest.Test(t, func(*testing.T) { schedule.Point("in another bubble") })

	var beside sync.WaitGroup
	stop := make(chan struct{})
	beside.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				schedule.Point("beside")
			}
		}
	})
	trace := schedule.Run(t, 1, func(t *testing.T) {
		schedule.Point("body")
		go func() {
			schedule.Point("once")
			<-t.Context().Done()
			schedule.Point("afterwards")
		}()
		time.Sleep(time.Second)
		go schedule.Point("left waiting")
	})
	close(stop)
	beside.Wait()
	want := schedule.Trace{{1, "body"}, {2, "once"}}
	if diff := cmp.Diff(want, trace); diff != "" {
		t.Errorf("points differ (-want +got):\n%s", diff)
	}
}

// TestRunsTakeTurns starts runs in parallel tests.
func TestRunsTakeTurns(t *testing.T) {
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			schedule.Seeds(t, 20, func(t *testing.T) {
				if lostUpdate(true) {
					t.Error("went wrong")
				}
			})
		})
	}
}

// TestReport checks what is said of a run that fails or is stuck. It runs this
// program again, for such a test can't be part of one that passes.
func TestReport(t *testing.T) {
	for scene, want := range map[string][]string{
		"fails": {"schedule: seed 2 fails", "-schedule.seed=2 repeats it", "  1 body\n", "the reason"},
		"fatal": {"schedule: seed 2 fails", "  1 body\n", "the reason"},
		"stuck": {"schedule: seed 1 fails", "  1 body\n", "deadlock: all goroutines in bubble are blocked"},
	} {
		t.Run(scene, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestScene$")
			cmd.Env = append(os.Environ(), "SCHEDULE_TEST_SCENE="+scene)
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Error("it passed")
			}
			for _, s := range want {
				if !strings.Contains(string(out), s) {
					t.Errorf("it didn't say %q, but:\n%s", s, out)
				}
			}
		})
	}
}

// TestScene is for TestReport.
func TestScene(t *testing.T) {
	scene := os.Getenv("SCHEDULE_TEST_SCENE")
	if scene == "" {
		return
	}
	runs := 0
	schedule.Seeds(t, 3, func(t *testing.T) {
		runs++
		schedule.Point("body")
		switch {
		case scene == "stuck":
			<-make(chan int)
		case runs < 2:
		case scene == "fatal":
			t.Fatal("the reason")
		default:
			t.Error("the reason")
		}
	})
}
