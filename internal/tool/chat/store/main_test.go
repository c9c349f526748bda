package store

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" { // this process is to be killed
		os.Exit(appendUntilKilled(dir))
	}
	goleak.VerifyTestMain(m)
}
