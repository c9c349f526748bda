//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"
)

// A load is what each server gets.
type load struct {
	conns, size int
	took        time.Duration
}

// A result is how a server did.
type result struct {
	perSecond float64
	p50, p99  time.Duration
}

// against starts a server, loads it and ends it.
func (l load) against(c contender) (r result, err error) {
	port, err := freePort()
	if err != nil {
		return r, err
	}
	argv := c.argv(port)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with the processes it starts
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return r, err
	}
	defer func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait() // its end by the signal is no news
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, &stderr)
		}
	}()
	conns, err := l.connect("127.0.0.1:" + port)
	if err != nil {
		return r, err
	}
	return l.run(conns)
}

// connect opens the connections, once the server is there, and sees each work.
func (l load) connect(address string) (conns []net.Conn, err error) {
	giveUp := time.Now().Add(10 * time.Second)
	for len(conns) < l.conns {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			if err = pingPong(conn, make([]byte, l.size), make([]byte, l.size)); err == nil {
				conns = append(conns, conn)
				continue
			}
			conn.Close()
		}
		if time.Now().After(giveUp) {
			return nil, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return conns, nil
}

// run sends messages on all connections until the time is over.
func (l load) run(conns []net.Conn) (result, error) {
	var wg sync.WaitGroup
	latencies := make([][]time.Duration, len(conns))
	errs := make([]error, len(conns))
	begin := time.Now()
	for i, conn := range conns {
		wg.Go(func() { // ends with the time, or with an error
			defer conn.Close()
			ping, pong := bytes.Repeat([]byte{byte('a' + i%26)}, l.size), make([]byte, l.size)
			for sent := begin; sent.Sub(begin) < l.took; {
				if errs[i] = pingPong(conn, ping, pong); errs[i] != nil {
					return
				}
				now := time.Now()
				latencies[i] = append(latencies[i], now.Sub(sent))
				sent = now
			}
			if !bytes.Equal(ping, pong) {
				errs[i] = errors.New("what came back differs")
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(begin)
	if err := errors.Join(errs...); err != nil {
		return result{}, err
	}
	all := slices.Concat(latencies...)
	slices.Sort(all)
	return result{float64(len(all)) / elapsed.Seconds(), all[len(all)/2], all[len(all)*99/100]}, nil
}

func pingPong(conn net.Conn, ping, pong []byte) error {
	if _, err := conn.Write(ping); err != nil {
		return err
	}
	_, err := io.ReadFull(conn, pong)
	return err
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, err
}

// serveCopy is the echo server that one writes first in Go.
func serveCopy(port string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { // ends with its connection, or with the process
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}
