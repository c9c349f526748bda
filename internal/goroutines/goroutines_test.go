package goroutines

import (
	"context"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOwn(t *testing.T) {
	if got := Own(t); got.Count != 1 || len(got.Labels) > 0 {
		t.Errorf("%+v", got)
	}
	want := map[string]string{"a": `quo"ted, {and} braced`, "b": "", "c": "é\n"}
	pprof.Do(t.Context(), pprof.Labels("a", want["a"], "b", "", "c", want["c"]), func(context.Context) {
		got := Own(t)
		if diff := cmp.Diff(want, got.Labels); diff != "" {
			t.Errorf("labels: -want +got\n%s", diff)
		}
		if !strings.Contains(got.Stack, "TestOwn") {
			t.Errorf("the stack is\n%s", got.Stack)
		}
	})
}

func TestAll(t *testing.T) {
	over := make(chan struct{})
	var ready, ended sync.WaitGroup
	ready.Add(3)
	for range 3 {
		ended.Go(func() { waitHere(&ready, over) }) // ends with over
	}
	ready.Wait()
	defer ended.Wait()
	defer close(over)
	n := 0
	for _, e := range All(t) {
		if strings.Contains(e.Stack, "waitHere") {
			n += e.Count
		}
	}
	if n != 3 {
		t.Errorf("%d of 3 goroutines are there", n)
	}
}

func waitHere(ready *sync.WaitGroup, over <-chan struct{}) {
	ready.Done()
	<-over
}
