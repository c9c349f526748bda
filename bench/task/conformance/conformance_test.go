package main

import "testing"

// TestTask checks the column of package task, and that a case can fail.
func TestTask(t *testing.T) {
	for _, tc := range testCases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if problem := tc.check(contender{"task", runTask}); problem != "" {
				t.Error(problem)
			}
		})
	}
	if goexitIsNoSuccess(contender{"errgroup", runErrgroup}) == "" {
		t.Error("a known failure of errgroup goes unnoticed")
	}
}
