package clockwall

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/timewire"
	"baton/internal/ui"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patient is for servers that do answer, however slow the machine is.
const patient = time.Hour

// readAll makes samples of what a server sends, on a connection in a bubble.
func readAll(zone *time.Location, send func(io.Writer)) (samples []Sample, err error) {
	client, server := net.Pipe()
	sent := make(chan struct{})
	go func() { // ends when it has sent all, or nobody reads
		defer close(sent)
		defer server.Close()
		send(server)
	}()
	defer func() {
		client.Close()
		<-sent
	}()
	lines := endpoint.NewLines(client, endpoint.LineOptions{Max: timewire.MaxText, Idle: 5 * time.Second, Line: 5 * time.Second})
	defer lines.Close()
	err = readLines(lines, 0, zone, &estimator{}, func(s Sample) bool {
		samples = append(samples, s)
		return true
	})
	return samples, err
}

func TestReadLines(t *testing.T) {
	tests := []struct {
		name  string
		zone  *time.Location
		send  func(io.Writer)
		count int
		off   time.Duration
		err   string
	}{
		{"at the second", nil, func(w io.Writer) {
			for range 3 {
				fmt.Fprintln(w, time.Now().UTC().Format(time.TimeOnly))
				time.Sleep(time.Second)
			}
		}, 2, 0, "hung up"},
		{"first at once", nil, func(w io.Writer) {
			time.Sleep(700 * time.Millisecond)
			fmt.Fprintln(w, time.Now().UTC().Format(time.TimeOnly))
			time.Sleep(300 * time.Millisecond)
			fmt.Fprintln(w, time.Now().UTC().Format(time.TimeOnly))
		}, 1, 0, "hung up"},
		{"minutes", nil, func(w io.Writer) {
			for range 65 {
				fmt.Fprintln(w, time.Now().UTC().Format("15:04"))
				time.Sleep(time.Second)
			}
		}, 1, 0, "hung up"},
		{"ahead, in a zone", time.FixedZone("", 3600), func(w io.Writer) {
			for range 2 {
				fmt.Fprintln(w, time.Now().UTC().Add(time.Hour+20*time.Minute).Format(time.TimeOnly))
				time.Sleep(time.Second)
			}
		}, 1, 20 * time.Minute, "hung up"},
		{"silent", nil, func(w io.Writer) {
			fmt.Fprintln(w, "00:00:00")
			time.Sleep(time.Minute)
		}, 0, 0, "no line for too long"},
		{"nonsense", nil, func(w io.Writer) { fmt.Fprintln(w, "\x1b[2J") }, 0, 0, `no time that is understood: "\x1b[2J"`},
		{"no end", nil, func(w io.Writer) { w.Write(make([]byte, 1000)) }, 0, 0, "line too long"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			samples, err := readAll(tt.zone, tt.send)
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v", tt.name, err)
			}
			if len(samples) != tt.count {
				t.Errorf("%s: %d samples, want %d", tt.name, len(samples), tt.count)
			}
			for _, s := range samples {
				if s.Offset != tt.off || s.Guessed != (tt.zone == nil) {
					t.Errorf("%s: %+v", tt.name, s)
				}
			}
		})
	}
}

