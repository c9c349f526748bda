package exit

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestCode(t *testing.T) {
	partial := &Error{Code: Partial, Err: errors.New("some failed")}
	tests := []struct {
		err  error
		want int
	}{
		{nil, OK},
		{errors.New("any"), Failed},
		{context.Canceled, Failed},
		{fmt.Errorf("fetch: %w", context.DeadlineExceeded), Timeout},
		{fmt.Errorf("walk: %w", partial), Partial},
		{errors.Join(errors.New("any"), partial), Partial},
		{errors.Join(context.DeadlineExceeded, partial), Partial},
		{&Error{Code: Usage}, Usage},
	}
	for _, tt := range tests {
		if got := Code(tt.err); got != tt.want {
			t.Errorf("Code(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestError(t *testing.T) {
	cause := errors.New("cause")
	if err := error(&Error{Code: Failed, Err: cause}); !errors.Is(err, cause) || err.Error() != "cause" {
		t.Errorf("error %q does not wrap its cause", err)
	}
	if got := (&Error{Code: 3}).Error(); got == "" {
		t.Error("an error without a text")
	}
}
