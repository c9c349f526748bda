package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"baton/internal/wsframe"
)

// accept answers a request for a WebSocket. A page of another site is refused: a
// browser sends its origin along.
func accept(w io.Writer, req *http.Request, hosts func(string) bool) error {
	switch {
	case req.URL.Path != "/ws":
		return wsframe.Refuse(w, http.StatusNotFound, "there is a WebSocket at /ws only")
	case hosts != nil && !hosts(req.Host), !sameOrigin(req):
		return wsframe.Refuse(w, http.StatusForbidden, "pages of other sites may not use this")
	}
	return wsframe.Accept(w, req)
}

// sameOrigin reports whether a request comes from a page of this server, or from no
// browser.
func sameOrigin(req *http.Request) bool {
	origin := req.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, req.Host)
}

// cut returns how many bytes the first frame has, or 0 if it isn't whole. It is how
// package endpoint reads frames.
func cut(unread []byte) int { return wsframe.Cut(unread, wsframe.Client, maxMessage) }
