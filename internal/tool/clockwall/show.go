package clockwall

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"baton/internal/ui"
)

// columns are those of the table.
var columns = []ui.Column{
	{Title: "NAME", Style: ui.Strong, Flex: true},
	{Title: "TIME"},
	{Title: "ZONE", Style: ui.Dim},
	{Title: "OFFSET", Right: true},
	{Title: "±", Right: true, Style: ui.Dim},
	{Title: "RTT", Right: true},
	{Title: "DRIFT", Right: true},
	{Title: "AGE", Right: true},
	{Title: "STATE"},
}

// frame returns the wall as it is at now, and the time until it looks otherwise:
// until the next full second.
func (w *wall) frame(now time.Time) (text string, next time.Duration) {
	text = w.table(now).Text()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, c := range w.clocks {
		if c.err == nil {
			continue
		}
		again := ""
		if left := c.retry.Sub(now).Round(time.Second); left > 0 {
			again = "; trying again in " + ui.Duration(left)
		}
		line := ui.Truncate(ui.Safe(fmt.Sprintf("%s: %v%s", w.opts.Servers[i].Name, brief(c.err), again)), w.streams.Out.Width()-1)
		text += w.streams.Out.Paint(ui.Bad, line) + "\n"
	}
	return text, now.Truncate(time.Second).Add(time.Second).Sub(now)
}

// printTable prints the wall once.
func (w *wall) printTable(now time.Time) error { return w.table(now).Flush() }

func (w *wall) table(now time.Time) *ui.Table {
	t := w.streams.Out.Table(columns...)
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.clocks {
		t.Cells(w.row(i, now)...)
	}
	return t
}

// row returns what the table says about a server. The mutex is held.
func (w *wall) row(i int, now time.Time) []ui.Cell {
	c, server := &w.clocks[i], w.opts.Servers[i]
	row := make([]ui.Cell, len(columns))
	row[0].Text = server.Name
	state := ui.Cell{Text: "waiting", Style: ui.Dim}
	if c.sample != nil {
		s := *c.sample
		at := s.Time(now)
		row[1] = ui.Cell{Text: at.Format(time.TimeOnly), Raw: at.Format(time.RFC3339Nano)}
		row[2].Text = zone(s)
		row[3] = ui.Cell{Text: signed(s.Offset), Raw: seconds(s.Offset)}
		row[4] = ui.Cell{Text: span(s.Uncertainty), Raw: seconds(s.Uncertainty)}
		row[5] = ui.Cell{Text: span(s.RTT), Raw: seconds(s.RTT)}
		if ppm, ok := c.drift.rate(); ok {
			row[6] = ui.Cell{Text: millionths(ppm), Raw: fmt.Sprintf("%+.1f", ppm)}
		}
		age := max(0, now.Sub(s.At))
		row[7] = ui.Cell{Text: ui.Duration(age), Raw: seconds(age)}
		if age < time.Minute { // tenths would only flicker
			row[7].Text = fmt.Sprintf("%ds", age/time.Second)
		}
		state = ui.Cell{Text: "ok", Style: ui.Good}
		switch {
		case w.judge(server, c.sample) != nil:
			state = ui.Cell{Text: "off", Style: ui.Bad}
		case w.stale(server, age):
			state = ui.Cell{Text: "stale", Style: ui.Bad}
		}
	}
	if c.err != nil {
		state = ui.Cell{Text: "down", Style: ui.Bad}
	}
	row[8] = state
	return row
}

// stale reports whether an answer is older than it would be if all went well.
func (w *wall) stale(s Server, age time.Duration) bool {
	usual := 2 * time.Second
	if s.Protocol != "lines" {
		usual = w.opts.Interval + w.opts.Patience
	}
	return age > usual+time.Second
}

// zone returns the offset of a sample's zone, with a question mark if it has been
// guessed.
func zone(s Sample) string {
	text := s.At.In(s.Zone).Format("-07:00")
	if s.Guessed {
		text += "?"
	}
	return text
}

