//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// bench is what turns need.
type bench struct {
	baton string
	dir   string
	turns int
}

// A result is what baton chat bench says, see docs/json.md.
type result struct {
	Clients    int64   `json:"clients"`
	Connect    float64 `json:"connect_seconds"`
	Join       float64 `json:"join_seconds"`
	Messages   int64   `json:"messages"`
	Deliveries int64   `json:"deliveries"`
	Seconds    float64 `json:"seconds"`
	Latency    struct {
		AllP50 float64 `json:"all_p50_seconds"`
		AllP99 float64 `json:"all_p99_seconds"`
	} `json:"latency"`
	Server struct {
		CPU             float64 `json:"cpu_seconds"`
		Memory          int64   `json:"memory_bytes"`
		MemoryPerClient int64   `json:"memory_bytes_per_client"`
		Held            int64   `json:"memory_bytes_at_end"`
	} `json:"server"`
	noticed notice
	failed  bool // the peer did not bear the load
}

// turn starts a server, puts it under the load and ends it.
func (b *bench) turn(c contender) (r result) {
	b.turns++
	port := freePort()
	cmd := b.server(c.server, port)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	fail(cmd.Start())
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM) // SIGINT may be ignored, as in the background of a script
		cmd.Wait()
		os.RemoveAll(b.data())
	}()
	address := "127.0.0.1:" + port
	fail(await(address))
	var look *watcher
	if c.server != "ngircd" {
		look = watch("http://" + address + "/metrics")
	}
	args := append([]string{"chat", "bench", "--json", "--pid", strconv.Itoa(cmd.Process.Pid)}, c.load...)
	load := exec.Command(b.baton, append(args, address)...)
	load.Stderr = os.Stderr
	out, err := load.Output()
	if err != nil && c.server == "ngircd" { // what it said is on standard error
		fmt.Fprintf(os.Stderr, "chat: %s under %s: %v\n", c.server, strings.Join(c.load, " "), err)
		return result{failed: true}
	}
	if err != nil {
		fail(fmt.Errorf("%s under %s: %w\n%s", c.server, strings.Join(c.load, " "), err, errs.Bytes()))
	}
	fail(json.Unmarshal(out, &r))
	if look != nil {
		r.noticed = look.stop(r.Clients)
	}
	return r
}

func (b *bench) data() string { return filepath.Join(b.dir, strconv.Itoa(b.turns)) }

// server returns the command that runs a server.
func (b *bench) server(name, port string) *exec.Cmd {
	args := []string{
		"chat", "serve", "--listen", "127.0.0.1:" + port, "--max-conns", "19000",
		"--flood", "off", "--flood-addr", "off", "--flood-room", "off",
	}
	switch name {
	case "memory":
		return exec.Command(b.baton, append(args, "--memory")...)
	case "data":
		return exec.Command(b.baton, append(args, "--data", b.data())...)
	}
	file := filepath.Join(b.dir, "ngircd.conf")
	fail(os.WriteFile(file, []byte(strings.ReplaceAll(ngircd, "PORT", port)), 0o644))
	// As many descriptors as ours takes by itself.
	return exec.Command("sh", "-c", `ulimit -n "$(ulimit -Hn)" && exec ngircd --nodaemon --config "$0" >/dev/null 2>&1`, file)
}

// ngircd is its configuration: nothing that slows it down.
const ngircd = `[Global]
Name = irc.bench.example
Info = bench
Listen = 127.0.0.1
Ports = PORT
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
MaxNickLength = 20
PingTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local0
`

// freePort returns a port that nobody has, out of the range of those that clients get.
func freePort() string {
	for port := 16100; ; port++ {
		ln, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			ln.Close()
			return strconv.Itoa(port)
		}
	}
}

// await waits until a server takes connections.
func await(address string) error {
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn.Close()
		}
		if time.Since(begin) > 10*time.Second {
			return err
		}
	}
}
