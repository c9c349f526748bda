// Package proxyproto reads and writes the header of the PROXY protocol, with which
// a proxy tells a server whose connection it passes on: version 1, a line of text,
// and version 2, which is binary.
//
// A header says what its sender likes. Read one only from a proxy that is trusted.
package proxyproto

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
)

// ErrNoHeader is the error of a connection that begins with something else.
var ErrNoHeader = errors.New("proxyproto: no PROXY header")

// A Header is what the proxy says.
type Header struct {
	// Source and Destination are the ends of the connection that is passed on. They
	// are the zero AddrPort if the proxy names none: it speaks for itself, as in a
	// health check, or the connection is not one of IP.
	Source, Destination netip.AddrPort
}

const (
	longestLine = 107 // of version 1, with its end, as the specification counts it
	signature   = "\r\n\r\n\x00\r\nQUIT\n"
	longestBody = 4096 // of version 2: room for addresses and what proxies add
)

// Read reads a header of either version, and nothing of what follows it. It is for
// the start of a connection, with a deadline: it waits for the whole header.
func Read(r io.Reader) (Header, error) {
	start := make([]byte, len(signature)+4, longestLine)
	// Both versions are longer than the start of version 2 is, but for the shortest
	// of version 1, "PROXY UNKNOWN\r\n", which is 15 bytes.
	n, err := io.ReadFull(r, start[:len("PROXY UNKNOWN\r\n")])
	if err != nil {
		return Header{}, short(err)
	}
	switch start := start[:n]; {
	case bytes.HasPrefix(start, []byte("PROXY ")):
		return readLine(r, start)
	case !bytes.HasPrefix(start, []byte(signature)):
		return Header{}, ErrNoHeader
	}
	if _, err := io.ReadFull(r, start[n:]); err != nil {
		return Header{}, short(err)
	}
	size := int(binary.BigEndian.Uint16(start[14:]))
	if size > longestBody {
		return Header{}, fmt.Errorf("proxyproto: header of %d bytes is too long", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return Header{}, short(err)
	}
	return parseBinary(start[12], start[13], body)
}

// short says that the connection ended within the header.
func short(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: the connection ended", ErrNoHeader)
	}
	return fmt.Errorf("read the PROXY header: %w", err)
}

// readLine reads the rest of a line, byte by byte, since what follows is not ours.
func readLine(r io.Reader, line []byte) (Header, error) {
	for !bytes.HasSuffix(line, []byte("\r\n")) {
		if len(line) == longestLine {
			return Header{}, errors.New("proxyproto: line is too long")
		}
		if _, err := io.ReadFull(r, line[len(line):len(line)+1]); err != nil {
			return Header{}, short(err)
		}
		line = line[:len(line)+1]
	}
	return parseLine(strings.TrimSuffix(string(line), "\r\n"))
}

// parseLine parses "PROXY TCP4 192.0.2.1 192.0.2.2 1234 80".
func parseLine(line string) (h Header, err error) {
	fields := strings.Split(line, " ")
	if len(fields) >= 2 && fields[1] == "UNKNOWN" {
		return Header{}, nil // what follows is to be ignored
	}
	if len(fields) != 6 || fields[1] != "TCP4" && fields[1] != "TCP6" {
		return Header{}, fmt.Errorf("proxyproto: invalid line %q", line)
	}
	ends := [2]netip.AddrPort{}
	for i := range ends {
		ends[i], err = parseEnd(fields[2+i], fields[4+i])
		if err != nil || ends[i].Addr().Is4() != (fields[1] == "TCP4") {
			return Header{}, fmt.Errorf("proxyproto: invalid line %q", line)
		}
	}
	return Header{ends[0], ends[1]}, nil
}

// parseEnd parses an address and a port, without the forms that the standard
// library takes beyond plain ones.
func parseEnd(address, port string) (netip.AddrPort, error) {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if ip.Zone() != "" {
		return netip.AddrPort{}, errors.New("zone")
	}
	n := 0
	for _, c := range []byte(port) {
		if c < '0' || c > '9' || n > 65535 {
			return netip.AddrPort{}, errors.New("port")
		}
		n = 10*n + int(c-'0')
	}
	if port == "" || n > 65535 || len(port) > 1 && port[0] == '0' {
		return netip.AddrPort{}, errors.New("port")
	}
	return netip.AddrPortFrom(ip, uint16(n)), nil
}

// The bytes of version 2.
const (
	version2     = 0x2
	commandLocal = 0x0
	commandProxy = 0x1
	familyInet   = 0x1
	familyInet6  = 0x2
	protoStream  = 0x1
)

func parseBinary(command, family byte, body []byte) (Header, error) {
	if command>>4 != version2 || command&0xf > commandProxy {
		return Header{}, fmt.Errorf("proxyproto: unknown version or command 0x%02x", command)
	}
	if command&0xf == commandLocal {
		return Header{}, nil
	}
	size := 0 // of an address
	switch family >> 4 {
	case familyInet:
		size = 4
	case familyInet6:
		size = 16
	default:
		return Header{}, nil // not of IP, or not told
	}
	if len(body) < 2*size+4 {
		return Header{}, fmt.Errorf("proxyproto: %d bytes are too short for two addresses", len(body))
	}
	var ends [2]netip.AddrPort
	for i := range ends {
		ip, _ := netip.AddrFromSlice(body[i*size : (i+1)*size])
		ends[i] = netip.AddrPortFrom(ip, binary.BigEndian.Uint16(body[2*size+2*i:]))
	}
	return Header{ends[0], ends[1]}, nil
}

// Append appends the header in a version, 1 or 2, for a stream. Ends that are not of
// one family of IP are left untold. It panics for another version.
func (h Header) Append(b []byte, version int) []byte {
	src, dst := h.Source.Addr().Unmap().WithZone(""), h.Destination.Addr().Unmap().WithZone("")
	known := src.IsValid() && dst.IsValid() && src.Is4() == dst.Is4()
	switch version {
	case 1:
		if !known {
			return append(b, "PROXY UNKNOWN\r\n"...)
		}
		family := "TCP6"
		if src.Is4() {
			family = "TCP4"
		}
		return fmt.Appendf(b, "PROXY %s %s %s %d %d\r\n", family, src, dst, h.Source.Port(), h.Destination.Port())
	case 2:
		b = append(b, signature...)
		if !known {
			return append(b, version2<<4|commandLocal, 0, 0, 0)
		}
		family, size := byte(familyInet6), 36
		if src.Is4() {
			family, size = familyInet, 12
		}
		b = append(b, version2<<4|commandProxy, family<<4|protoStream)
		b = binary.BigEndian.AppendUint16(b, uint16(size))
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		b = binary.BigEndian.AppendUint16(b, h.Source.Port())
		return binary.BigEndian.AppendUint16(b, h.Destination.Port())
	}
	panic("proxyproto: unknown version")
}