// TestFrame shows a wall on a terminal, while time passes.
func TestFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := ui.Test(ui.Terminal{Out: true, Width: 80, Color: ui.ColorNever})
		w := &wall{streams: s, changed: func() {}, end: func(error) {}, clocks: make([]clock, 3), opts: Options{
			Interval: 10 * time.Second, Patience: 5 * time.Second, Judge: true, MaxOffset: time.Second,
			Servers: []Server{{Name: "Good", Protocol: "lines"}, {Name: "Off", Protocol: "ntp"}, {Name: "\x1b[2JBad", Protocol: "ntp"}},
		}}
		w.note(0, Event{Sample: &Sample{At: time.Now(), Offset: 1500 * time.Microsecond, RTT: time.Millisecond, Zone: time.UTC, Guessed: true}})
		w.note(1, Event{Sample: &Sample{At: time.Now(), Offset: -time.Minute, RTT: time.Millisecond, Zone: time.FixedZone("", 3600)}})
		w.note(2, Event{Err: errors.New("refused\x07"), Retry: 3 * time.Second})
		time.Sleep(5 * time.Second)
		got, next := w.frame(time.Now())
		for _, want := range []string{
			"Good 00:00:05 +00:00? +1.50 ms 0.00 ms 1.00 ms 5s stale",
			"Off 00:59:05 +01:00 -60.00 s 0.00 ms 1.00 ms 5s off",
			`\x1b[2JBad: refused\x07`,
		} {
			if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
		if strings.Contains(got, "\x1b") || next != time.Second {
			t.Errorf("%q, next in %v", got, next)
		}
		for line := range strings.Lines(got) {
			if ui.Width(strings.TrimSuffix(line, "\n")) > 80 {
				t.Errorf("wider than the terminal: %q", line)
			}
		}
	})
}

// TestFrameFits has clocks with all that the table can show, as wide as it usually
// gets: nothing but names is cut.
func TestFrameFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := ui.Test(ui.Terminal{Out: true, Width: 80, Color: ui.ColorNever})
		w := &wall{
			streams: s, changed: func() {}, end: func(error) {}, clocks: make([]clock, 2),
			opts: Options{Interval: 10 * time.Second, Patience: 5 * time.Second, Servers: []Server{{Name: "Drifting", Protocol: "lines"}, {Name: "Even", Protocol: "lines"}}},
		}
		for i := range 70 {
			fast := time.Duration(i) * 299 * time.Microsecond
			w.note(0, Event{Sample: &Sample{At: time.Now(), Offset: -time.Second + fast, Uncertainty: 1150 * time.Microsecond, RTT: 123 * time.Millisecond, Zone: time.FixedZone("", 9*3600), Guessed: true}})
			w.note(1, Event{Sample: &Sample{At: time.Now(), Offset: -time.Duration(i), Zone: time.UTC}})
			time.Sleep(time.Second)
		}
		untrusted := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
		w.note(0, Event{Err: &endpoint.HandshakeError{Err: untrusted}, Retry: 30 * time.Second})
		got, _ := w.frame(time.Now())
		for _, want := range []string{
			"Drifting ", " +09:00? ", " +299 ppm ", "STATE\n", " down\n", " 0 ppm ",
			"Drifting: certificate signed by unknown authority; trying again in 30s\n",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in\n%s", want, got)
			}
		}
	})
}

// serve answers each connection with a text, until the test ends.
func serve(t *testing.T, text func() string) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // ends when the listener is closed
		defer close(ended)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, text())
			c.Close()
		}
	}()
	t.Cleanup(func() {
		ln.Close()
		<-ended
	})
	return ln.Addr().String()
}

