package clockwall

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"baton/internal/endpoint"
	"baton/internal/timewire"
)

// An ask asks a server for the time once.
type ask func(ctx context.Context, s Server, patience time.Duration) (bounds, error)

// asks are the protocols in which a question gets an answer.
var asks = map[string]ask{
	"daytime": askDaytime,
	"time":    askTime,
	"ntp":     askNTP,
	"http":    askHTTP,
	"https":   askHTTP,
}

// answered returns what a server sends when it is connected to, or gets an empty
// datagram, up to the end, the first newline, or until it is enough bytes: as many as
// come with the last of these, but at most size.
func answered(ctx context.Context, s Server, patience time.Duration, enough, size int) (answer []byte, asked, came time.Time, err error) {
	l, err := dial(ctx, s, patience)
	if err != nil {
		return nil, asked, came, err
	}
	defer l.Close()
	l.SetDeadline(time.Now().Add(patience))
	answer = make([]byte, 0, size)
	asked = l.asked
	if s.Network == "udp" {
		asked = time.Now()
		if _, err := l.Write(nil); err != nil {
			return nil, asked, came, err
		}
	}
	for len(answer) < enough {
		n, err := l.Read(answer[len(answer):size])
		answer = answer[:len(answer)+n]
		came = time.Now()
		switch {
		case n > 0 && (answer[len(answer)-1] == '\n' || s.Network == "udp"):
			return answer, asked, came, nil
		case err == io.EOF && len(answer) > 0:
			return answer, asked, came, nil
		case err == io.EOF:
			return nil, asked, came, errors.New("the server has hung up without an answer")
		case err != nil:
			return nil, asked, came, err
		}
	}
	return answer, asked, came, nil
}

func askDaytime(ctx context.Context, s Server, patience time.Duration) (bounds, error) {
	text, asked, came, err := answered(ctx, s, patience, timewire.MaxText, timewire.MaxText)
	if err != nil {
		return bounds{}, err
	}
	r, err := timewire.Parse(string(text))
	if err != nil {
		return bounds{}, fmt.Errorf("%w: %q", err, text)
	}
	told, guessed := r.Near(came, s.Zone)
	b := secondsBounds(told, asked, came)
	b.guessed = guessed
	return b, nil
}

func askTime(ctx context.Context, s Server, patience time.Duration) (bounds, error) {
	// What is longer comes from a server of something else. One that has sent enough
	// and stays silent needn't close the connection.
	const enough, more = 4, 8
	answer, asked, came, err := answered(ctx, s, patience, enough, more)
	if err != nil {
		return bounds{}, err
	}
	told, err := timewire.Seconds(answer, came)
	if err != nil {
		return bounds{}, err
	}
	return secondsBounds(told.UTC(), asked, came), nil
}

// askNTP reads datagrams until one is the answer: others may be made up by someone
// who hopes to be first.
func askNTP(ctx context.Context, s Server, patience time.Duration) (bounds, error) {
	l, err := dial(ctx, s, patience)
	if err != nil {
		return bounds{}, err
	}
	defer l.Close()
	var random [8]byte
	rand.Read(random[:]) // never fails
	nonce := binary.BigEndian.Uint64(random[:])
	l.SetDeadline(time.Now().Add(patience))
	asked := time.Now()
	if _, err := l.Write(timewire.AppendNTPRequest(nil, nonce)); err != nil {
		return bounds{}, err
	}
	packet := make([]byte, 1024)
	for {
		n, err := l.Read(packet)
		came := time.Now()
		if err != nil {
			return bounds{}, err
		}
		r, err := timewire.ParseNTP(packet[:n], nonce, came)
		switch {
		case errors.Is(err, timewire.ErrOtherAnswer) || errors.Is(err, timewire.ErrNotNTP):
			continue
		case err != nil:
			return bounds{}, err
		}
		return ntpBounds(r, asked, came), nil
	}
}

// ntpBounds computes the offset from the four times of NTP. The way there may have
// been longer than the way back, by no more than all of the round trip; and the
// server's own clock may be wrong by what it says about that.
func ntpBounds(r timewire.NTPReply, asked, came time.Time) bounds {
	rtt := max(0, came.Sub(asked)-r.Sent.Sub(r.Received))
	offset := (r.Received.Sub(asked) + r.Sent.Sub(came)) / 2
	half := rtt/2 + r.RootDelay/2 + r.RootDispersion
	return bounds{least: offset - half, greatest: offset + half, rtt: rtt, at: came, zone: time.UTC}
}

// mostHeader is how long the head of an HTTP answer may be, in bytes.
const mostHeader = 16 << 10

// askHTTP asks for the head of a page, and reads the field Date. Whether there is
// such a page doesn't matter.
func askHTTP(ctx context.Context, s Server, patience time.Duration) (bounds, error) {
	l, err := dial(ctx, s, patience)
	if err != nil {
		return bounds{}, err
	}
	defer l.Close()
	l.SetDeadline(time.Now().Add(patience))
	var conn io.ReadWriter = l
	if s.Protocol == "https" {
		cfg, err := endpoint.ClientTLS{}.Config(s.Host())
		if err != nil {
			return bounds{}, err
		}
		secure := tls.Client(l, cfg)
		if err := endpoint.Handshake(ctx, secure, patience); err != nil {
			return bounds{}, err
		}
		l.SetDeadline(time.Now().Add(patience)) // the handshake's is another
		conn = secure
	}
	asked := time.Now()
	_, err = fmt.Fprintf(conn, "HEAD %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: baton\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n", s.Path, s.Address)
	if err != nil {
		return bounds{}, err
	}
	return readDate(io.LimitReader(conn, mostHeader), asked, time.Now)
}

// readDate reads the answer to a HEAD request.
func readDate(answer io.Reader, asked time.Time, now func() time.Time) (bounds, error) {
	response, err := http.ReadResponse(bufio.NewReader(answer), &http.Request{Method: http.MethodHead})
	if err != nil {
		return bounds{}, fmt.Errorf("no answer of HTTP: %w", err)
	}
	came := now()
	response.Body.Close() // a HEAD request has none
	if age := response.Header.Get("Age"); age != "" && age != "0" {
		return bounds{}, errors.New("the answer comes out of a cache")
	}
	date := response.Header.Get("Date")
	if date == "" {
		return bounds{}, errors.New("the server tells no date")
	}
	told, err := http.ParseTime(date)
	if err != nil {
		return bounds{}, fmt.Errorf("%w: %q", timewire.ErrNoTime, date)
	}
	return secondsBounds(told.UTC(), asked, came), nil
}
