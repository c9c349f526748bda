package chat

import (
	"context"

	"baton/internal/tool/chat/store"
)

// perRoom is how many messages of a room are kept without a directory.
const perRoom = 10_000

// OpenStore opens the store in a directory, or with "" one that is gone at the end.
func OpenStore(ctx context.Context, dir string) (store.Store, error) {
	if dir == "" {
		return store.Memory(perRoom), nil
	}
	return store.Open(ctx, dir)
}
