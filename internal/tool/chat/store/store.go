// Package store keeps what a chat server must not forget: the messages of its
// rooms, the rooms, and the accounts.
//
// [Open] keeps them in SQLite databases in a directory, and [Memory] as long as
// the process lives. The two behave alike, down to what a search finds; one
// suite of tests runs on both.
//
// A room is a log: the server numbers its messages 1, 2, 3, … and appends them;
// they never change. Rooms and accounts are found by a key, which is the name as
// folded by the caller. Keys are compared byte by byte.
package store

import (
	"context"
	"errors"
)

// A Store holds messages, rooms and accounts. All methods may be called
// concurrently. Each returns what it wrote only once that is safe, so that it is
// there even if the process or the machine ends at the next moment. A method
// that fails has changed nothing.
//
// The methods block on the disk. Once their context is done they return, wrapped,
// its cause; what was being written may then have been written or not.
type Store interface {
	// Epoch returns a short random word made with the store. Numbers of messages
	// from before and after a change of epoch have nothing to do with each other.
	Epoch() string

	// Append adds messages, all or none of them. In each room the numbers must
	// go on from the last one, else the error is ErrSequence. Times are kept to
	// the millisecond. The messages are the caller's again when it returns.
	Append(ctx context.Context, messages []Message) error
	// Last returns the number of the room's last message, or 0.
	Last(ctx context.Context, room string) (uint64, error)
	// Messages returns a part of a room's history, the oldest first. A room that
	// does not exist has no messages.
	Messages(ctx context.Context, room string, r Range) ([]Message, error)
	// Search returns those messages of the range that have all words of the
	// query, the oldest first. A word is letters and digits; case and accents do
	// not count. "Several words" in quotation marks stand side by side, as do the
	// parts of a word with other characters in it, and those of scripts written
	// without spaces. With * at its end a word stands for all that begin with it.
	// A query without any word finds nothing; none is an error. Search finds all
	// that was appended before it began.
	Search(ctx context.Context, room, query string, r Range) ([]Message, error)
	// Sent returns the first message that has the two ids, or ErrNotFound, so
	// that a line which a client sends again is not appended again. The server
	// asks before it appends: Append takes such a message twice.
	Sent(ctx context.Context, client, clientID string) (Message, error)

	// Rooms returns all rooms that were saved or have messages, by key.
	Rooms(ctx context.Context) ([]Room, error)
	// SaveRooms creates the rooms or replaces what is known of them, all or none.
	SaveRooms(ctx context.Context, rooms []Room) error
	// DeleteRoom forgets a room and its messages. Should it come again, its
	// numbers go on from where they were, so that none is used twice. Deleting
	// what does not exist is no error.
	DeleteRoom(ctx context.Context, room string) error

	// CreateAccount adds an account, or returns ErrExists when there is one with
	// its key or its skeleton.
	CreateAccount(ctx context.Context, a Account) error
	// Account returns the account with that key, or ErrNotFound.
	Account(ctx context.Context, key string) (Account, error)
	// Reserved returns the key of the account that has that skeleton, or
	// ErrNotFound.
	Reserved(ctx context.Context, skeleton string) (string, error)
	// SetCredentials replaces the credentials of an account, or returns
	// ErrNotFound.
	SetCredentials(ctx context.Context, key string, c Credentials) error

	// Close waits for the calls under way, and gives up the directory. Calls
	// after it return ErrClosed, as does a second Close.
	Close() error
}

// Errors that the caller tells apart, for use with [errors.Is].
var (
	ErrNotFound = errors.New("store: not found")
	ErrExists   = errors.New("store: exists already")
	ErrSequence = errors.New("store: number out of sequence")
	ErrClosed   = errors.New("store: closed")
)

// Errors of [Open].
var (
	ErrInUse   = errors.New("store: in use by another process")
	ErrDamaged = errors.New("store: not a database of baton chat, or damaged")
	ErrNewer   = errors.New("store: written by a newer baton")
)
