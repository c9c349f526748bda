package account

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"baton/internal/tool/chat/store"
)

// secretKey is where the store keeps our secret, as an account that nobody can
// log in to: no name folds to it.
const secretKey = "\x00secret"

// storeSecret returns random bytes that stay the same as long as the store does,
// and are made when they are first asked for. If they changed, a salt that
// changes would give away that there is no such account.
func (a *Accounts) storeSecret(ctx context.Context) ([]byte, error) {
	a.mu.Lock()
	secret := a.secret
	a.mu.Unlock()
	if secret != nil {
		return secret, nil
	}
	err := a.store.CreateAccount(ctx, store.Account{
		Key: secretKey, Skeleton: secretKey, Created: time.Now(),
		Credentials: store.Credentials{Scram: base64.StdEncoding.EncodeToString(append(newSalt(), newSalt()...))},
	})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return nil, err
	}
	acc, err := a.store.Account(ctx, secretKey)
	if err != nil {
		return nil, err
	}
	secret, err = base64.StdEncoding.DecodeString(acc.Scram)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.secret = secret
	a.mu.Unlock()
	return secret, nil
}

// madeUp returns keys for an account that does not exist, the same each time. No
// proof fits them.
func madeUp(secret []byte, key string, rounds int) scramKeys {
	return scramKeys{
		rounds:    rounds,
		salt:      sign(secret, "salt "+key)[:saltSize],
		storedKey: sign(secret, "stored "+key),
		serverKey: sign(secret, "server "+key),
	}
}
