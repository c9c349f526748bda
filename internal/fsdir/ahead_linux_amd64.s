//go:build !portable

#include "go_asm.h"
#include "textflag.h"

// func statxAll(fd, flags int, first *look, n int)
TEXT ·statxAll(SB), NOSPLIT, $0-32
	MOVQ fd+0(FP), R12
	MOVQ flags+8(FP), R13
	MOVQ first+16(FP), BX
	MOVQ n+24(FP), R9

next:
	SUBQ $1, R9
	JLT  done

	// The system call leaves all but AX, CX and R11 as they are.
	MOVQ R12, DI
	MOVQ look_name(BX), SI
	MOVQ R13, DX
	MOVL $const_statxMask, R10
	LEAQ look_x(BX), R8
	MOVL $const_sysStatx, AX
	SYSCALL

	NEGQ AX // the error, or else zero
	MOVQ AX, look_errno(BX)
	ADDQ $look__size, BX
	JMP  next

done:
	RET
