package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func TestUntil(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	cause := errors.New("enough")
	for _, in := range []io.Reader{r, &Input{file: r}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		until, stop, err := Until(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		w.WriteString("some")
		b := make([]byte, 10)
		if n, err := until.Read(b); string(b[:n]) != "some" || err != nil {
			t.Errorf("read %q, %v", b[:n], err)
		}
		result := make(chan error)
		go func() {
			_, err := until.Read(b)
			result <- err
		}()
		cancel(cause) // whether or not the goroutine waits already
		if err := <-result; err != cause {
			t.Errorf("after the end of the context: %v, want its cause", err)
		}
	}
}

func TestUntilEnd(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	file.WriteString("all")
	file.Seek(0, io.SeekStart)
	for _, in := range []io.Reader{file, strings.NewReader("all"), &Input{Reader: strings.NewReader("all")}} {
		until, stop, err := Until(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if b, err := io.ReadAll(until); string(b) != "all" || err != nil {
			t.Errorf("%T: %q, %v", in, b, err)
		}
	}
}
