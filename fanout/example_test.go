package fanout_test

import (
	"context"
	"fmt"

	"baton/fanout"
)

// A listener that doesn't listen stops nobody, and finds the gap when it does.
func Example() {
	ctx := context.Background()
	room := fanout.New[string](fanout.Options{Name: "lobby"})
	slow := room.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 2, WhenFull: fanout.DropOldest})
	for _, line := range []string{"alice: hi", "bob: hello", "alice: bye"} {
		room.Publish(ctx, line)
	}
	room.Close()
	for seq, line := range slow.All() {
		fmt.Println(seq, line)
	}
	// Output:
	// 2 bob: hello
	// 3 alice: bye
}

// Who comes back says where it was.
func ExampleTopic_Subscribe_from() {
	ctx := context.Background()
	room := fanout.New[string](fanout.Options{})
	room.Publish(ctx, "one")
	room.Publish(ctx, "two")
	room.Publish(ctx, "three")
	room.Close()
	for seq, line := range room.Subscribe(ctx, fanout.SubscribeOptions{From: 2}).All() {
		fmt.Println(seq, line)
	}
	// Output:
	// 2 two
	// 3 three
}
