package room

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Why a transaction refuses what it was asked.
var (
	ErrNameInUse     = errors.New("the name is in use")
	ErrNameReserved  = errors.New("the name belongs to an account; log in to use it")
	ErrBadName       = errors.New("this is no valid name")
	ErrBadRoom       = errors.New("this is no valid name of a room")
	ErrNoSuchRoom    = errors.New("there is no such room")
	ErrNoSuchName    = errors.New("there is nobody with that name")
	ErrNotMember     = errors.New("you are not in that room")
	ErrTheyNotMember = errors.New("they are not in that room")
	ErrAlready       = errors.New("they are in that room already")
	ErrNeedOp        = errors.New("this takes an operator")
	ErrBanned        = errors.New("you are banned from that room")
	ErrKey           = errors.New("the room has a key, and this is not it")
	ErrFull          = errors.New("the room is full")
	ErrInviteOnly    = errors.New("the room is open only to those who were invited")
	ErrModerated     = errors.New("the room is moderated: only operators and those they gave a voice may speak")
	ErrMuted         = errors.New("you are muted in that room")
	ErrShut          = errors.New("the room was closed by an operator")
	ErrTooMany       = errors.New("too many")
	ErrTooLong       = errors.New("too long")
	ErrEmpty         = errors.New("there is no text")
	ErrRegistered    = errors.New("already registered")
	ErrNotRegistered = errors.New("not registered")
	ErrGone          = errors.New("the client is gone")
	ErrUnknownMode   = errors.New("there is no such mode")
	ErrNeedArg       = errors.New("the mode needs an argument")
	ErrNotKept       = errors.New("the message could not be stored")
	ErrNotRead       = errors.New("what was said there could not be read")
)

// A limit is an ErrTooMany that says of what.
type limit string

func (l limit) Error() string { return string(l) }

// Is reports that each limit is an ErrTooMany.
func (limit) Is(target error) bool { return target == ErrTooMany }

// What there are too many of, see [ErrTooMany].
const (
	ErrRooms    limit = "you are in too many rooms"
	ErrAllRooms limit = "there are too many rooms"
	ErrInvited  limit = "too many are invited to that room who have not come yet"
	ErrListFull limit = "the list of bans is full"
)

// A length is an ErrTooLong that says of what.
type length string

func (l length) Error() string { return string(l) }

// Is reports that each length is an ErrTooLong.
func (length) Is(target error) bool { return target == ErrTooLong }

// ErrLongTopic says that a topic has more than [MaxTopic] bytes.
const ErrLongTopic length = "a topic may have 240 bytes at most"

// Why a client's connection was ended, see [Client.Err].
var (
	ErrSlow    = errors.New("you were too slow in reading")
	ErrSendQ   = errors.New("too much was waiting for you")
	ErrKilled  = errors.New("removed by an operator")
	ErrDrained = errors.New("the server is going down")
)

// A ChangeError says which change of modes failed, and why.
type ChangeError struct {
	Change Change
	Err    error
}

func (e *ChangeError) Error() string {
	return strings.TrimSpace(string(e.Change.sign())+string(e.Change.Mode)+" "+e.Change.Arg) + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *ChangeError) Unwrap() error { return e.Err }

// Sentence returns an error as a sentence for the client whose doing it is: the first of
// several.
func Sentence(err error) string {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) && len(many.Unwrap()) > 0 {
		list := many.Unwrap()
		if errors.Is(list[0], ErrBadName) || errors.Is(list[0], ErrBadRoom) {
			return "That will not do: " + list[1].Error() + "."
		}
		err = list[0]
	}
	var change *ChangeError
	if errors.As(err, &change) {
		err = change.Err
	}
	text := err.Error()
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:] + "."
}
