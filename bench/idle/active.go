//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"time"
)

// An active client speaks to baton reverb while all others are silent.
type active struct {
	hold  time.Duration // for so long
	delay time.Duration // between the shouts of a line, as the server has it
}

// shouts are what a line becomes; the server begins at once.
var shouts = [...]string{"\tHELLO\n", "\tHello\n", "\thello\n"}

// run says a line again and again, each once the last shout of the one before has
// come, and returns how late each shout was.
func (a active) run(address string) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	var late []time.Duration
	for end := time.Now().Add(a.hold); time.Now().Before(end); {
		conn.SetDeadline(time.Now().Add(time.Minute))
		said := time.Now()
		if _, err := conn.Write([]byte("Hello\n")); err != nil {
			return late, err
		}
		for i, want := range shouts {
			got, err := in.ReadString('\n')
			if err != nil {
				return late, err
			}
			if got != want {
				return late, fmt.Errorf("shout %d is %q, not %q", i+1, got, want)
			}
			late = append(late, time.Since(said)-time.Duration(i)*a.delay)
		}
	}
	return late, nil
}

// report prints how late shouts were.
func report(what string, late []time.Duration) {
	slices.Sort(late)
	at := func(q float64) float64 { return float64(late[int(q*float64(len(late)-1))]) / 1e6 }
	fmt.Printf("\n%d shouts %s: late by %.2f ms (p50), %.2f (p99), %.2f (max)\n", len(late), what, at(0.5), at(0.99), at(1))
}
