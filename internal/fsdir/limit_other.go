//go:build !unix

package fsdir

// MaxOpen returns how many directories the process may hold open at once,
// leaving some handles for everything else.
func MaxOpen() int { return 1024 }
