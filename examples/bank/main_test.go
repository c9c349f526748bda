package main

import (
	"errors"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestWithdraw has more withdrawals at once than there is money for.
func TestWithdraw(t *testing.T) {
	account := Open()
	defer account.Close()
	account.Deposit(t.Context(), 1000)
	var ok, refused atomic.Int32
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			switch balance, err := account.Withdraw(t.Context(), 100); {
			case err == nil && balance >= 0:
				ok.Add(1)
			case errors.Is(err, ErrFunds):
				refused.Add(1)
			default:
				t.Errorf("balance %d, %v", balance, err)
			}
		})
	}
	wg.Wait()
	if ok.Load() != 10 || refused.Load() != 20 {
		t.Errorf("%d withdrawals, %d refused", ok.Load(), refused.Load())
	}
}

// TestRacyIsCaught runs the first version under the race detector.
func TestRacyIsCaught(t *testing.T) {
	out, err := exec.Command("go", "run", "-race", "./testdata/racy").CombinedOutput()
	if strings.Contains(string(out), "-race requires cgo") || strings.Contains(string(out), "C compiler") {
		t.Skipf("needs a C compiler for the race detector: %s", out)
	}
	if err == nil || !strings.Contains(string(out), "DATA RACE") {
		t.Errorf("the race was not caught: %v\n%s", err, out)
	}
}
