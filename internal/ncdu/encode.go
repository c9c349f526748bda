package ncdu

import "strconv"

// appendEntry appends the object for e, in ncdu's order of keys, in a directory
// on device dev.
func appendEntry(b []byte, e *Entry, dev uint64) []byte {
	b = append(b, `{"name":`...)
	b = appendString(b, e.Name)
	b = appendUint(b, `,"asize":`, e.ASize)
	b = appendUint(b, `,"dsize":`, e.DSize)
	if e.Dev != dev {
		b = append(b, `,"dev":`...)
		b = strconv.AppendUint(b, e.Dev, 10)
	}
	if e.Has != 0 {
		b = appendExt(b, e)
	}
	b = appendUint(b, `,"ino":`, e.Ino)
	if e.HardLink {
		b = append(b, `,"hlnkc":true`...)
	}
	b = appendUint(b, `,"nlink":`, uint64(e.NLink))
	if e.ReadError {
		b = append(b, `,"read_error":true`...)
	}
	if e.NotReg {
		b = append(b, `,"notreg":true`...)
	}
	if e.Excluded != "" {
		b = append(b, `,"excluded":`...)
		b = appendString(b, e.Excluded)
	}
	return append(b, '}')
}

// appendExt appends the fields of the extended information that e has.
func appendExt(b []byte, e *Entry) []byte {
	for _, f := range [...]struct {
		bit Field
		key string
		val uint64
	}{
		{HasUID, `,"uid":`, uint64(e.UID)},
		{HasGID, `,"gid":`, uint64(e.GID)},
		{HasMode, `,"mode":`, uint64(e.Mode)},
		{HasMtime, `,"mtime":`, uint64(e.Mtime)}, // ncdu refuses a minus sign
	} {
		if e.Has&f.bit != 0 {
			b = append(b, f.key...)
			b = strconv.AppendUint(b, f.val, 10)
		}
	}
	return b
}

// appendUint appends key and value unless the value is zero, which is the same
// as absent.
func appendUint(b []byte, key string, v uint64) []byte {
	if v == 0 {
		return b
	}
	return strconv.AppendUint(append(b, key...), v, 10)
}

// appendString appends s as a JSON string whose bytes beyond ASCII are those of s,
// valid UTF-8 or not.
func appendString[S []byte | string](b []byte, s S) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7f {
			b = append(b, s[from:i]...)
			b = appendEscape(b, c)
			from = i + 1
		}
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\b':
		return append(b, '\\', 'b')
	case '\t':
		return append(b, '\\', 't')
	case '\f':
		return append(b, '\\', 'f')
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
