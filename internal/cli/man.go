package cli

//go:generate go run ../../cmd/baton docs man ../../docs/man

import (
	"bytes"
	"fmt"
	"strings"
)

// manDate stands on every page: a page changes when its text does, not when it
// is written.
const manDate = "2026-11-22"

// manPages returns the manual pages by file name: one for baton and one for each
// command that root help lists.
func (a *app) manPages() map[string][]byte {
	pages := map[string][]byte{"baton.1": a.manRoot()}
	for _, cmd := range a.listed {
		if d := a.descriptions[cmd]; d.group != "" {
			pages[manName(d.command)+".1"] = manCommand(d)
		}
	}
	return pages
}

// manName returns the name of a command's page, such as "baton-chat-serve".
func manName(c *command) string { return "baton-" + strings.ReplaceAll(c.name, " ", "-") }

// A manWriter writes the macros of man(7).
type manWriter struct{ bytes.Buffer }

func (m *manWriter) page(name, does string) {
	fmt.Fprintf(m, ".TH %s 1 %s baton \"User Commands\"\n", strings.ToUpper(name), manDate)
	m.section("NAME")
	m.text(name + " - " + does)
}

func (m *manWriter) section(title string) { fmt.Fprintf(m, ".SH %s\n", strings.ToUpper(title)) }

// text writes a line of text. A line that would begin with a control character
// is kept from being a request.
func (m *manWriter) text(s string) {
	s = escape(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	m.WriteString(s + "\n")
}

// term writes a term and its explanation.
func (m *manWriter) term(term, text string) {
	m.WriteString(".TP\n.B " + escape(term) + "\n")
	m.text(text)
}

var manEscapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "'", `\(aq`, "`", `\(ga`, "~", `\(ti`, "^", `\(ha`, `"`, `\(dq`)

func escape(s string) string { return manEscapes.Replace(s) }

func (a *app) manRoot() []byte {
	var m manWriter
	m.page("baton", "everyday tools in one binary")
	m.section("SYNOPSIS")
	m.text("baton COMMAND [FLAG…] [ARGUMENT…]")
	m.section("DESCRIPTION")
	m.text("Every goroutine of these tools is owned, bounded, cancellable and visible.")
	for _, g := range groups {
		cmds := a.visible(g)
		if len(cmds) == 0 {
			continue
		}
		m.section(string(g))
		for _, cmd := range cmds {
			m.term("baton-"+cmd.Name()+"(1)", cmd.Short)
		}
	}
	m.section("OPTIONS")
	m.flags(flagRows(a.root.Flags()))
	return m.Bytes()
}

func manCommand(d *description) []byte {
	var m manWriter
	m.page(manName(d.command), d.short)
	m.section("SYNOPSIS")
	m.text(useLine(d))
	m.section("EXAMPLES")
	for _, e := range d.examples {
		m.term(e.line, e.does)
	}
	if d.long != "" {
		m.section("DESCRIPTION")
		for i, p := range paragraphs(d.long) {
			if i > 0 {
				m.WriteString(".PP\n")
			}
			m.paragraph(p)
		}
	}
	if len(d.subs) > 0 {
		m.section("COMMANDS")
		for _, sub := range d.subs {
			m.term(manName(sub)+"(1)", sub.short)
		}
	}
	d.flags.byGroup(func(title string, rows []row) {
		if title == firstGroup {
			title = "OPTIONS"
		}
		m.section(title)
		m.flags(rows)
	})
	m.section("EXIT STATUS")
	for _, e := range d.exits {
		m.term(fmt.Sprint(e.code), e.means)
	}
	m.section("SEE ALSO")
	m.text("baton(1)")
	return m.Bytes()
}

func (m *manWriter) flags(rows []row) {
	for _, r := range rows {
		m.term(strings.TrimSpace(r.label), r.text)
	}
}

// paragraph writes a paragraph; one that starts with a space keeps its lines.
func (m *manWriter) paragraph(p string) {
	if !strings.HasPrefix(p, " ") {
		m.text(strings.Join(strings.Fields(p), " "))
		return
	}
	m.WriteString(".nf\n")
	for line := range strings.SplitSeq(p, "\n") {
		m.text(line)
	}
	m.WriteString(".fi\n")
}
