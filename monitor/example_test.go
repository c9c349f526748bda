package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"baton/monitor"
)

// A withdrawal looks at the balance and changes it, and nobody comes in between.
func Example() {
	account := monitor.New(100, monitor.Options[int]{Name: "account"})
	defer account.Close()
	withdraw := func(amount int) error {
		_, err := monitor.Call(context.Background(), account, func(balance *int) (int, error) {
			if *balance < amount {
				return 0, errors.New("insufficient funds")
			}
			*balance -= amount
			return *balance, nil
		})
		return err
	}
	fmt.Println(withdraw(70), withdraw(70))
	// Output: <nil> insufficient funds
}

// Ten writers share the commits of a log; each returns when its entry is safe.
func ExampleOptions_commit() {
	type journal struct{ pending, safe []string }
	log := monitor.New(journal{}, monitor.Options[journal]{
		Commit: func(j *journal) error { // one write and one sync for all that is pending
			j.safe = append(j.safe, j.pending...)
			j.pending = nil
			return nil
		},
	})
	defer log.Close()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			monitor.Call(context.Background(), log, func(j *journal) (struct{}, error) {
				j.pending = append(j.pending, "entry")
				return struct{}{}, nil
			})
		})
	}
	wg.Wait()
	n, err := monitor.Call(context.Background(), log, func(j *journal) (int, error) { return len(j.safe), nil })
	fmt.Println(n, err)
	// Output: 10 <nil>
}
