package cli

import (
	"os"
	"strings"
	"testing"

	"baton/internal/exit"
	"baton/internal/ui"
)

func TestDuView(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("f", make([]byte, 2048), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args string
		term bool
		want string // how the output begins
	}{
		{"", false, "2\t.\n"},
		{"", true, "size"},
		{"--plain", true, "2\t.\n"},
		{"-k", true, "2\t.\n"},
		{"--rows=5", false, "2048\t1\tf\n"},
		{"--rows=5 -k", false, "2\t1\tf\n"},
		{"--shared -h", true, "size"},
		{"--json --types", false, `{"roots":[`},
		{"--types --age", true, "size"},
		{"--types --age", false, "2048\t1\t(none)\n\n2048\t1\tless than a day\n"},
		{"--save=-", false, "[1,2,{"},
	}
	for _, tt := range tests {
		s, stdout, stderr := ui.Test(ui.Terminal{Out: tt.term})
		code := Main(append([]string{"du", "-A", "--color=never"}, strings.Fields(tt.args)...), s)
		if got := strings.TrimLeft(stdout.String(), " "); code != exit.OK || !strings.HasPrefix(got, tt.want) {
			t.Errorf("baton du %s: code %d, %q %q, want %q", tt.args, code, got, stderr, tt.want)
		}
	}
}

// What the view would ignore is an error, not a surprise.
func TestDuFlagsWithoutEffect(t *testing.T) {
	tests := []struct{ args, want string }{
		{"--rows=3 -a", "--all has no effect on the table"},
		{"--shared -d1", "--max-depth has no effect on the table"},
		{"--rows=3 -s", "--summarize has no effect on the table"},
		{"--rows=3 -0", "--null has no effect on the table"},
		{"--plain --rows=3", "--rows has no effect on GNU du's lines"},
		{"--plain --shared", "--shared has no effect on GNU du's lines"},
		{"--types --shared", "--shared has no effect on lists"},
		{"--types -s", "--summarize has no effect on lists"},
		{"--top=3 --plain", "--plain has no effect on lists"},
		{"--json -c", "--total has no effect on JSON"},
		{"--json --rows=2", "--rows has no effect on JSON"},
		{"--since=x --sort=mtime", "changes have no order by count or mtime"},
	}
	for _, tt := range tests {
		s, stdout, stderr := ui.Test(ui.Terminal{Out: true})
		code := Main(append([]string{"du"}, strings.Fields(tt.args)...), s)
		if code != exit.Usage || !strings.Contains(stderr.String(), tt.want) || stdout.String() != "" {
			t.Errorf("baton du %s: code %d, %q %q, want %q", tt.args, code, stdout, stderr, tt.want)
		}
	}
}
