package proxy

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"syscall"
)

// socks4 asks by SOCKS 4, for an IPv4 address.
func socks4(ctx context.Context, conn io.ReadWriter, host string, port uint16, opts Options) error {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		if ip, err = opts.Resolve(ctx, host); err != nil {
			return err
		}
	}
	if ip = ip.Unmap(); !ip.Is4() {
		return fmt.Errorf("%s: SOCKS 4 knows only IPv4", host)
	}
	request := binary.BigEndian.AppendUint16([]byte{4, 1}, port)
	request = append(append(request, ip.AsSlice()...), opts.User...)
	if _, err := conn.Write(append(request, 0)); err != nil {
		return fmt.Errorf("ask the proxy: %w", err)
	}
	var reply [8]byte
	if err := read(conn, reply[:]); err != nil {
		return err
	}
	switch {
	case reply[0] != 0 || reply[1] < 90 || reply[1] > 93:
		return ErrReply
	case reply[1] == 90:
		return nil
	case reply[1] == 91:
		return &Error{Reason: "refused or failed"}
	}
	return &Error{Reason: "it needs a user that identd knows"}
}

// socks5 asks by SOCKS 5 (RFC 1928), with the user and password of RFC 1929.
func socks5(conn io.ReadWriter, host string, port uint16, opts Options) error {
	if err := greet(conn, opts); err != nil {
		return err
	}
	request := []byte{5, 1, 0}
	if ip, err := netip.ParseAddr(host); err == nil {
		kind := byte(4)
		if ip = ip.Unmap(); ip.Is4() {
			kind = 1
		}
		request = append(append(request, kind), ip.AsSlice()...)
	} else if len(host) > 255 {
		return fmt.Errorf("%s: a name of more than 255 bytes", host)
	} else {
		request = append(append(request, 3, byte(len(host))), host...)
	}
	if _, err := conn.Write(binary.BigEndian.AppendUint16(request, port)); err != nil {
		return fmt.Errorf("ask the proxy: %w", err)
	}
	return readReply(conn)
}

// greet agrees with the proxy on how to log in, and does so.
func greet(conn io.ReadWriter, opts Options) error {
	methods := []byte{0}
	if opts.User != "" {
		methods = append(methods, 2)
	}
	if len(opts.User) > 255 || len(opts.Password) > 255 {
		return fmt.Errorf("user and password may have 255 bytes each")
	}
	if _, err := conn.Write(append([]byte{5, byte(len(methods))}, methods...)); err != nil {
		return fmt.Errorf("greet the proxy: %w", err)
	}
	var chosen [2]byte
	if err := read(conn, chosen[:]); err != nil {
		return err
	}
	switch {
	case chosen[0] != 5:
		return ErrReply
	case chosen[1] == 0:
		return nil
	case chosen[1] == 0xff && opts.User == "":
		return &Error{Reason: "it needs a user and password"}
	case chosen[1] == 0xff:
		return &Error{Reason: "it needs another way to log in"}
	case chosen[1] != 2 || opts.User == "":
		return ErrReply
	}
	login := append([]byte{1, byte(len(opts.User))}, opts.User...)
	login = append(append(login, byte(len(opts.Password))), opts.Password...)
	if _, err := conn.Write(login); err != nil {
		return fmt.Errorf("log in to the proxy: %w", err)
	}
	var status [2]byte
	if err := read(conn, status[:]); err != nil {
		return err
	}
	if status[1] != 0 {
		return &Error{Reason: "wrong user or password"}
	}
	return nil
}

// The replies of SOCKS 5, from 1 on.
var replies = [...]Error{
	{"general failure", nil},
	{"not allowed", nil},
	{"network unreachable", syscall.ENETUNREACH},
	{"host unreachable", syscall.EHOSTUNREACH},
	{"connection refused", syscall.ECONNREFUSED},
	{"the time to live was over", syscall.ETIMEDOUT},
	{"it doesn't know this command", nil},
	{"it doesn't know this kind of address", nil},
}

// readReply reads the reply, up to the end of the address in it. That of a refusal
// needn't be there: some proxies hang up early.
func readReply(r io.Reader) error {
	var b [262]byte
	if err := read(r, b[:2]); err != nil {
		return err
	}
	switch status := int(b[1]); {
	case b[0] != 5:
		return ErrReply
	case status > len(replies):
		return &Error{Reason: fmt.Sprintf("error %d", status)}
	case status > 0:
		return &replies[status-1]
	}
	if err := read(r, b[2:5]); err != nil {
		return err
	}
	rest := 0 // of the address, and the port
	switch b[3] {
	case 1:
		rest = 3 + 2
	case 3:
		rest = int(b[4]) + 2
	case 4:
		rest = 15 + 2
	default:
		return ErrReply
	}
	return read(r, b[5:5+rest])
}
