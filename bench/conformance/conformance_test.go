package main

import "testing"

// TestBlocks checks the column of each block, and that a case can fail.
func TestBlocks(t *testing.T) {
	for _, s := range suites {
		for row, name := range s.cases {
			t.Run(s.block+"/"+name, func(t *testing.T) {
				t.Parallel()
				if problem := s.check(0, row); problem != "" {
					t.Error(problem)
				}
			})
		}
	}
	if goexitIsNoSuccess(runErrgroup) == "" {
		t.Error("a known failure of errgroup goes unnoticed")
	}
}
