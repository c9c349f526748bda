package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"

	"baton/serve"
)

// A server that shouts each line back, until its context ends. A client that is
// being served may finish.
func ExampleListener() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error)
	go func() {
		ended <- serve.Listener(ctx, ln, serve.Options{MaxConnsPerIP: 10}, func(_ context.Context, conn net.Conn) error {
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				fmt.Fprintln(conn, strings.ToUpper(lines.Text()))
			}
			return lines.Err()
		})
	}()

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprintln(conn, "hello")
	line, _ := bufio.NewReader(conn).ReadString('\n')
	fmt.Print(line)
	conn.Close()

	cancel()
	fmt.Println(<-ended)
	// Output:
	// HELLO
	// <nil>
}

// A server with clients that say something now and then: while one is silent it is
// parked, and needs a fraction of the memory.
func ExamplePark() {
	handle := func(_ context.Context, conn net.Conn) error {
		count := 0
		var turn func(context.Context) error
		turn = func(context.Context) error {
			n, err := conn.Read(make([]byte, 1024))
			if err != nil {
				return err
			}
			count += n
			fmt.Fprintln(conn, count, "bytes so far")
			return serve.Park(turn)
		}
		return serve.After(serve.Park(turn), func(err error) error {
			fmt.Println("gone:", err)
			return nil
		})
	}

	whileServed(handle, func(conn *net.TCPConn, answers *bufio.Reader) {
		for _, word := range []string{"hello", "world"} {
			fmt.Fprint(conn, word)
			line, _ := answers.ReadString('\n')
			fmt.Print(line)
		}
		conn.CloseWrite()
	})
	// Output:
	// 5 bytes so far
	// 10 bytes so far
	// gone: EOF
	// <nil>
}

// A server whose clients all wait for the same, and cost no goroutine meanwhile.
func ExampleHold() {
	type waiter struct {
		conn   net.Conn
		resume func(next func(context.Context) error)
	}
	waiting := make(chan waiter, 100)
	handle := func(_ context.Context, conn net.Conn) error {
		return serve.Hold(func(resume func(func(context.Context) error)) { waiting <- waiter{conn, resume} })
	}

	whileServed(handle, func(_ *net.TCPConn, answers *bufio.Reader) {
		w := <-waiting
		fmt.Fprintln(w.conn, "it is ready")
		w.resume(func(context.Context) error { return nil }) // the handler ends here
		line, _ := answers.ReadString('\n')
		fmt.Print(line)
	})
	// Output:
	// it is ready
	// <nil>
}

// whileServed lets a client talk to a server of handle, until that hangs up.
func whileServed(handle func(context.Context, net.Conn) error, talk func(conn *net.TCPConn, answers *bufio.Reader)) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- serve.Listener(ctx, ln, serve.Options{}, handle) }() // ends with ctx
	if conn, err := net.Dial("tcp", ln.Addr().String()); err != nil {
		fmt.Println(err)
	} else {
		answers := bufio.NewReader(conn)
		talk(conn.(*net.TCPConn), answers)
		answers.ReadByte() // until it hangs up
		conn.Close()
	}
	cancel()
	fmt.Println(<-ended)
}
