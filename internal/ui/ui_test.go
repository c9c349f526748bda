package ui

import (
	"io"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestColor(t *testing.T) {
	type env = map[string]string
	tests := []struct {
		name     string
		term     Terminal
		out, err bool
	}{
		{"no terminal", Terminal{}, false, false},
		{"both terminals", Terminal{Out: true, Err: true}, true, true},
		{"piped output", Terminal{Err: true}, false, true},
		{"NO_COLOR", Terminal{Out: true, Err: true, Env: env{"NO_COLOR": "1"}}, false, false},
		{"empty NO_COLOR", Terminal{Out: true, Err: true, Env: env{"NO_COLOR": ""}}, true, true},
		{"FORCE_COLOR", Terminal{Env: env{"FORCE_COLOR": "1"}}, true, true},
		{"FORCE_COLOR off", Terminal{Out: true, Env: env{"FORCE_COLOR": "0"}}, false, false},
		{"NO_COLOR before FORCE_COLOR", Terminal{Env: env{"NO_COLOR": "1", "FORCE_COLOR": "1"}}, false, false},
		{"dumb terminal", Terminal{Out: true, Err: true, Env: env{"TERM": "dumb"}}, false, false},
		{"FORCE_COLOR before dumb", Terminal{Env: env{"TERM": "dumb", "FORCE_COLOR": "1"}}, true, true},
		{"always before NO_COLOR", Terminal{Color: ColorAlways, Env: env{"NO_COLOR": "1"}}, true, true},
		{"never before all", Terminal{Color: ColorNever, Out: true, Err: true, Env: env{"FORCE_COLOR": "1"}}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := Test(tt.term)
			if s.Out.HasColor() != tt.out || s.Err.HasColor() != tt.err {
				t.Errorf("colour on output, error = %v, %v; want %v, %v", s.Out.HasColor(), s.Err.HasColor(), tt.out, tt.err)
			}
			if got := s.Out.Paint(Bad, "x") != "x"; got != tt.out {
				t.Errorf("Paint coloured: %v, want %v", got, tt.out)
			}
		})
	}
}

func TestColorMode(t *testing.T) {
	var m ColorMode
	if err := m.Set("sometimes"); err == nil || m != "" {
		t.Errorf("Set(sometimes) = %v, mode %q", err, m)
	}
	if err := m.Set("never"); err != nil || m != ColorNever {
		t.Errorf("Set(never) = %v, mode %q", err, m)
	}
}

func TestSize(t *testing.T) {
	tests := []struct {
		name          string
		term          Terminal
		width, height int
	}{
		{"unknown", Terminal{}, 80, 24},
		{"known", Terminal{Width: 200, Height: 50}, 200, 50},
		{"COLUMNS", Terminal{Width: 200, Env: map[string]string{"COLUMNS": "100"}}, 100, 24},
		{"bad COLUMNS", Terminal{Width: 200, Env: map[string]string{"COLUMNS": "wide"}}, 200, 24},
		{"no COLUMNS", Terminal{Width: 200, Env: map[string]string{"COLUMNS": "0"}}, 200, 24},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := Test(tt.term)
			if w, h := s.Out.Width(), s.Out.Height(); w != tt.width || h != tt.height {
				t.Errorf("size = %dx%d, want %dx%d", w, h, tt.width, tt.height)
			}
		})
	}
}

