// Racy is the bank's first version: deposits that read and write the balance
// without keeping each other out. It is here for the race detector to find.
package main

import "fmt"

var balance int

func deposit(amount int) { balance = balance + amount }

func main() {
	done := make(chan struct{})
	go func() {
		deposit(200)
		close(done)
	}()
	deposit(100)
	<-done
	fmt.Println(balance)
}
