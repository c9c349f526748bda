package ncdu

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// in returns an export whose root directory, on device 1, has the entries.
func in(entries string) string {
	return `[1,2,{},[{"name":"/","dev":1},` + entries + `]]`
}

func TestReadEntry(t *testing.T) {
	for _, tc := range []struct {
		json string
		want Entry
	}{
		{`{"name":"a"}`, Entry{}},
		{" { \"asize\" :\t5 ,\r\n\"name\": \"a\" } ", Entry{ASize: 5}},
		{`{"name":"a","asize":18446744073709551615,"dsize":0}`, Entry{ASize: 1<<64 - 1}},
		{`{"name":"a","ino":7,"nlink":4294967295,"hlnkc":true}`, Entry{Ino: 7, NLink: 1<<32 - 1, HardLink: true}},
		{`{"name":"a","nlink":2}`, Entry{NLink: 2, HardLink: true}},
		{`{"name":"a","nlink":1,"hlnkc":false}`, Entry{NLink: 1}},
		{`{"name":"a","dev":0}`, Entry{}},
		{`{"name":"a","read_error":true,"notreg":true}`, Entry{ReadError: true, NotReg: true}},
		{`{"name":"a","excluded":"pattern"}`, Entry{Excluded: ByPattern}},
		{`{"name":"a","excluded":"otherfs"}`, Entry{Excluded: OtherFS}},
		{`{"name":"a","excluded":"othfs"}`, Entry{Excluded: OtherFS}},
		{`{"name":"a","excluded":"frmlnk"}`, Entry{Excluded: FirmLink}},
		{`{"name":"a","excluded":"new"}`, Entry{Excluded: "new"}},
		{`{"name":"a","uid":0,"mode":65535}`, Entry{Has: HasUID | HasMode, Mode: 1<<16 - 1}},
		{`{"name":"a","mtime":0}`, Entry{Has: HasMtime}},
		{`{"name":"a","mtime":12.75}`, Entry{Has: HasMtime, Mtime: 12}},
		{`{"name":"a","mtime":-12.75}`, Entry{Has: HasMtime, Mtime: -12}},
		{`{"name":"a","mtime":-9223372036854775808}`, Entry{Has: HasMtime, Mtime: -1 << 63}},
		{`{"name":"a","mtime":18446744073393932416}`, Entry{Has: HasMtime, Mtime: -315619200}},
		{`{"x":{"a":[1,-2.5e+3,"\u00ff\"]}",{},[],true,false,null],"b":{}},"name":"a","y":[[[{"z":[0]}]]]}`, Entry{}},
		{`{"x":0,"name":"a","n\u0061me":"a"}`, Entry{}},
		{`{"name":"b","name":"a"}`, Entry{}},
	} {
		got := mustRead(t, in(tc.json))
		tc.want.Name = []byte("a")
		if !strings.Contains(tc.json, `"dev"`) {
			tc.want.Dev = 1
		}
		if diff := cmp.Diff(tc.want, got[2].Entry); len(got) != 4 || diff != "" {
			t.Errorf("%s: %d events (-want +got):\n%s", tc.json, len(got), diff)
		}
	}
}

