package lazy_test

import (
	"context"
	"errors"
	"fmt"

	"baton/lazy"
)

// An error isn't kept: the next Get tries again.
func Example() {
	tries := 0
	config := lazy.New(func(context.Context) (string, error) {
		if tries++; tries == 1 {
			return "", errors.New("not mounted yet")
		}
		return "colour = blue", nil
	})
	for range 3 {
		fmt.Println(config.Get(context.Background()))
	}
	fmt.Println("tries:", tries)
	// Output:
	//  not mounted yet
	// colour = blue <nil>
	// colour = blue <nil>
	// tries: 2
}

// After Reset, the next Get initialises the value anew.
func ExampleValue_Reset() {
	n := 0
	v := lazy.New(func(context.Context) (int, error) { n++; return n, nil })
	ctx := context.Background()
	fmt.Println(v.Get(ctx))
	v.Reset()
	fmt.Println(v.Get(ctx))
	// Output:
	// 1 <nil>
	// 2 <nil>
}
