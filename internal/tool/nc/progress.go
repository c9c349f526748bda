package nc

import (
	"fmt"
	"strings"
	"time"

	"baton/internal/ui"
)

// progress shows what goes through while a file or pipe is at one of our ends. stop
// erases it.
func (p *program) progress() (stop func()) {
	s := p.streams
	sends := p.near.in != nil && !p.near.typed
	receives := p.near.out != nil && !s.Out.Terminal && !p.opts.Stream.SendOnly
	if p.opts.Command == nil && p.hub == nil && !sends && !receives {
		return func() {}
	}
	began := time.Now()
	line := s.StartProgress(func() string { return p.progressLine(time.Since(began)) })
	return line.Stop
}

func (p *program) progressLine(took time.Duration) string {
	sent, received := p.totals.sent.Load(), p.totals.received.Load()
	var parts []string
	if p.opts.Keep {
		parts = append(parts, ui.Count(p.totals.active.Load())+" connected")
	}
	if sent > 0 {
		text := "sent " + ui.Bytes(uint64(sent))
		if total := p.near.size; p.near.file != nil && !p.opts.Keep && total > 0 {
			text += fmt.Sprintf(" of %s (%s)", ui.Bytes(uint64(total)), ui.Percent(uint64(sent), uint64(total)))
		}
		parts = append(parts, text)
	}
	if received > 0 {
		parts = append(parts, "received "+ui.Bytes(uint64(received)))
	}
	if len(parts) == 0 {
		return ""
	}
	perSecond := float64(sent+received) / took.Seconds()
	parts = append(parts, ui.Bytes(uint64(perSecond))+"/s", ui.Duration(took))
	if left := p.near.size - sent; p.near.file != nil && !p.opts.Keep && sent > 0 && left > 0 {
		rest := time.Duration(float64(left) / (float64(sent) / took.Seconds()) * float64(time.Second))
		parts = append(parts, ui.Duration(rest.Round(time.Second))+" left")
	}
	return strings.Join(parts, "  ")
}
