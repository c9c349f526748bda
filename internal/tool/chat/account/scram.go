package account

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

// The names of the fields are those of RFC 5802, which SCRAM-SHA-256 of RFC 7677
// follows with another hash. The library that there is, xdg-go/scram, asks for an
// account by a callback without a context, and answers for one that does not
// exist at once; with that put right around it, little of it would be left.

// scramKeys are what is stored of a password: enough to check a proof of it, not
// enough to make one.
type scramKeys struct {
	rounds               int
	salt                 []byte
	storedKey, serverKey []byte
}

// newScramKeys returns the keys of a password with a new salt, as text:
// SCRAM-SHA-256$ROUNDS:SALT$STOREDKEY:SERVERKEY, as RFC 5803 writes them.
func newScramKeys(password string, rounds int) (string, error) {
	salt := newSalt()
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return "", err
	}
	stored := sha256.Sum256(sign(salted, "Client Key"))
	enc := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d:%s$%s:%s", ScramSHA256, rounds, enc(salt), enc(stored[:]), enc(sign(salted, "Server Key"))), nil
}

// parseScramKeys reads what newScramKeys has written.
func parseScramKeys(s string) (k scramKeys, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 3 || part[0] != ScramSHA256 {
		return k, false
	}
	rounds, salt, _ := strings.Cut(part[1], ":")
	if _, err := fmt.Sscan(rounds, &k.rounds); err != nil || k.rounds < 1 {
		return k, false
	}
	var err error
	if k.salt, err = base64.StdEncoding.DecodeString(salt); err != nil || len(k.salt) == 0 {
		return k, false
	}
	k.storedKey, k.serverKey, ok = cutBase64(part[2], ":", base64.StdEncoding)
	return k, ok && len(k.storedKey) == sha256.Size && len(k.serverKey) == sha256.Size
}

// verify checks a client's proof over the messages so far, and returns the
// server's signature.
func (k scramKeys) verify(auth string, proof []byte) (signature []byte, ok bool) {
	if len(proof) != sha256.Size {
		return nil, false
	}
	clientKey := make([]byte, sha256.Size)
	subtle.XORBytes(clientKey, proof, sign(k.storedKey, auth))
	stored := sha256.Sum256(clientKey)
	return sign(k.serverKey, auth), subtle.ConstantTimeCompare(stored[:], k.storedKey) == 1
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// clientFirst is a client's first message.
type clientFirst struct {
	gs2, bare   string // what is before the name, and all from it on
	authz, user string
	nonce       string
}

// parseClientFirst reads n,a=AUTHZ,n=USER,r=NONCE with what may follow. The flag
// y, "I would bind the channel if you could", is fine: the server can not.
func parseClientFirst(msg string) (f clientFirst, ok bool) {
	part := strings.SplitN(msg, ",", 3)
	if len(part) < 3 || part[0] != "n" && part[0] != "y" {
		return f, false
	}
	f.gs2, f.bare = part[0]+","+part[1]+",", part[2]
	if part[1] != "" {
		authz, isAuthz := strings.CutPrefix(part[1], "a=")
		if f.authz, ok = saslName(authz); !ok || !isAuthz {
			return f, false
		}
	}
	field := strings.Split(f.bare, ",")
	if len(field) < 2 {
		return f, false
	}
	user, isUser := strings.CutPrefix(field[0], "n=") // m=, an extension that we must know, is none
	nonce, isNonce := strings.CutPrefix(field[1], "r=")
	f.nonce = nonce
	f.user, ok = saslName(user)
	return f, ok && isUser && isNonce && printable(nonce)
}

// saslName decodes a name, in which =2C stands for a comma and =3D for =.
func saslName(s string) (string, bool) {
	name := strings.NewReplacer("=2C", ",", "=3D", "=").Replace(s)
	return name, s != "" && strings.Count(s, "=") == strings.Count(s, "=2C")+strings.Count(s, "=3D")
}

// printable reports whether a nonce has the characters that it may have.
func printable(s string) bool {
	bad := func(r rune) bool { return r < '!' || r > '~' || r == ',' }
	return s != "" && !strings.ContainsFunc(s, bad)
}

// clientFinal is a client's second message.
type clientFinal struct {
	binding []byte
	nonce   string
	bare    string // all but the proof
	proof   []byte
}

// parseClientFinal reads c=BINDING,r=NONCE,p=PROOF with what may be before p.
func parseClientFinal(msg string) (f clientFinal, ok bool) {
	i := strings.LastIndex(msg, ",p=")
	if i < 0 {
		return f, false
	}
	f.bare = msg[:i]
	field := strings.Split(f.bare, ",")
	if len(field) < 2 {
		return f, false
	}
	binding, isBinding := strings.CutPrefix(field[0], "c=")
	nonce, isNonce := strings.CutPrefix(field[1], "r=")
	f.nonce = nonce
	var err, err2 error
	f.binding, err = base64.StdEncoding.DecodeString(binding)
	f.proof, err2 = base64.StdEncoding.DecodeString(msg[i+len(",p="):])
	return f, isBinding && isNonce && err == nil && err2 == nil
}

// newNonce returns a nonce of the server.
func newNonce() string { return rand.Text() }

// cutBase64 cuts s at sep, and decodes both parts.
func cutBase64(s, sep string, enc *base64.Encoding) (before, after []byte, ok bool) {
	b, a, found := strings.Cut(s, sep)
	before, err := enc.DecodeString(b)
	after, err2 := enc.DecodeString(a)
	return before, after, found && err == nil && err2 == nil && !bytes.Equal(before, nil)
}
