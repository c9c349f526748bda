package disktree

import "testing"

func TestRetune(t *testing.T) {
	for _, tc := range []struct {
		workers, cores int
		busy           float64
		want           int
	}{
		{2, 2, 1.0, 2},
		{2, 2, 0.95, 2},
		{2, 2, 0.8, 2},
		{2, 2, 0.1, 4},
		{4, 2, 0.1, 8},
		{64, 2, 0.0, 64},
		{8, 2, 0.8, 8},
		{8, 2, 0.99, 4},
		{3, 2, 0.99, 2},
		{128, 128, 0.1, 128},
	} {
		if got := retune(tc.workers, tc.cores, tc.busy); got != tc.want {
			t.Errorf("retune(%d, %d, %v) = %d, want %d", tc.workers, tc.cores, tc.busy, got, tc.want)
		}
	}
}
