package task_test

import (
	"os"
	"runtime"
	"testing"

	"go.uber.org/goleak"

	"baton/task"
)

func TestMain(m *testing.M) {
	if scene := os.Getenv("TASK_TEST_CRASH"); scene != "" {
		crash(scene) // see TestCrash
		return
	}
	goleak.VerifyTestMain(m)
}

// An ending is how a call of Run ended.
type ending struct {
	err    error
	panic  *task.PanicError
	exited bool // by Goexit
}

// observe calls run in a goroutine of its own, so that it may panic or exit.
func observe(run func() error) ending {
	done := make(chan ending)
	go func() {
		e := ending{exited: true}
		defer func() {
			switch v := recover().(type) {
			case nil:
			case *task.PanicError:
				e = ending{panic: v}
			default:
				panic(v)
			}
			done <- e
		}()
		e.err = run()
		e.exited = false
	}()
	return <-done
}

// endings of a task or of body, by name.
var endings = map[string]func() error{
	"ok":     func() error { return nil },
	"error":  func() error { return errTask },
	"panic":  func() error { panic(errTask) },
	"goexit": func() error { runtime.Goexit(); return nil },
}
