package ui

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTable(t *testing.T) {
	cols := []Column{{Title: "SIZE", Right: true, Style: Size}, {Title: "NAME", Flex: true}, {Title: "NOTE"}}
	rows := [][]Cell{
		{{Text: "1.2 KiB", Raw: "1234"}, {Text: "plain"}, {Text: "ok"}},
		{{Text: "5 B", Raw: "5"}, {Text: "日本語の名前", Style: Dir}, {Text: "wide"}},
		{{Text: "0 B", Raw: "0"}, {Text: "tab\there\nand \\ é"}},
		{{Text: "7 B", Raw: "7"}, {Text: "a rather long name that needs room"}, {Text: "cut"}},
	}
	tests := []struct {
		name string
		term Terminal
		want string
	}{
		{"piped", Terminal{}, "" +
			"1234\tplain\tok\n" +
			"5\t日本語の名前\twide\n" +
			"0\ttab\\there\\nand \\\\ é\n" +
			"7\ta rather long name that needs room\tcut\n"},
		{"terminal", Terminal{Out: true, Color: ColorNever}, "" +
			"   SIZE  NAME                                NOTE\n" +
			"1.2 KiB  plain                               ok\n" +
			"    5 B  日本語の名前                        wide\n" +
			"    0 B  tab\\there\\nand \\ é\n" +
			"    7 B  a rather long name that needs room  cut\n"},
		{"narrow", Terminal{Out: true, Color: ColorNever, Width: 30}, "" +
			"   SIZE  NAME             NOTE\n" +
			"1.2 KiB  plain            ok\n" +
			"    5 B  日本語の名前     wide\n" +
			"    0 B  tab\\there\\nand…\n" +
			"    7 B  a rather long …  cut\n"},
		{"colour", Terminal{Color: ColorAlways, Out: true, Width: 26}, "" +
			"   \x1b[2mSIZE\x1b[0m  \x1b[2mNAME\x1b[0m         \x1b[2mNOTE\x1b[0m\n" +
			"\x1b[32m1.2 KiB\x1b[0m  plain        ok\n" +
			"    \x1b[32m5 B\x1b[0m  \x1b[1;34m日本語の名…\x1b[0m  wide\n" +
			"    \x1b[32m0 B\x1b[0m  tab\\there\\…\n" +
			"    \x1b[32m7 B\x1b[0m  a rather l…  cut\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, stdout, _ := Test(tt.term)
			table := s.Out.Table(cols...)
			for _, r := range rows {
				table.Cells(r...)
			}
			if err := table.Flush(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(stdout.String(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTableWithoutTitles(t *testing.T) {
	s, stdout, _ := Test(Terminal{Out: true, Color: ColorNever, Width: 12})
	table := s.Out.Table(Column{}, Column{})
	table.Row("key", "some long value")
	table.Row("k", "v")
	table.Flush()
	table.Flush() // nothing is left
	if diff := cmp.Diff("key  some l…\nk    v\n", stdout.String()); diff != "" {
		t.Error(diff)
	}

	s, stdout, _ = Test(Terminal{Out: true, Color: ColorNever})
	table = s.Out.Table(Column{}, Column{})
	table.Row("日本語", "x")
	table.Row("abcde", "y")
	table.Flush()
	if diff := cmp.Diff("日本語  x\nabcde   y\n", stdout.String()); diff != "" {
		t.Error(diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("a row that is too long did not panic")
		}
	}()
	table.Row("a", "b", "c")
}

// Whatever is in the cells, no line is wider than the terminal, columns start at
// the same place, and nothing but the end of a row makes a new line.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(20, 100).Draw(t, "width")
		s, stdout, _ := Test(Terminal{Out: true, Width: width, Color: ColorNever})
		table := s.Out.Table(Column{Right: true}, Column{Flex: true}, Column{Flex: true})
		rows := rapid.SliceOfN(rapid.String(), 1, 10).Draw(t, "rows")
		for _, r := range rows {
			table.Row("1", r, r)
		}
		table.Flush()
		lines := strings.SplitAfter(stdout.String(), "\n")
		if len(lines)-1 != len(rows) {
			t.Fatalf("%d lines for %d rows", len(lines)-1, len(rows))
		}
		for _, l := range lines[:len(rows)] {
			l = strings.TrimSuffix(l, "\n")
			if Width(l) > width || Safe(l) != l {
				t.Errorf("line %q has %d columns of %d", l, Width(l), width)
			}
		}
	})
}
