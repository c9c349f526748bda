package du

import (
	"bytes"
	"unicode/utf8"
)

// extension returns the ending of a file's name that tells its type, in lower
// case with the dot, or nothing. A dot at the start hides a file and begins no
// ending, nor does one before something too long or with a space in it. Numbers
// are versions: libc.so.6 ends in .so.
func extension(name []byte) []byte {
	const longest = 12
	for {
		dot := bytes.LastIndexByte(name, '.')
		if dot <= 0 || dot == len(name)-1 || len(name)-dot > longest || bytes.ContainsAny(name[dot:], " \t\n") {
			return nil
		}
		if len(bytes.Trim(name[dot+1:], "0123456789")) > 0 {
			return lower(name[dot:])
		}
		name = name[:dot]
	}
}

// lower leaves bytes that are no text as they are, which bytes.ToLower doesn't.
func lower(ext []byte) []byte {
	if !utf8.Valid(ext) {
		return ext
	}
	return bytes.ToLower(ext)
}

func (r *run) showTypes() error { return r.showGroups("type", r.types()) }

// showGroups prints the sums of files that have something in common.
func (r *run) showGroups(title string, rows []row) error {
	t := table{title: title, times: r.opts.Sort == ByMtime}
	for i := range rows {
		t.whole = addSizes(t.whole, r.size(&rows[i].tally))
	}
	t.rows = r.passing(rows)
	return r.printTable(&t)
}
