package endpoint

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
)

func TestMayAnswer(t *testing.T) {
	for from, want := range map[string]bool{
		"192.0.2.1:1024": true, "[2001:db8::1]:5000": true, "127.0.0.1:40000": true,
		"192.0.2.1:1023": false, "192.0.2.1:7": false, "192.0.2.1:0": false,
		"192.0.2.1:8000":       false, // this server's port
		"224.0.0.1:5000":       false,
		"255.255.255.255:5000": false,
		"0.0.0.0:5000":         false,
		"[ff02::1]:5000":       false,
		"[::]:5000":            false,
	} {
		if got := mayAnswer(netip.MustParseAddrPort(from), 8000); got != want {
			t.Errorf("%s: %v", from, got)
		}
	}
}

// TestServePackets: many peers at once, answered from the address that they asked.
func TestServePackets(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "0.0.0.0:0", ":0"} {
		t.Run(address, func(t *testing.T) {
			packets, err := ListenPacket(t.Context(), "udp", address)
			if err != nil {
				t.Fatal(err)
			}
			conn := packets.(*net.UDPConn)
			port := addrPort(conn.LocalAddr()).Port()
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { // ends with ctx
				ended <- ServePackets(ctx, conn, nil, func(d Datagram) []byte { return bytes.ToUpper(d.Payload) })
			}()
			for i := range 20 {
				peer, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", port)) // takes answers from there only
				if err != nil {
					t.Fatal(err)
				}
				defer peer.Close()
				for _, say := range []string{fmt.Sprintf("peer %d", i), ""} {
					fmt.Fprint(peer, say)
					answer := make([]byte, 100)
					n, err := peer.Read(answer)
					if want := string(bytes.ToUpper([]byte(say))); string(answer[:n]) != want || err != nil {
						t.Errorf("%q, %v; want %q", answer[:n], err, want)
					}
				}
			}
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}
