package ncdu

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// An event is one call of a Visitor, with a copy of what it got.
type event struct {
	Call   string // "begin", "dir", "file" or "leave"
	Header Header
	Entry  Entry
}

// A recording is a Visitor that keeps every call.
type recording []event

func (r *recording) Begin(h Header) error {
	*r = append(*r, event{Call: "begin", Header: h})
	return nil
}

func (r *recording) EnterDir(e *Entry) error { return r.entry("dir", e) }
func (r *recording) File(e *Entry) error     { return r.entry("file", e) }

func (r *recording) LeaveDir() error {
	*r = append(*r, event{Call: "leave"})
	return nil
}

func (r *recording) entry(call string, e *Entry) error {
	c := *e
	c.Name = bytes.Clone(e.Name)
	*r = append(*r, event{Call: call, Entry: c})
	return nil
}

// play makes the calls of a recording again.
func play(events recording, v Visitor) error {
	for i := range events {
		var err error
		switch ev := &events[i]; ev.Call {
		case "begin":
			err = v.Begin(ev.Header)
		case "dir":
			err = v.EnterDir(&ev.Entry)
		case "file":
			err = v.File(&ev.Entry)
		case "leave":
			err = v.LeaveDir()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write returns the export of a recording.
func write(t testing.TB, events recording) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	if err := play(events, w); err != nil {
		t.Fatalf("write: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return b.Bytes()
}

// read returns what Read makes of src.
func read(src io.Reader) (recording, error) {
	var got recording
	err := Read(context.Background(), src, &got)
	return got, err
}

// mustRead is read for an export that has to be valid.
func mustRead(t testing.TB, src string) recording {
	t.Helper()
	got, err := read(strings.NewReader(src))
	if err != nil {
		t.Fatalf("read %.200q: %v", src, err)
	}
	return got
}

func dir(name string, e Entry) event  { e.Name = []byte(name); return event{Call: "dir", Entry: e} }
func file(name string, e Entry) event { e.Name = []byte(name); return event{Call: "file", Entry: e} }

func begin(h Header) event { return event{Call: "begin", Header: h} }
func leave() event         { return event{Call: "leave"} }

// sample has every feature of the format once.
func sample() recording {
	return recording{
		begin(Header{Prog: "baton", Version: "1.0 \"x\"", Timestamp: 1700000000, Partial: true}),
		dir("/srv/data", Entry{ASize: 4096, DSize: 4096, Dev: 65024}),
		file("plain", Entry{ASize: 5, DSize: 4096, Dev: 65024}),
		file("bytes \xff\xfe \"q\" \\ \n\r\b\t\f\x01\x7f \u00e9", Entry{Dev: 65024}),
		file("link", Entry{ASize: 3, DSize: 4096, Dev: 65024, Ino: 42, HardLink: true, NLink: 2}),
		file("socket", Entry{Dev: 65024, NotReg: true}),
		file("tmp.o", Entry{Excluded: ByPattern}),
		dir("proc", Entry{Dev: 20, Excluded: KernFS}),
		leave(),
		dir("locked", Entry{ASize: 4096, DSize: 4096, Dev: 65024, ReadError: true}),
		dir("mnt", Entry{ASize: 100, Dev: 7, Has: HasExt, UID: 1000, GID: 100, Mode: 0o40755, Mtime: 1600000000}),
		file("old", Entry{ASize: 1<<64 - 1, Dev: 7, Has: HasMtime, Mtime: -86400}),
		file("other", Entry{Dev: 65024, Excluded: OtherFS, Has: HasUID | HasGID}),
		leave(),
		leave(),
		leave(),
	}
}