func TestUnicode(t *testing.T) {
	type env = map[string]string
	tests := []struct {
		env  env
		want bool
	}{
		{nil, true},
		{env{"LANG": "en_GB.UTF-8"}, true},
		{env{"LANG": "C.utf8"}, true},
		{env{"LANG": "C"}, false},
		{env{"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, false},
		{env{"LC_ALL": "", "LC_CTYPE": "de_DE.ISO-8859-1", "LANG": "en_GB.UTF-8"}, false},
		{env{"LANG": "en_GB.UTF-8", "TERM": "linux"}, false},
	}
	for _, tt := range tests {
		s, _, _ := Test(Terminal{Env: tt.env})
		if got := s.Unicode(); got != tt.want {
			t.Errorf("%v: Unicode = %v, want %v", tt.env, got, tt.want)
		}
	}
}

func TestFormat(t *testing.T) {
	tests := []struct{ got, want string }{
		{Bytes(0), "0 B"},
		{Bytes(1023), "1023 B"},
		{Bytes(1024), "1.0 KiB"},
		{Bytes(1024*1024 - 1), "1.0 MiB"},
		{Bytes(1288490189), "1.2 GiB"},
		{Bytes(math.MaxUint64), "16.0 EiB"},
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(12345), "12,345"},
		{Count(int64(math.MinInt64)), "-9,223,372,036,854,775,808"},
		{Count(-123), "-123"},
		{Count(uint64(math.MaxUint64)), "18,446,744,073,709,551,615"},
		{Percent(1, 8), "12.5%"},
		{Percent(1, 0), "0.0%"},
		{Duration(0), "0ms"},
		{Duration(850 * time.Millisecond), "850ms"},
		{Duration(1299 * time.Millisecond), "1.2s"},
		{Duration(9999 * time.Millisecond), "9.9s"},
		{Duration(59999 * time.Millisecond), "59s"},
		{Duration(187 * time.Second), "3m07s"},
		{Duration(125 * time.Minute), "2h05m"},
		{Duration(99 * time.Hour), "4d03h"},
		{Duration(-2 * time.Second), "-2.0s"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestSafe(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain name.txt", "plain name.txt"},
		{"äöü 日本 é", "äöü 日本 é"},
		{"a\nb\tc\rd", `a\nb\tc\rd`},
		{"\x1b[31mred\x7f", `\x1b[31mred\x7f`},
		{"\u009b31m", `\u009b31m`}, // CSI as one character
		{"bad\xff\xc3", `bad\xff\xc3`},
		{"gpj.\u202eexe", `gpj.\u202eexe`},
		{"\ufffd stays", "\ufffd stays"},
	}
	for _, tt := range tests {
		if got := Safe(tt.text); got != tt.want {
			t.Errorf("Safe(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"short", 10, "short"},
		{"exact", 5, "exact"},
		{"too long", 5, "too …"},
		{"日本語日本語", 5, "日本…"},
		{"日本語", 6, "日本語"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
	}
	for _, tt := range tests {
		if got := Truncate(tt.text, tt.width); got != tt.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}

func TestTruncateFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Safe(rapid.String().Draw(t, "text"))
		width := rapid.IntRange(1, 40).Draw(t, "width")
		got := Truncate(text, width)
		if Width(got) > width {
			t.Errorf("Truncate(%q, %d) = %q, %d columns", text, width, got, Width(got))
		}
		if Width(text) <= width && got != text {
			t.Errorf("Truncate(%q, %d) = %q, though it fits", text, width, got)
		}
	})
}

func TestOutput(t *testing.T) {
	s, stdout, _ := Test(Terminal{})
	s.Out.Printf("%d\n", 1)
	if err := s.Out.JSON(map[string]string{"a": "<&>"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("1\n{\"a\":\"<&>\"}\n", stdout.String()); diff != "" {
		t.Error(diff)
	}
	if err := s.Out.WriteErr(); err != nil {
		t.Errorf("WriteErr = %v, want nil", err)
	}
}

func TestOutputKeepsTheFirstError(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		s, _, _ := Test(Terminal{Out: terminal})
		s.Out.w = &failingInTurn{errs: []error{nil, io.ErrShortWrite, io.ErrClosedPipe, nil}}
		for range 4 {
			s.Out.Printf("x")
		}
		if err := s.Out.WriteErr(); err != io.ErrShortWrite {
			t.Errorf("WriteErr = %v, want %v", err, io.ErrShortWrite)
		}
	}
	if !IsClosedPipe(io.ErrClosedPipe) || IsClosedPipe(io.ErrShortWrite) {
		t.Error("IsClosedPipe is wrong")
	}
}

type failingInTurn struct{ errs []error }

func (f *failingInTurn) Write(p []byte) (int, error) {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return len(p), err
}

func TestSystem(t *testing.T) {
	s := System()
	if s.In.File() == nil || s.Out.File() == nil || s.Err.File() == nil {
		t.Error("a stream without a file")
	}
	if _, ok := s.Env("PATH"); !ok {
		t.Error("no PATH in the environment")
	}
	if s.Out.Width() < 1 || s.Out.Height() < 1 {
		t.Errorf("size = %dx%d", s.Out.Width(), s.Out.Height())
	}
}
