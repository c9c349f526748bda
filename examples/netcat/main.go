// Netcat connects to a TCP address, sends what it reads and prints what it gets.
//
// In the book (sections 8.2 to 8.4) one netcat drops the rest of the answer when its
// input ends, the next closes the connection under the goroutine that reads from it,
// and when the server hangs up they all wait for input that nobody wants. Here the
// end of the input closes only the sending half, and the end of the answer ends the
// reading of input.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"baton/task"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	stdin, err := os.Open("/dev/stdin") // unlike os.Stdin, closing it ends a read
	if err != nil {
		stdin = os.Stdin // no such file: it ends with the next line
	}
	if err := run(ctx, os.Args[1:], stdin, os.Stdout); err != nil {
		log.Fatal("netcat: ", err)
	}
}

func run(ctx context.Context, args []string, stdin io.ReadCloser, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: netcat HOST:PORT")
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", args[0])
	if err != nil {
		return err
	}
	opts := task.Options{Name: "netcat", OnError: task.KeepGoing} // an answer may come to half an input
	return task.Run(ctx, opts, func(ctx context.Context, g *task.Group) error {
		answered, done := context.WithCancel(ctx)
		defer conn.Close()
		defer stdin.Close() // both end the task
		defer done()
		defer context.AfterFunc(ctx, func() { conn.Close() })() // ends both copies
		g.Go(func(context.Context) error {
			_, err := io.Copy(conn, stdin)
			if err == nil {
				err = conn.(*net.TCPConn).CloseWrite()
			}
			// EPIPE, unlike ECONNRESET, comes when the answer had ended before the server
			// hung up, also where that hasn't been read yet.
			if answered.Err() != nil || errors.Is(err, syscall.EPIPE) {
				return nil // nobody wants it any more
			}
			return err
		})
		if _, err := io.Copy(stdout, conn); err != nil && ctx.Err() == nil {
			return err
		}
		return context.Cause(ctx)
	})
}
