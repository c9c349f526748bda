package nc

import (
	"fmt"

	"baton/internal/exit"
)

// usagef returns an error of usage.
func usagef(format string, args ...any) error {
	return &exit.Error{Code: exit.Usage, Err: fmt.Errorf(format, args...)}
}

// A conflict is a combination that makes no sense.
type conflict struct {
	is   bool
	text string
}

// Check returns an error of usage if opts make no sense together.
func (o *Options) Check() error {
	d, s, st := &o.Dial, &o.Server, &o.Stream
	datagrams, unix := o.Network.datagrams(), o.Network.IsUnix()
	many := s.Broker || s.Chat
	for _, c := range []conflict{
		{o.Host == "" && unix, "no path of a unix socket given"},
		{o.Host == "" && !o.Listen, "no host to connect to"},
		{len(o.Ports) == 0 && !unix, "no port given"},
		{unix && (len(o.Ports) > 0 || o.Family != 0 || d.SourcePort != ""), "a unix socket has a path, and no host, port or version of IP"},
		{unix && (d.Proxy != "" || s.Allow != nil || s.Deny != nil || d.Header != 0 || s.Header), "proxies and lists of addresses are for IP"},
		{!o.Scan && countPorts(o.Ports) > 1, "more than one port is for -z"},
		{o.Scan && (o.Listen || unix || o.Command != nil || o.TLS != nil || d.Proxy != ""), "-z only tries ports of TCP or UDP, without a proxy, TLS or a command"},
		{o.Keep && !o.Listen, "-k is for -l"},
		{many && !o.Listen, "--broker and --chat are for -l"},
		{many && (datagrams || o.Command != nil), "--broker and --chat pass streams on, and run no command"},
		{o.TLS != nil && datagrams, "TLS is for streams, not for datagrams"},
		{(d.Header != 0 || s.Header) && datagrams, "the PROXY protocol is for TCP"},
		{(s.Allow != nil || s.Deny != nil) && !o.Listen, "--allow and --deny are for -l"},
		{d.Proxy != "" && (o.Listen || datagrams), "a proxy is for connecting with TCP"},
		{o.Listen && (d.Source != "" || d.SourcePort != ""), "with -l, the address to listen at is HOST PORT"},
		{o.Listen && d.Retries > 0, "--retry is for connecting"},
		{st.SendOnly && st.NoInput, "--send-only can't go with -d or --recv-only"},
		{o.Command != nil && (st.NoInput || st.SendOnly || st.CRLF), "a command has both directions, as they are"},
		{many && (st.NoInput || st.SendOnly || st.CRLF || st.Quit != nil), "--broker and --chat don't use standard input"},
	} {
		if c.is {
			return usagef("%s", c.text)
		}
	}
	return nil
}
