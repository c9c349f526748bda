package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// A hash is written as other programs write it:
// $argon2id$v=19$m=19456,t=2,p=1$SALT$KEY.
const (
	hashFormat = "$argon2id$v=19$m=%d,t=%d,p=1$%s"
	saltSize   = 16
	keySize    = 32
)

var errHash = errors.New("the stored hash is not one of argon2id")

// newSalt returns random bytes.
func newSalt() []byte {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails
	return salt
}

// hash returns a password's hash with a new salt.
func hash(password string, opts Options) string {
	salt := newSalt()
	key := argon2.IDKey([]byte(password), salt, uint32(opts.Passes), uint32(opts.Memory), 1, keySize)
	enc := base64.RawStdEncoding
	return fmt.Sprintf(hashFormat, opts.Memory, opts.Passes, enc.EncodeToString(salt)+"$"+enc.EncodeToString(key))
}

// matches reports whether a hash is the password's. For an empty hash it does the
// work and reports false.
func matches(stored, password string, opts Options) (bool, error) {
	if stored == "" {
		argon2.IDKey([]byte(password), make([]byte, saltSize), uint32(opts.Passes), uint32(opts.Memory), 1, keySize)
		return false, nil
	}
	var memory, passes uint32
	var rest string
	if _, err := fmt.Sscanf(stored, hashFormat, &memory, &passes, &rest); err != nil || memory > 1<<22 || passes-1 > 1<<10 {
		return false, errHash
	}
	salt, key, ok := cutBase64(rest, "$", base64.RawStdEncoding)
	if !ok || len(key) != keySize {
		return false, errHash
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, 1, keySize)
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}
