package child

import "os/exec"

// Start starts cmd. Its error is that of [Run].
func Start(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return startError(cmd.Args[0], err)
	}
	return nil
}

// Wait waits for cmd, which [Start] has started, and passes on no signals. Its error
// is that of [Run].
func Wait(cmd *exec.Cmd) error { return status(cmd, cmd.Wait()) }
