package room

import (
	"fmt"
	"strconv"

	"baton/internal/tool/chat/name"
)

func fold(s string) string { return name.Fold(s) }

func skeletonOf(s string) string { return name.Skeleton(s) }

func checkNick(s string) error {
	if err := name.Nick(s); err != nil {
		return fmt.Errorf("%w: %w", ErrBadName, err)
	}
	return nil
}

func checkRoom(s string) error {
	if err := name.Room(s); err != nil {
		return fmt.Errorf("%w: %w", ErrBadRoom, err)
	}
	return nil
}

// guest returns a name for somebody who has lost theirs.
func guest(n int) string { return "guest" + strconv.Itoa(n) }
