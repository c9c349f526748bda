package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/store"
)

// The mechanisms of SASL. IRC clients are told "PLAIN,SCRAM-SHA-256".
const (
	Plain       = "PLAIN"
	ScramSHA256 = "SCRAM-SHA-256"
	Mechanisms  = Plain + "," + ScramSHA256
)

// An Exchange is one try to log in, of one client. It is not for concurrent use.
type Exchange struct {
	accounts *Accounts
	step     func(ctx context.Context, msg string) (reply string, err error)
	next     func(ctx context.Context, msg string) (reply string, err error)
	buf      strings.Builder // pieces of a message of which more are to come
	account  store.Account
	done     bool

	// SCRAM
	first       clientFirst
	serverFirst string
	keys        scramKeys
	known       store.Account // whose keys they are; without a key when they are made up
}

// Start begins a try to log in, with a mechanism as the client names it; ok is
// false for one that is not known.
func (a *Accounts) Start(mechanism string) (e *Exchange, ok bool) {
	e = &Exchange{accounts: a}
	switch strings.ToUpper(mechanism) {
	case Plain:
		e.step = e.plain
	case ScramSHA256:
		e.step = e.scramFirst
	default:
		return nil, false
	}
	return e, true
}

// Account is who has logged in, once a step has said that all is done.
func (e *Exchange) Account() store.Account { return e.account }

// Step takes a message of the client. The reply, if the exchange is not done, is
// to be sent. ErrDenied and ErrProtocol end it, as does an error of the store or
// the end of the context; it fails ever after.
func (e *Exchange) Step(ctx context.Context, msg string) (reply string, done bool, err error) {
	if e.step == nil {
		return "", false, ErrProtocol
	}
	step := e.step
	e.step, e.next = nil, nil
	if reply, err = step(ctx, msg); err != nil {
		return "", false, err
	}
	e.step = e.next
	return reply, e.done, nil
}

// chunk is how much of a message IRC sends at a time, and maxMessage the longest
// that is put together again, in base64.
const (
	chunk      = 400
	maxMessage = 4000
)

// Authenticate takes what follows AUTHENTICATE in a line of IRC: base64 in pieces
// of 400 bytes, the last of them shorter, where + stands for an empty one. It
// returns what is to be sent after AUTHENTICATE, a line for each; none while
// pieces are missing, or when it is done. For the rest it is as Step; a client
// that gives up with * is the caller's to tell.
func (e *Exchange) Authenticate(ctx context.Context, piece string) (replies []string, done bool, err error) {
	if len(piece) > chunk || e.buf.Len()+len(piece) > maxMessage {
		e.step = nil
		return nil, false, ErrProtocol
	}
	if piece != "+" {
		e.buf.WriteString(piece)
	}
	if len(piece) == chunk {
		return nil, false, nil
	}
	msg, err := base64.StdEncoding.DecodeString(e.buf.String())
	e.buf.Reset()
	if err != nil {
		e.step = nil
		return nil, false, ErrProtocol
	}
	reply, done, err := e.Step(ctx, string(msg))
	if err != nil || done {
		return nil, done, err
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(reply))
	for ; len(encoded) >= chunk; encoded = encoded[chunk:] {
		replies = append(replies, encoded[:chunk])
	}
	if encoded == "" {
		encoded = "+"
	}
	return append(replies, encoded), false, nil
}

// plain is the one step of PLAIN: AUTHZ NUL USER NUL PASSWORD (RFC 4616).
func (e *Exchange) plain(ctx context.Context, msg string) (string, error) {
	part := strings.Split(msg, "\x00")
	if len(part) != 3 || part[1] == "" {
		return "", ErrProtocol
	}
	if !same(part[0], part[1]) {
		return "", ErrDenied
	}
	account, err := e.accounts.Check(ctx, part[1], part[2])
	if err != nil {
		return "", err
	}
	e.account, e.done = account, true
	return "", nil
}

// same reports whether the identity to act as, if there is one, is the user.
func same(authz, user string) bool { return authz == "" || name.Fold(authz) == name.Fold(user) }

// scramFirst answers the client's first message with a salt and rounds.
func (e *Exchange) scramFirst(ctx context.Context, msg string) (string, error) {
	var ok bool
	if e.first, ok = parseClientFirst(msg); !ok {
		return "", ErrProtocol
	}
	if !same(e.first.authz, e.first.user) {
		return "", ErrDenied
	}
	secret, err := e.accounts.storeSecret(ctx)
	if err != nil {
		return "", err
	}
	key := name.Fold(e.first.user)
	e.keys = madeUp(secret, key, e.accounts.opts.ScramRounds)
	switch acc, err := e.accounts.store.Account(ctx, key); {
	case err == nil:
		if e.keys, ok = parseScramKeys(acc.Scram); !ok {
			return "", fmt.Errorf("account %q: the stored keys are not those of %s", key, ScramSHA256)
		}
		e.known = acc
	case !errors.Is(err, store.ErrNotFound):
		return "", err
	}
	salt := base64.StdEncoding.EncodeToString(e.keys.salt)
	e.serverFirst = fmt.Sprintf("r=%s%s,s=%s,i=%d", e.first.nonce, newNonce(), salt, e.keys.rounds)
	e.next = e.scramFinal
	return e.serverFirst, nil
}

// scramFinal checks the client's proof, and answers with the server's.
func (e *Exchange) scramFinal(_ context.Context, msg string) (string, error) {
	f, ok := parseClientFinal(msg)
	nonce, _, _ := strings.Cut(strings.TrimPrefix(e.serverFirst, "r="), ",")
	if !ok || string(f.binding) != e.first.gs2 || f.nonce != nonce {
		return "", ErrProtocol
	}
	signature, right := e.keys.verify(e.first.bare+","+e.serverFirst+","+f.bare, f.proof)
	if !right || e.known.Key == "" {
		return "", ErrDenied
	}
	e.next = e.scramEnd
	return "v=" + base64.StdEncoding.EncodeToString(signature), nil
}

// scramEnd takes the empty message by which the client says that it has checked
// the server's proof.
func (e *Exchange) scramEnd(_ context.Context, msg string) (string, error) {
	if msg != "" {
		return "", ErrProtocol
	}
	e.account, e.done = e.known, true
	return "", nil
}
