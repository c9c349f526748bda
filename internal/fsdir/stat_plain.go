//go:build !unix

package fsdir

import "io/fs"

// allocation is the usual cluster of the file systems in question, to which
// sizes are rounded where the system doesn't tell what a file takes on disk.
const allocation = 4096

func fill(st *Stat, info fs.FileInfo) {
	mtime := info.ModTime()
	*st = Stat{
		Kind:   kindOfMode(info.Mode()),
		Nlink:  1,
		Size:   info.Size(),
		Blocks: uint64(info.Size()+allocation-1) / allocation * (allocation / 512),
		Mtime:  Time{mtime.Unix(), uint32(mtime.Nanosecond())},
	}
	st.Atime, st.Ctime = st.Mtime, st.Mtime
}
