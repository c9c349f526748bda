package chat

import (
	"net"
	"net/http"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/web"
)

// sockets returns what serves the WebSockets of the page.
func (s *server) sockets(hosts func(string) bool) *web.Server {
	return web.New(web.Options{
		Hub: s.hub, Accounts: s.accounts(), Server: s.opts.Name, MOTD: s.opts.MOTD,
		Hosts: hosts, Handshake: s.opts.Endpoint.Limits.Handshake,
	})
}

// pages returns what the server has for browsers, and for Prometheus.
func (s *server) pages(hosts func(string) bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.Handle("/", web.Page(hosts))
	return mux
}

// hosts returns under which names browsers may reach a server at addr. That of this
// machine alone has no other names: who gives it one, in a DNS server of his own,
// wants to reach it with a page of his.
func hosts(addr net.Addr) func(string) bool {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		return endpoint.IsLoopback
	}
	return nil
}
