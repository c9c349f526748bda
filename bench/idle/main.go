//go:build linux

// Idle opens connections to a server that it starts, leaves them idle, and prints
// what memory the server's process needs for each, as a Markdown table. It is the
// growth of the resident set: what the kernel keeps for sockets is not in it.
//
//	go run ./idle -n 20000 baton reverb --listen 127.0.0.1:9000 --max-conns 30000
//
// The last address with a port in the command line is where it connects. Above
// 28,000 connections from one address ports run out, so the clients have several.
//
// With baton reverb it can also hold the connections for longer, while one more
// client says lines, and tell how late its shouts are; before, and with the others:
//
//	go run ./idle -n 19900 -active 1m baton reverb --listen 127.0.0.1:9000 --max-conns 30000
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	n := flag.Int("n", 20_000, "connections")
	say := flag.String("say", "", "what each client says first, and reads the answer to")
	settle := flag.Duration("settle", 25*time.Second, "how long to wait before memory is read; baton has given back by then what it needed when they came")
	var a active
	flag.DurationVar(&a.hold, "active", 0, "for baton reverb: hold the connections for `DURATION`, while one more client is active")
	flag.DurationVar(&a.delay, "delay", time.Second, "the server's --delay, for -active")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "idle: no server given")
		os.Exit(2)
	}
	if err := run(flag.Args(), *n, *say, *settle, a); err != nil {
		fmt.Fprintln(os.Stderr, "idle:", err)
		os.Exit(1)
	}
}

func run(argv []string, n int, say string, settle time.Duration, a active) error {
	address := ""
	for _, arg := range argv {
		if _, _, err := net.SplitHostPort(arg); err == nil {
			address = arg
		}
	}
	if address == "" {
		return fmt.Errorf("no address in %q", argv)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	defer cmd.Wait() // its end by the signal is no news
	defer cmd.Process.Signal(syscall.SIGKILL)
	// One client first, so that what the first costs is not counted for all.
	warm, err := open(address, say, 0)
	if err != nil {
		return err
	}
	defer warm.Close()
	var alone, among []time.Duration
	if a.hold > 0 {
		if alone, err = (active{4 * a.delay, a.delay}).run(address); err != nil {
			return err
		}
	}
	before, err := resident(cmd.Process.Pid)
	if err != nil {
		return err
	}
	conns := make([]net.Conn, n)
	begin := time.Now()
	for i := range conns {
		if conns[i], err = open(address, say, i); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		defer conns[i].Close()
	}
	took := time.Since(begin)
	time.Sleep(settle)
	after, err := resident(cmd.Process.Pid)
	if err != nil {
		return err
	}
	if a.hold > 0 {
		if among, err = a.run(address); err != nil {
			return err
		}
	}
	for i := range conns { // all are held
		if err := alive(conns[i]); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
	}
	fmt.Println("| server | connections | opened in | RSS before | after | a connection |")
	fmt.Println("|---|--:|--:|--:|--:|--:|")
	fmt.Printf("| `%s` | %d | %.1f s | %.1f MB | %.1f MB | %.2f kB |\n", strings.Join(argv, " "), n, took.Seconds(),
		float64(before)/1e6, float64(after)/1e6, float64(after-before)/float64(n)/1e3)
	if a.hold > 0 {
		report("of a client alone", alone)
		report(fmt.Sprintf("of one among %d in %v", n, a.hold), among)
	}
	return nil
}

// open connects, the i-th time, when the server is there.
func open(address, say string, i int) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+i/20_000))}, KeepAlive: -1}
	giveUp := time.Now().Add(10 * time.Second)
	for {
		conn, err := d.Dial("tcp", address)
		if err == nil && say != "" {
			if _, err = conn.Write([]byte(say)); err == nil {
				_, err = conn.Read(make([]byte, 4096))
			}
		}
		if err == nil || time.Now().After(giveUp) {
			return conn, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// alive reports an error if the server has closed conn.
func alive(conn net.Conn) error {
	conn.SetReadDeadline(time.Now().Add(time.Microsecond))
	for {
		_, err := conn.Read(make([]byte, 4096))
		if err, ok := err.(net.Error); ok && err.Timeout() {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// resident returns the memory of a process, in bytes, without files.
func resident(pid int) (int64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if value, ok := strings.CutPrefix(in.Text(), "RssAnon:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("no memory in the status of process %d", pid)
}
