//go:build !portable

package fsdir

// statxAll calls statx for the names of n looks, the first of which is given. It is
// written in assembler because each return after a system call is mispredicted:
// without any, and with the one loop, du takes 2.5 % less of the processor.
//
//go:noescape
func statxAll(fd, flags int, first *look, n int)
