package web

import (
	"errors"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
)

// codeOf returns what programs tell an error apart by; "failed" for one that has
// nothing else.
func codeOf(err error) string {
	is := func(target error) bool { return errors.Is(err, target) }
	switch {
	case is(room.ErrNameInUse):
		return "name-in-use"
	case is(room.ErrNameReserved):
		return "name-reserved"
	case is(room.ErrBadName):
		return "bad-name"
	case is(room.ErrBadRoom):
		return "bad-room"
	case is(room.ErrNoSuchRoom):
		return "no-such-room"
	case is(room.ErrNoSuchName):
		return "no-such-name"
	case is(room.ErrNotMember):
		return "not-member"
	case is(room.ErrNeedOp):
		return "need-operator"
	case is(room.ErrBanned):
		return "banned"
	case is(room.ErrKey):
		return "bad-key"
	case is(room.ErrFull):
		return "full"
	case is(room.ErrInviteOnly):
		return "invite-only"
	case is(room.ErrModerated):
		return "moderated"
	case is(room.ErrMuted):
		return "muted"
	case is(room.ErrShut):
		return "closed"
	case is(room.ErrTooMany):
		return "too-many"
	case is(room.ErrTooLong):
		return "too-long"
	case is(room.ErrEmpty):
		return "empty"
	case is(room.ErrRegistered):
		return "registered"
	case is(errNoRequest):
		return "bad-request"
	case is(errUnknown), is(errNoCommand), is(errNoName):
		return "unknown-request"
	case is(login.ErrNoAccounts):
		return "no-accounts"
	}
	return "failed"
}
