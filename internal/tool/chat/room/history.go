package room

import (
	"context"

	"baton/internal/tool/chat/store"
)

// History reads messages of a room from the store, to be shown. If that fails, it is
// logged, and the error is ErrNotRead, or the context's cause. It blocks on the disk.
func (h *Hub) History(ctx context.Context, roomName string, read func(store.Store) ([]store.Message, error)) ([]store.Message, error) {
	list, err := read(h.store)
	switch {
	case err == nil:
		return list, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	h.opts.Log.Error("history not read", "room", roomName, "err", err)
	return nil, ErrNotRead
}
