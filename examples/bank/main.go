// Bank keeps an account that many use at once (sections 9.1 to 9.3).
//
// The book's first version races: two deposits read the same balance, and one is
// lost. Its monitor goroutine mends that, but Withdraw, made of a deposit and a
// look at the balance, lets others see money that isn't there, and the goroutine
// never ends. Here each operation is one call of a monitor: nobody comes in
// between, callers can stop waiting, and Close ends it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"baton/monitor"
)

// ErrFunds is the error of a withdrawal of more than there is.
var ErrFunds = errors.New("insufficient funds")

// An Account is a balance that one operation at a time changes.
type Account struct{ balance *monitor.Monitor[int] }

// Open returns an empty account. Close it after use.
func Open() *Account {
	return &Account{monitor.New(0, monitor.Options[int]{Name: "account"})}
}

// Close waits for the operations under way.
func (a *Account) Close() error { return a.balance.Close() }

// Deposit adds amount and returns the new balance.
func (a *Account) Deposit(ctx context.Context, amount int) (int, error) {
	return monitor.Call(ctx, a.balance, func(balance *int) (int, error) {
		*balance += amount
		return *balance, nil
	})
}

// Withdraw takes amount, if there is as much, and returns the new balance.
func (a *Account) Withdraw(ctx context.Context, amount int) (int, error) {
	return monitor.Call(ctx, a.balance, func(balance *int) (int, error) {
		if *balance < amount {
			return *balance, ErrFunds
		}
		*balance -= amount
		return *balance, nil
	})
}

func main() {
	ctx := context.Background()
	account := Open()
	defer account.Close()
	var wg sync.WaitGroup
	for range 100 { // Alice and Bob, a hundred times
		wg.Go(func() { account.Deposit(ctx, 200) })
		wg.Go(func() { account.Deposit(ctx, 100) })
	}
	wg.Wait()
	balance, err := account.Withdraw(ctx, 30_000)
	fmt.Println("withdrew all, balance", balance, err)
	if _, err = account.Withdraw(ctx, 1); !errors.Is(err, ErrFunds) {
		fmt.Fprintln(os.Stderr, "bank: overdrawn")
		os.Exit(1)
	}
}
