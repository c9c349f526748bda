package web

import (
	"errors"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
)

// codeOf returns what programs tell an error apart by; "failed" for one that has
// nothing else.
func codeOf(err error) string {
	for _, known := range [...]struct {
		err  error
		code string
	}{
		{room.ErrNameInUse, "name-in-use"},
		{room.ErrNameReserved, "name-reserved"},
		{room.ErrBadName, "bad-name"},
		{room.ErrBadRoom, "bad-room"},
		{room.ErrNoSuchRoom, "no-such-room"},
		{room.ErrNoSuchName, "no-such-name"},
		{room.ErrNotMember, "not-member"},
		{room.ErrNeedOp, "need-operator"},
		{room.ErrBanned, "banned"},
		{room.ErrKey, "bad-key"},
		{room.ErrFull, "full"},
		{room.ErrInviteOnly, "invite-only"},
		{room.ErrModerated, "moderated"},
		{room.ErrMuted, "muted"},
		{room.ErrShut, "closed"},
		{room.ErrTooMany, "too-many"},
		{room.ErrTooLong, "too-long"},
		{room.ErrEmpty, "empty"},
		{room.ErrRegistered, "registered"},
		{errNoRequest, "bad-request"},
		{errUnknown, "unknown-request"},
		{errNoCommand, "unknown-request"},
		{errNoName, "unknown-request"},
		{login.ErrNoAccounts, "no-accounts"},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return "failed"
}
