package proxy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
)

// connect asks by HTTP's CONNECT.
func connect(conn io.ReadWriter, address string, opts Options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", address, address)
	if opts.User != "" {
		login := base64.StdEncoding.EncodeToString([]byte(opts.User + ":" + opts.Password))
		fmt.Fprintf(&b, "Proxy-Authorization: Basic %s\r\n", login)
	}
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("%q is no address", address)
	}
	if _, err := io.WriteString(conn, b.String()+"\r\n"); err != nil {
		return fmt.Errorf("ask the proxy: %w", err)
	}
	head, err := readHead(conn)
	if err != nil {
		return err
	}
	return parseStatus(head)
}

const longestHead = 16 << 10

// readHead reads up to the empty line that ends an HTTP header, byte by byte, since
// what follows is the connection's.
func readHead(r io.Reader) ([]byte, error) {
	var head []byte
	var b [1]byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) && !bytes.HasSuffix(head, []byte("\n\n")) {
		if len(head) == longestHead {
			return nil, errors.New("the proxy's answer is too long")
		}
		if err := read(r, b[:]); err != nil {
			return nil, err
		}
		head = append(head, b[0])
	}
	return head, nil
}

// parseStatus parses "HTTP/1.1 200 Connection established" and what follows.
func parseStatus(head []byte) error {
	line, _, _ := strings.Cut(string(head), "\n")
	line = strings.TrimSuffix(line, "\r")
	version, status, ok := strings.Cut(line, " ")
	if !ok || !strings.HasPrefix(version, "HTTP/1.") || len(status) < 3 || len(status) > 3 && status[3] != ' ' {
		return ErrReply
	}
	for _, c := range []byte(status[:3]) {
		if c < '0' || c > '9' {
			return ErrReply
		}
	}
	switch code := status[:3]; {
	case code[0] == '2':
		return nil
	case code == "407":
		return &Error{Reason: "it needs a user and password, or other ones"}
	case code == "504":
		return &Error{Reason: status, Cause: syscall.ETIMEDOUT}
	}
	return &Error{Reason: status}
}
