package main

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out strings.Builder
	if err := run(t.Context(), &out, 20); err != nil || out.String() != "0\n1\n4\n9\n16\n" {
		t.Errorf("%v: %q", err, &out)
	}
}
