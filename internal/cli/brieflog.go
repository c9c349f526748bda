package cli

import (
	"context"
	"log/slog"
	"strings"

	"baton/internal/ui"
)

// A briefLog is the log of a command that people watch: lines such as
// "baton nc: connected remote=127.0.0.1:80", without time and level.
type briefLog struct {
	out     *ui.Output
	command string
	level   slog.Level
	attrs   string // that come with each line
}

// Enabled reports whether a level is shown.
func (b *briefLog) Enabled(_ context.Context, l slog.Level) bool { return l >= b.level }

// Handle prints a line.
func (b *briefLog) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	line.WriteString(b.command + ": " + r.Message + b.attrs)
	r.Attrs(func(a slog.Attr) bool {
		line.WriteString(brief(a))
		return true
	})
	b.out.Printf("%s\n", ui.Safe(line.String()))
	return nil
}

// brief returns " key=value".
func brief(a slog.Attr) string {
	value := a.Value.Resolve().String()
	if strings.ContainsAny(value, " \"") {
		value = "\"" + strings.ReplaceAll(value, "\"", "'") + "\""
	}
	return " " + a.Key + "=" + value
}

// WithAttrs returns a log whose lines all have attrs.
func (b *briefLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *b
	for _, a := range attrs {
		c.attrs += brief(a)
	}
	return &c
}

// WithGroup returns b: its lines are too short for groups.
func (b *briefLog) WithGroup(string) slog.Handler { return b }
