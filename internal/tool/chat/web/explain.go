package web

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"baton/internal/tool/chat/room"
)

// codes are what programs tell errors apart by.
var codes = []struct {
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
	{errUnknown, "unknown-request"},
	{errNoAccounts, "no-accounts"},
}

// codeOf returns the code for an error; "failed" where it has none.
func codeOf(err error) string {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "failed"
}

// explain makes an error a sentence.
func explain(err error) string {
	var change *room.ChangeError
	if errors.As(err, &change) {
		err = change.Err
	}
	text := err.Error()
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:] + "."
}
