//go:build unix && (!linux || portable)

package fsdir

import (
	"io/fs"
	"syscall"
)

func fill(st *Stat, info fs.FileInfo) {
	mtime := info.ModTime()
	*st = Stat{
		Kind:  kindOfMode(info.Mode()),
		Nlink: 1,
		Size:  info.Size(),
		Mtime: Time{mtime.Unix(), uint32(mtime.Nanosecond())},
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		st.Nlink = uint32(s.Nlink)
		st.Dev = uint64(s.Dev)
		st.Ino = uint64(s.Ino)
		st.Blocks = uint64(s.Blocks)
		st.Atime, st.Ctime = accessAndChange(s)
	}
}