// TestOnce asks servers that are right, off, and not there.
func TestOnce(t *testing.T) {
	right := serve(t, func() string { return time.Now().UTC().Format(timewire.Daytime) + "\r\n" })
	off := serve(t, func() string { return time.Now().Add(time.Hour).UTC().Format(timewire.Daytime) + "\r\n" })
	web := serve(t, func() string {
		return "HTTP/1.1 404 Not Found\r\nDate: " + time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") + "\r\n\r\n"
	})
	nobody := serve(t, func() string { return "" })
	tests := []struct {
		name    string
		servers []string
		judge   bool
		code    int
	}{
		{"right", []string{"A=daytime://" + right, "B=http://" + web}, true, exit.OK},
		{"off, not judged", []string{"A=daytime://" + off}, false, exit.OK},
		{"off", []string{"A=daytime://" + right, "B=daytime://" + off}, true, exit.Failed},
		{"in part", []string{"A=daytime://" + right, "B=daytime://" + nobody}, true, exit.Partial},
		{"off and in part", []string{"A=daytime://" + off, "B=daytime://" + nobody}, true, exit.Failed},
		{"another protocol", []string{"A=time://" + right}, false, exit.Failed},
		{"nobody", []string{"B=daytime://" + nobody, "C=time://" + nobody}, false, exit.Failed},
	}
	for _, tt := range tests {
		o := Options{Once: true, Interval: time.Second, Patience: patient, Judge: tt.judge, MaxOffset: time.Minute}
		for _, arg := range tt.servers {
			s, err := Parse(arg)
			if err != nil {
				t.Fatal(err)
			}
			o.Servers = append(o.Servers, s)
		}
		s, stdout, _ := ui.Test(ui.Terminal{})
		err := Run(t.Context(), o, s)
		if code := exit.Code(err); code != tt.code {
			t.Errorf("%s: exit code %d, want %d: %v", tt.name, code, tt.code, err)
		}
		if n := strings.Count(stdout.String(), "\n"); n != len(tt.servers) {
			t.Errorf("%s: %d lines\n%s", tt.name, n, stdout)
		}
	}
}

// TestDisagreement ends what would go on for ever.
func TestDisagreement(t *testing.T) {
	off := serve(t, func() string { return time.Now().Add(time.Hour).UTC().Format(timewire.Daytime) + "\r\n" })
	server, err := Parse("A=daytime://" + off)
	if err != nil {
		t.Fatal(err)
	}
	s, stdout, _ := ui.Test(ui.Terminal{})
	err = Run(t.Context(), Options{Servers: []Server{server}, Interval: time.Second, Patience: patient, Judge: true, MaxOffset: time.Second}, s)
	if exit.Code(err) != exit.Failed || !strings.Contains(err.Error(), "A is off by +") {
		t.Errorf("Run = %v", err)
	}
	if got := strings.Split(stdout.String(), "\t"); len(got) != 6 || got[0] != "A" {
		t.Errorf("%q", got)
	}
}

func TestCancelled(t *testing.T) {
	nobody := serve(t, func() string { return "" })
	server, err := Parse("A=daytime://" + nobody)
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	s, _, stderr := ui.Test(ui.Terminal{})
	ended := make(chan error)
	go func() {
		ended <- Run(ctx, Options{Servers: []Server{server}, Interval: time.Second, Patience: patient}, s)
	}()
	if err := stderr.Await(t.Context(), "baton clockwall: A: the server has hung up without an answer; trying again in "); err != nil {
		t.Error(err)
	}
	cancel(why)
	if err := <-ended; !errors.Is(err, why) {
		t.Errorf("Run = %v", err)
	}
}

// FuzzLines has a server send anything.
func FuzzLines(f *testing.F) {
	f.Add([]byte("22:40:23\n22:40:24\n22:40:25\n"))
	f.Add([]byte("22:40:23 UTC\r\n22:40:24 UTC\r\nx"))
	f.Add([]byte("\x1b]0;title\x07\n"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		samples, err := readAll(time.UTC, func(w io.Writer) { w.Write(sent) })
		if err == nil {
			t.Error("the end is no error")
		}
		if len(samples) > strings.Count(string(sent), "\n") {
			t.Errorf("%d samples", len(samples))
		}
	})
}

// FuzzDate has a web server answer anything.
func FuzzDate(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nDate: Thu, 26 Nov 2026 22:40:23 GMT\r\n\r\n")
	f.Add("HTTP/1.0 301 Moved\r\nDate: Thursday, 26-Nov-26 22:40:23 GMT\r\nAge: 0\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAge: 7\r\n\r\n")
	f.Fuzz(func(t *testing.T, answer string) {
		b, err := readDate(bufio.NewReader(strings.NewReader(answer)), start, func() time.Time { return start })
		if err == nil && b.greatest-b.least != time.Second {
			t.Errorf("%+v", b)
		}
	})
}
