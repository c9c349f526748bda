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
