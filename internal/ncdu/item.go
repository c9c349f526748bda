package ncdu

import "math"

// item reads the object that describes one file or directory into r.entry.
func (r *reader) item(dir bool) {
	e := &r.entry
	*e = Entry{Name: e.Name[:0]}
	if n := len(r.devs); n > 0 {
		e.Dev = r.devs[n-1]
	}
	r.object(r.onKey)
	if r.err == nil && len(e.Name) == 0 {
		r.fail("entry without a name")
	}
	// ncdu takes the number of links for the flag, and counts each directory once.
	if e.NLink > 1 && !dir {
		e.HardLink = true
	}
}

// field reads the value of one key of an item.
func (r *reader) field(key []byte) {
	e := &r.entry
	switch string(key) {
	case "name":
		e.Name = r.str(e.Name[:0])
	case "asize":
		e.ASize = r.uint(math.MaxUint64)
	case "dsize":
		e.DSize = r.uint(math.MaxUint64)
	case "dev":
		e.Dev = r.uint(math.MaxUint64)
	case "ino":
		e.Ino = r.uint(math.MaxUint64)
	case "nlink":
		e.NLink = uint32(r.uint(math.MaxUint32))
	case "hlnkc":
		e.HardLink = r.bool()
	case "read_error":
		e.ReadError = r.bool()
	case "notreg":
		e.NotReg = r.bool()
	case "excluded":
		r.scratch = r.str(r.scratch[:0])
		e.Excluded = exclusion(r.scratch)
	case "uid":
		e.UID, e.Has = uint32(r.uint(math.MaxUint32)), e.Has|HasUID
	case "gid":
		e.GID, e.Has = uint32(r.uint(math.MaxUint32)), e.Has|HasGID
	case "mode":
		e.Mode, e.Has = uint16(r.uint(math.MaxUint16)), e.Has|HasMode
	case "mtime":
		e.Mtime, e.Has = r.time(), e.Has|HasMtime
	default:
		r.skip()
	}
}

// exclusion returns s without allocating for the values that the format knows.
func exclusion(s []byte) string {
	switch string(s) {
	case ByPattern:
		return ByPattern
	case OtherFS, "othfs": // as ncdu 1 writes it up to 1.20
		return OtherFS
	case KernFS:
		return KernFS
	case FirmLink:
		return FirmLink
	}
	return string(s)
}
