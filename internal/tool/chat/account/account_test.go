package account

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/store"
)

// cheap is for tests.
var cheap = Options{Memory: 64, Passes: 1, ScramRounds: 4096}

const password = "correct horse"

// newAlice returns accounts with one of Alice in it.
func newAlice(t testing.TB) *Accounts {
	t.Helper()
	a := New(store.Memory(1), cheap)
	if _, err := a.Register(t.Context(), "Alice", password); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRegister(t *testing.T) {
	a := newAlice(t)
	tests := []struct {
		nick, password string
		want           error
	}{
		{"bob", "12345678", nil},
		{"zoë", "pässwörd", nil},
		{"alice", password, ErrExists},
		{"A1ice", password, ErrExists},
		{"carol", "1234567", ErrPassword},
		{"carol", strings.Repeat("x", 257), ErrPassword},
		{"carol", "1234567\x00", ErrPassword},
		{"carol", "1234567\xff", ErrPassword},
		{"car ol", password, name.ErrChar},
		{"", password, name.ErrEmpty},
	}
	for _, tt := range tests {
		if _, err := a.Register(t.Context(), tt.nick, tt.password); !errors.Is(err, tt.want) {
			t.Errorf("%s, %q: got %v, want %v", tt.nick, tt.password, err, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	a := newAlice(t)
	if _, err := a.Register(t.Context(), "zoe", "e\u0301a\u00a0b c d"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		nick, password string
		want           error
	}{
		{"Alice", password, nil},
		{"ALICE", password, nil},
		{"zoe", "\u00e9a b c d", nil},
		{"alice", "wrong", ErrDenied},
		{"alice", "", ErrDenied},
		{"bob", password, ErrDenied},
		{"", "", ErrDenied},
		{"alice", password + "\x00", ErrDenied},
		{"a1ice", password, ErrDenied},
		{secretKey, password, ErrDenied},
		{secretKey, "", ErrDenied},
	} {
		acc, err := a.Check(t.Context(), tt.nick, tt.password)
		if !errors.Is(err, tt.want) || err == nil && acc.Key != name.Fold(tt.nick) {
			t.Errorf("%s, %q: got %q, %v, want %v", tt.nick, tt.password, acc.Key, err, tt.want)
		}
	}
	if err := a.SetPassword(t.Context(), "alice", "battery staple"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Check(t.Context(), "alice", password); !errors.Is(err, ErrDenied) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := a.Check(t.Context(), "alice", "battery staple"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// A stored hash says what it costs, and one that is none is an error.
func TestStored(t *testing.T) {
	h := hash(password, cheap)
	if !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hash is %s", h)
	}
	if ok, err := matches(h, password, Options{}); !ok || err != nil {
		t.Errorf("with other options: %v, %v", ok, err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", strings.TrimSuffix(h, h[len(h)-4:]), h[:30]} {
		if ok, err := matches(bad, password, cheap); ok || !errors.Is(err, errHash) {
			t.Errorf("%s: %v, %v", bad, ok, err)
		}
	}
}

// Whoever waits for a place to hash leaves when the context ends.
func TestConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := New(store.Memory(1), Options{Memory: 64, Concurrent: 1})
		a.slots <- struct{}{}
		cause := errors.New("went away")
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error)
		go func() { // ends with the context
			_, err := a.Check(ctx, "alice", password)
			ended <- err
		}()
		synctest.Wait()
		select {
		case err := <-ended:
			t.Fatalf("did not wait: %v", err)
		default:
		}
		cancel(cause)
		if err := <-ended; !errors.Is(err, cause) {
			t.Errorf("got %v, want the cause", err)
		}
	})
}

func TestPlain(t *testing.T) {
	a := newAlice(t)
	for _, tt := range []struct {
		msg  string
		want error
	}{
		{"\x00alice\x00" + password, nil},
		{"Alice\x00alice\x00" + password, nil},
		{"\x00alice\x00wrong", ErrDenied},
		{"bob\x00alice\x00" + password, ErrDenied},
		{"\x00bob\x00" + password, ErrDenied},
		{"", ErrProtocol},
		{"alice", ErrProtocol},
		{"\x00\x00x", ErrProtocol},
		{"\x00alice\x00a\x00b", ErrProtocol},
	} {
		e, ok := a.Start("plain")
		if !ok {
			t.Fatal("no PLAIN")
		}
		_, done, err := e.Authenticate(t.Context(), base64.StdEncoding.EncodeToString([]byte(tt.msg)))
		if !errors.Is(err, tt.want) || done != (tt.want == nil) || done != (e.Account().Key == "alice") {
			t.Errorf("%q: %v, %v, %q, want %v", tt.msg, done, err, e.Account().Key, tt.want)
		}
		if _, _, err := e.Step(t.Context(), tt.msg); !errors.Is(err, ErrProtocol) {
			t.Errorf("%q again: %v, want ErrProtocol", tt.msg, err)
		}
	}
	if _, ok := a.Start("DIGEST-MD5"); ok {
		t.Error("DIGEST-MD5 is known")
	}
}

// A client of SCRAM, by the RFC and without our code.
func scramClient(t testing.TB, e *Exchange, user, password string) (done bool, err error) {
	ctx := t.Context()
	bare := "n=" + user + ",r=clientnonce"
	first, _, err := e.Step(ctx, "n,,"+bare)
	if err != nil {
		return false, err
	}
	var nonce, salt64 string
	var rounds int
	if _, err := fmt.Sscanf(strings.ReplaceAll(first, ",", " "), "r=%s s=%s i=%d", &nonce, &salt64, &rounds); err != nil {
		t.Fatalf("%q: %v", first, err)
	}
	salt, err := base64.StdEncoding.DecodeString(salt64)
	if err != nil || !strings.HasPrefix(nonce, "clientnonce") || len(nonce) < 30 || rounds < 4096 {
		t.Fatalf("%q: %v", first, err)
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	if err != nil {
		t.Fatal(err)
	}
	clientKey := sign(salted, "Client Key")
	stored := sha256.Sum256(clientKey)
	final := "c=biws,r=" + nonce
	auth := bare + "," + first + "," + final
	proof := make([]byte, 32)
	subtle.XORBytes(proof, clientKey, sign(stored[:], auth))
	reply, _, err := e.Step(ctx, final+",p="+base64.StdEncoding.EncodeToString(proof))
	if err != nil {
		return false, err
	}
	if want := "v=" + base64.StdEncoding.EncodeToString(sign(sign(salted, "Server Key"), auth)); reply != want {
		t.Errorf("the server proves itself with %q, want %q", reply, want)
	}
	_, done, err = e.Step(ctx, "")
	return done, err
}

func TestScram(t *testing.T) {
	a := newAlice(t)
	for _, tt := range []struct {
		user, password string
		want           error
	}{
		{"alice", password, nil},
		{"ALICE", password, nil},
		{"alice", "wrong", ErrDenied},
		{"bob", password, ErrDenied},
		{"a=3Db", password, ErrDenied},
		{"a=b", password, ErrProtocol},
		{"", password, ErrProtocol},
	} {
		e, _ := a.Start(ScramSHA256)
		done, err := scramClient(t, e, tt.user, tt.password)
		if !errors.Is(err, tt.want) || done != (tt.want == nil) || done != (e.Account().Key == "alice") {
			t.Errorf("%s, %s: %v, %v, %q, want %v", tt.user, tt.password, done, err, e.Account().Key, tt.want)
		}
	}
}

// The example of RFC 7677, section 3.
func TestScramRFC(t *testing.T) {
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	salted, err := pbkdf2.Key(sha256.New, "pencil", salt, 4096, 32)
	if err != nil {
		t.Fatal(err)
	}
	stored := sha256.Sum256(sign(salted, "Client Key"))
	k := scramKeys{4096, salt, stored[:], sign(salted, "Server Key")}
	first, ok := parseClientFirst("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
	f, ok2 := parseClientFinal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
	server := "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	signature, right := k.verify(first.bare+","+server+","+f.bare, f.proof)
	if !ok || !ok2 || !right || base64.StdEncoding.EncodeToString(signature) != "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" {
		t.Errorf("%v, %v, %v, %x", ok, ok2, right, signature)
	}
}

// An account that does not exist has the salt of one that does: always the same,
// over restarts too.
func TestUnknown(t *testing.T) {
	s := store.Memory(1)
	var salts []string
	for range 2 {
		a := New(s, cheap)
		for _, user := range []string{"bob", "BOB"} {
			e, _ := a.Start(ScramSHA256)
			first, _, err := e.Step(t.Context(), "n,,n="+user+",r=x")
			if err != nil {
				t.Fatal(err)
			}
			_, salt, _ := strings.Cut(first, ",")
			salts = append(salts, salt)
		}
	}
	for _, salt := range salts {
		if salt != salts[0] {
			t.Errorf("the salts are %q", salts)
		}
	}
}

// Long messages come and go in pieces.
func TestPieces(t *testing.T) {
	a := newAlice(t)
	for size := 290; size <= 310; size++ {
		e, _ := a.Start(ScramSHA256)
		msg := "n,,n=alice,r=" + strings.Repeat("x", size-len("n,,n=alice,r="))
		encoded := base64.StdEncoding.EncodeToString([]byte(msg))
		var replies []string
		for {
			piece := encoded[:min(len(encoded), chunk)]
			encoded = encoded[len(piece):]
			if piece == "" {
				piece = "+"
			}
			var err error
			if replies, _, err = e.Authenticate(t.Context(), piece); err != nil {
				t.Fatalf("%d: %v", size, err)
			}
			if len(piece) < chunk {
				break
			}
			if replies != nil {
				t.Fatalf("%d: a reply in between: %q", size, replies)
			}
		}
		joined := strings.TrimSuffix(strings.Join(replies, ""), "+")
		got, err := base64.StdEncoding.DecodeString(joined)
		if err != nil || string(got) != e.serverFirst || len(replies[len(replies)-1]) == chunk {
			t.Errorf("%d: replies %q, %v", size, replies, err)
		}
	}
	e, _ := a.Start(Plain)
	for i := range 11 {
		_, _, err := e.Authenticate(t.Context(), strings.Repeat("A", chunk))
		if (err != nil) != (i == 10) {
			t.Errorf("piece %d: %v", i, err)
		}
	}
	if _, _, err := e.Authenticate(t.Context(), "!"); !errors.Is(err, ErrProtocol) {
		t.Errorf("not base64: %v", err)
	}
}