// printLine prints an event for people and for programs that read lines: what is
// known on standard output, and failures on standard error.
func (w *wall) printLine(server Server, e Event, ppm float64, hasDrift bool) {
	if e.Err != nil {
		again := "; trying again in " + ui.Duration(e.Retry)
		if e.Retry == 0 {
			again = "; it isn't asked again"
		}
		w.streams.Err.Printf("%s\n", ui.Safe(fmt.Sprintf("baton clockwall: %s: %v%s", server.Name, brief(e.Err), again)))
		return
	}
	s := e.Sample
	drift := ""
	if hasDrift {
		drift = fmt.Sprintf("%+.1f", ppm)
	}
	t := w.streams.Out.Table(make([]ui.Column, 6)...)
	t.Row(server.Name, s.Time(s.At).Format(time.RFC3339Nano), seconds(s.Offset), seconds(s.Uncertainty), seconds(s.RTT), drift)
	t.Flush() // an error is kept by the stream
}

// A jsonEvent is the shape of an event in docs/json.md.
type jsonEvent struct {
	Name        string   `json:"name"`
	Protocol    string   `json:"protocol"`
	Address     string   `json:"address"`
	Measured    string   `json:"measured"`
	Time        string   `json:"time,omitempty"`
	ZoneGuessed bool     `json:"zone_guessed,omitempty"`
	Offset      *float64 `json:"offset,omitempty"`
	Uncertainty *float64 `json:"uncertainty,omitempty"`
	RoundTrip   *float64 `json:"round_trip,omitempty"`
	Drift       *float64 `json:"drift_ppm,omitempty"`
	Off         *bool    `json:"off,omitempty"`
	Error       string   `json:"error,omitempty"`
	RetryIn     *float64 `json:"retry_in,omitempty"`
}

func (w *wall) printJSON(server Server, e Event, ppm float64, hasDrift bool) {
	v := jsonEvent{Name: server.Name, Protocol: server.Protocol, Address: server.Address}
	if e.Err != nil {
		v.Measured = time.Now().Format(time.RFC3339Nano)
		v.Error = brief(e.Err)
		if e.Retry > 0 {
			v.RetryIn = new(e.Retry.Seconds())
		}
	} else {
		s := *e.Sample
		v.Measured = s.At.Format(time.RFC3339Nano)
		v.Time = s.Time(s.At).Format(time.RFC3339Nano)
		v.ZoneGuessed = s.Guessed
		v.Offset, v.Uncertainty, v.RoundTrip = new(s.Offset.Seconds()), new(s.Uncertainty.Seconds()), new(s.RTT.Seconds())
		if hasDrift {
			v.Drift = &ppm
		}
		if w.opts.Judge {
			v.Off = new(s.Exceeds(w.opts.MaxOffset))
		}
	}
	w.streams.Out.JSON(v) // an error is kept by the stream
}

// brief returns an error without the addresses that package net puts before it, and
// of a certificate what is wrong with it.
func brief(err error) string {
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return strings.TrimPrefix(cert.Err.Error(), "x509: ")
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	return err.Error()
}

// millionths formats a drift for people: nothing more is meant by its last digit, and
// so zero has no sign.
func millionths(ppm float64) string {
	if ppm = math.Round(ppm); ppm == 0 {
		return "0 ppm"
	}
	return fmt.Sprintf("%+.0f ppm", ppm)
}

// seconds formats a duration for programs.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

// span formats a duration for people, with as many digits as matter.
func span(d time.Duration) string {
	abs := d.Abs()
	switch {
	case abs < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d)/1e6)
	case abs < time.Second:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	case abs < 100*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	default:
		return ui.Duration(d)
	}
}

// signed is span with a sign.
func signed(d time.Duration) string {
	if d < 0 {
		return span(d)
	}
	return "+" + span(d)
}
