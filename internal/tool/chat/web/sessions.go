package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"

	"baton/internal/tool/chat/room"
)

// errReplaced is why a connection ends whose browser has made another one.
var errReplaced = errors.New("you have connected again")

// sessions are the browsers that are connected, by the secret that each was given.
// The zero value is ready.
type sessions struct {
	mu      sync.Mutex
	clients map[string]*room.Client // guarded by mu
}

// tokenSize is how many bytes a secret has.
const tokenSize = 16

// newToken returns a secret that nobody can guess.
func newToken() string {
	var b [tokenSize]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// isToken reports whether a secret has the form of one of ours. Whether it is one
// doesn't matter: who has made one up has a session that is as good.
func isToken(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == tokenSize
}

// public returns what a session is called in the store, from which its secret can't
// be told.
func public(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "web:" + hex.EncodeToString(sum[:12])
}

// take makes c the connection of a session, and returns the one that it has been so
// far, or nil.
func (s *sessions) take(token string, c *room.Client) (old *room.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients == nil {
		s.clients = map[string]*room.Client{}
	}
	old = s.clients[token]
	s.clients[token] = c
	return old
}

// forget ends a session's connection, unless it has another one already.
func (s *sessions) forget(token string, c *room.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients[token] == c {
		delete(s.clients, token)
	}
}