func TestReadName(t *testing.T) {
	for _, tc := range []struct{ json, want string }{
		{`a b`, "a b"},
		{"\xff\xfe\x7f\xc3", "\xff\xfe\x7f\xc3"},
		{`\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t"},
		{`\u0000\u007f\u00E9\u20ac`, "\x00\x7f\u00e9\u20ac"},
		{`\ud83d\ude00`, "\U0001f600"},
		{`\ud83d`, "\xed\xa0\xbd"},
		{`\ude00`, "\xed\xb8\x80"},
		{`\ud83dx`, "\xed\xa0\xbdx"},
		{`\ud83d\n`, "\xed\xa0\xbd\n"},
		{`\ud83d\ud83d\ude00`, "\xed\xa0\xbd\U0001f600"},
		{`\ud83d\u0041`, "\xed\xa0\xbdA"},
		{`\ufffd\uffff`, "\ufffd\uffff"},
	} {
		got := mustRead(t, in(`{"name":"`+tc.json+`"}`))
		if name := string(got[2].Entry.Name); name != tc.want {
			t.Errorf("%q: read %q, want %q", tc.json, name, tc.want)
		}
	}
}

func TestReadHeader(t *testing.T) {
	const root = `,[{"name":"/"}]`
	for _, tc := range []struct {
		json string
		want Header
	}{
		{
			`[1,2,{"progname":"ncdu","progver":"1.18","timestamp":1700000000}` + root + `]`,
			Header{Prog: "ncdu", Version: "1.18", Timestamp: 1700000000},
		},
		{` [ 1 , 0 , { } ` + root + ` ] ` + "\n", Header{}},
		{`[1,10000,null` + root + `]`, Header{}},
		{`[1,2,{"progname":5,"progver":null,"timestamp":"x","partial":1,"timestamp":1.5}` + root + `]`, Header{Timestamp: 1}},
		{`[1,2,{"partial":true}` + root + `,"later",{"additions":[]}]`, Header{Partial: true}},
	} {
		got, err := read(strings.NewReader(tc.json))
		if err != nil {
			t.Errorf("%s: %v", tc.json, err)
			continue
		}
		want := recording{begin(tc.want), dir("/", Entry{}), leave()}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.json, diff)
		}
	}
}

// Every error names the byte: the tests mark it with a bullet.
func TestReadSyntaxError(t *testing.T) {
	for _, tc := range []struct{ json, reason string }{
		{`•x`, "want '['"},
		{`[•-1`, "want a number"},
		{`[1,2•.5`, "whole number"},
		{`[1,1000•1`, "beyond 10000"},
		{`[1,2,{},•{"name":"/"}]`, "root directory, an array"},
		{`[1,2,{},•5]`, "root directory, an array"},
		{`[1,2,{},[•"name"]]`, "want an object"},
		{`[1,2,{},[{}•]]`, "without a name"},
		{in(`{"name":""}•`), "without a name"},
		{in(`•5`), "want an object"},
		{in(`[•[{"name":"a"}]]`), "want an object"},
		{in(`{"name":•5}`), "want a string"},
		{in(`{"name":"a\•x"}`), "unknown escape"},
		{in(`{"name":"a\u00•g0"}`), "hexadecimal"},
		{in("{\"name\":\"a•\n\"}"), "control character"},
		{in(`{"name" •5}`), "want ':'"},
		{in(`{"name":"a" •"asize":5}`), "',' or '}'"},
		{in(`{"name":"a",•}`), "want a string"},
		{in(`{"name":"a","asize":•-1}`), "not negative"},
		{in(`{"name":"a","asize":•"1"}`), "number"},
		{in(`{"name":"a","asize":1•.0}`), "whole number"},
		{in(`{"name":"a","asize":1•e3}`), "whole number"},
		{in(`{"name":"a","asize":0•1}`), "leading zero"},
		{in(`{"name":"a","asize":1844674407370955161•6}`), "beyond 18446744073709551615"},
		{in(`{"name":"a","asize":18446744073709551615•0}`), "beyond 18446744073709551615"},
		{in(`{"name":"a","nlink":429496729•6}`), "beyond 4294967295"},
		{in(`{"name":"a","mode":6553•6}`), "beyond 65535"},
		{in(`{"name":"a","mtime":1.•}`), "digit"},
		{in(`{"name":"a","mtime":-922337203685477580•9}`), "beyond"},
		{in(`{"name":"a","hlnkc":•null}`), "want false"},
		{in(`{"name":"a","hlnkc":tr•eu}`), "want true"},
		{in(`{"name":"a","x":[1,•]}`), "digit"},
		{in(`{"name":"a","x":[1•}}`), "',' or ']'"},
		{in(`{"name":"a","x":{"a":1•]}`), "',' or '}'"},
		{in(`{"name":"a","x":{•1:1}}`), "want a string"},
		{in(`{"name":"a","x":-0•1}`), "leading zero"},
		{in(`{"name":"a"},•`), "want an object"},
		{in(`{"name":"a"}`) + `•]`, "end of the file"},
		{in(`{"name":"a"}`) + "•\x00", "end of the file"},
		{in(`{"name":"a"}•}`), "',' or ']'"},
		{in("{\"name\":\"a\"}•\x00"), "',' or ']'"},
	} {
		at := strings.Index(tc.json, "•")
		json := strings.Replace(tc.json, "•", "", 1)
		_, err := read(strings.NewReader(json))
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%s: error %v, want a SyntaxError", tc.json, err)
			continue
		}
		if int(se.Offset) != at || !strings.Contains(se.Error(), tc.reason) {
			t.Errorf("%s:\nerror %q at %d, want %q at %d", tc.json, err, se.Offset, tc.reason, at)
		}
	}
}

// A prefix of an export is truncated, wherever it ends and however it arrives.
func TestReadTruncated(t *testing.T) {
	whole := string(write(t, sample()))
	if diff := cmp.Diff(sample(), mustRead(t, whole)); diff != "" {
		t.Errorf("whole export (-want +got):\n%s", diff)
	}
	for n := range len(whole) {
		_, err := read(iotest.OneByteReader(strings.NewReader(whole[:n])))
		var se *SyntaxError
		if !errors.As(err, &se) || !errors.Is(err, io.ErrUnexpectedEOF) || int(se.Offset) != n {
			t.Fatalf("first %d bytes: %v, want truncated at byte %d", n, err, n)
		}
	}
}

func TestReadVersion(t *testing.T) {
	var got recording
	err := Read(context.Background(), strings.NewReader(`[2,0,{},[{"name":"/"}]]`), &got)
	if !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "2.0") {
		t.Errorf("version 2.0: %v, want %v", err, ErrVersion)
	}
	if len(got) > 0 {
		t.Errorf("visitor was called: %v", got)
	}
}

func TestReadSourceError(t *testing.T) {
	broken := errors.New("broken disk")
	whole := string(write(t, sample()))
	for _, n := range []int{0, 1, 100, len(whole)} {
		src := io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(broken))
		if _, err := read(src); !errors.Is(err, broken) {
			t.Errorf("source that fails at %d: %v, want %v", n, err, broken)
		}
	}
	if _, err := read(stuck{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("source without data or error: %v, want %v", err, io.ErrNoProgress)
	}
}

// stuck is a reader that breaks the rules of io.Reader.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// stopAt is a Visitor whose n-th call returns err.
type stopAt struct {
	recording
	n   int
	err error
}

func (s *stopAt) count(err error) error {
	if s.n--; s.n == 0 {
		return s.err
	}
	return err
}

func (s *stopAt) Begin(h Header) error    { return s.count(s.recording.Begin(h)) }
func (s *stopAt) EnterDir(e *Entry) error { return s.count(s.recording.EnterDir(e)) }
func (s *stopAt) File(e *Entry) error     { return s.count(s.recording.File(e)) }
func (s *stopAt) LeaveDir() error         { return s.count(s.recording.LeaveDir()) }

func TestReadStops(t *testing.T) {
	enough := errors.New("enough")
	whole := string(write(t, sample()))
	for n := range len(sample()) {
		v := stopAt{n: n + 1, err: enough}
		if err := Read(context.Background(), strings.NewReader(whole), &v); err != enough {
			t.Errorf("call %d fails: Read returns %v", n, err)
		}
		if len(v.recording) != n+1 {
			t.Errorf("call %d fails: %d calls", n, len(v.recording))
		}
	}
}

func TestReadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("why")
	cancel(why)
	if err := Read(ctx, strings.NewReader(in(`{"name":"a"}`)), &recording{}); !errors.Is(err, why) {
		t.Errorf("cancelled: %v, want %v", err, why)
	}
}

// counter is a Visitor that keeps nothing.
type counter struct{ dirs, files, depth, deepest int }

func (c *counter) Begin(Header) error { return nil }
func (c *counter) File(*Entry) error  { c.files++; return nil }
func (c *counter) LeaveDir() error    { c.depth--; return nil }
func (c *counter) EnterDir(*Entry) error {
	c.dirs++
	c.depth++
	c.deepest = max(c.deepest, c.depth)
	return nil
}

func TestReadDeep(t *testing.T) {
	const depth = 100_000
	var b strings.Builder
	w := NewWriter(&b)
	if err := w.Begin(Header{}); err != nil {
		t.Fatal(err)
	}
	for range depth {
		if err := w.EnterDir(&Entry{Name: []byte("d")}); err != nil {
			t.Fatal(err)
		}
	}
	for range depth {
		if err := w.LeaveDir(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var c counter
	if err := Read(context.Background(), strings.NewReader(b.String()), &c); err != nil {
		t.Fatal(err)
	}
	if c.dirs != depth || c.deepest != depth || c.depth != 0 {
		t.Errorf("read %+v, want %d directories in each other", c, depth)
	}
	nested := strings.Repeat("[", depth) + strings.Repeat("]", depth)
	mustRead(t, in(`{"x":`+nested+`,"name":"a"}`))
}

// endless repeats a text for ever.
type endless struct{ text, rest string }

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		e.rest = e.text
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Text without end must not become memory without end.
func TestReadLimits(t *testing.T) {
	const head = `[1,2,{},[{"name":"/"},`
	for _, tc := range []struct{ name, head, repeat, reason string }{
		{"long name", head + `{"name":"`, "x", "string too long"},
		{"long name of escapes", head + `{"name":"`, `\ud800`, "string too long"},
		{"long key", head + `{"`, "x", "string too long"},
		{"deep directories", head, `[{"name":"a"},`, "nested too deeply"},
		{"deep value", head + `{"x":`, "[", "nested too deeply"},
		{"deep object", head + `{"x":`, `{"":`, "nested too deeply"},
		{"long number", head + `{"name":"a","asize":`, "1", "beyond"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			src := io.MultiReader(strings.NewReader(tc.head), &endless{text: tc.repeat})
			err := Read(context.Background(), src, &counter{})
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), tc.reason) {
				t.Errorf("error %v, want %q", err, tc.reason)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
				t.Errorf("allocated %s MiB", strconv.FormatUint(n>>20, 10))
			}
		})
	}
	long := strings.Repeat(`x\n`, maxString)
	mustRead(t, in(`{"ignored":"`+long+`","name":"a"}`))
}

func TestReadAllocates(t *testing.T) {
	small, large := in(`{"name":"a","asize":1}`), in(strings.Repeat(`{"name":"a","asize":1,"excluded":"pattern"},`, 5000)+`{"name":"b"}`)
	allocs := func(s string) float64 {
		return testing.AllocsPerRun(5, func() {
			if err := Read(context.Background(), strings.NewReader(s), &counter{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if a, b := allocs(small), allocs(large); b > a+2 {
		t.Errorf("%v allocations for one entry, %v for 5001", a, b)
	}
}
