// Package ncdu reads and writes saved disk-usage scans in the JSON export format
// of ncdu, version 1.2, as specified at https://dev.yorhel.nl/ncdu/jsonfmt.
//
// [Writer] writes a scan as a stream, [Read] hands one to a [Visitor]; a Writer
// is a Visitor, so Read copies. Both keep one entry at a time and a device number
// per open directory, whatever the size of the scan. [Create] and [Open] add the
// file: gzip, "-", and replacing the old file only when the new one is complete.
//
// # Names
//
// A file name is a string of bytes, JSON text is UTF-8, and encoding/json turns
// every byte that does not fit into U+FFFD. ncdu instead puts the bytes of a name
// into the JSON string as they are, and so does this package, in both directions:
// a name comes back byte for byte. Only the quote, the backslash, control
// characters and DEL are escaped.
//
// # Sizes
//
// The sizes of a directory are its own, never those of what it contains: readers
// add them up. Programs that write sums into directories produce files whose
// totals ncdu shows too large.
//
// # What ncdu accepts
//
// ncdu 1 refuses a whole file for one name of 32 KiB, a size beyond 2^63-1, a
// user or group beyond 2^31-1 (up to 1.21), or a negative time; times before 1970
// are therefore written as ncdu writes them, modulo 2^64.
package ncdu

import "errors"

// The values of Entry.Excluded that the format knows. ncdu shows an entry with
// any other value as excluded by pattern.
const (
	ByPattern = "pattern" // an exclude pattern matches
	OtherFS   = "otherfs" // on another file system
	KernFS    = "kernfs"  // a pseudo file system of the kernel
	FirmLink  = "frmlnk"  // a firmlink of macOS
)

// Errors that say what a file is instead of a readable export.
var (
	// ErrVersion: a JSON export of another major version than 1.
	ErrVersion = errors.New("ncdu: unknown format version")
	// ErrBinary: ncdu's binary export, as written by its option -O.
	ErrBinary = errors.New("ncdu: binary export; convert it with: ncdu -f FILE -o FILE.json")
	// ErrZstd: compressed with zstd.
	ErrZstd = errors.New("ncdu: zstd is not supported; use gzip, or pipe through: zstd -dc FILE")
)

// ErrIncomplete is returned by [Writer.Close] when a directory is still open or
// none was ever entered: what was written so far is not a readable export.
var ErrIncomplete = errors.New("ncdu: export ends inside a directory")

// A Header describes the scan as a whole.
type Header struct {
	Prog      string // name of the program that wrote the file
	Version   string // its version
	Timestamp int64  // Unix time of the export
	Partial   bool   // the scan was stopped early; other programs ignore this
}

// A Field is a set of fields of an [Entry] for which zero and absent differ.
type Field uint8

// The fields of ncdu's extended information (its option -e).
const (
	HasUID Field = 1 << iota
	HasGID
	HasMode
	HasMtime
	HasExt = HasUID | HasGID | HasMode | HasMtime
)

// An Entry describes one file or directory. Zero means absent for every field
// that Has does not cover.
type Entry struct {
	Name  []byte // without the directory's, except for the root: its full path. Never empty.
	ASize uint64 // apparent size in bytes; a directory's own
	DSize uint64 // size on disk in bytes; a directory's own
	Dev   uint64 // device; stored only where it differs from the parent's
	Ino   uint64 // inode number; ncdu stores it for hard links only
	NLink uint32 // number of hard links; ncdu stores it when there are several

	HardLink  bool   // Dev and Ino identify a file that may occur elsewhere too
	ReadError bool   // could not be read: for a directory, entries may be missing
	NotReg    bool   // neither a regular file nor a directory
	Excluded  string // why the entry was not counted, or empty

	Has   Field // which of the following are present
	UID   uint32
	GID   uint32
	Mode  uint16 // st_mode, file type included
	Mtime int64  // Unix time
}

// A Visitor receives a scan in depth-first order: Begin once, then EnterDir for
// the root, and within every directory its entries, each a File or an EnterDir
// with its LeaveDir. An entry and its name are valid during the call only.
// [Read] stops at the first error and returns it as it is.
type Visitor interface {
	Begin(Header) error
	EnterDir(*Entry) error
	File(*Entry) error
	LeaveDir() error
}
