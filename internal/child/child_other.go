//go:build !unix

package child

import "os"

// The console tells Ctrl-C to all its processes: this one only has to survive it.
func forwarded(Options) []os.Signal { return []os.Signal{os.Interrupt} }

func forward(*os.Process, os.Signal, Options) {}

func terminate(p *os.Process) error { return p.Kill() }

func isNotExecutable(error) bool { return false }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
