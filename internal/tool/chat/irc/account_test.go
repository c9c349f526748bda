package irc

import (
	"encoding/base64"
	"strings"
	"testing"

	"baton/internal/tool/chat/room"
)

func TestSasl(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	good, bad := b64("\x00Al\x00secretsecret"), b64("\x00Al\x00wrong")
	long := b64(strings.Repeat("A", 141) + "\x00" + strings.Repeat("a", 141) + "\x00secretsecret" + "xxxx") // 400 bytes in base64
	for _, tt := range []struct{ name, script string }{
		{"plain", `
			al> CAP LS 302
			al< :srv CAP * LS :* draft/account-registration=before-connect * sasl=PLAIN,SCRAM-SHA-256 *
			al> AUTHENTICATE PLAIN
			al< :srv 904 *
			al> CAP REQ :sasl account-tag extended-join
			al< :srv CAP * ACK :*
			al> NICK al
			al> USER a 0 * :Al
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + good + `
			al< :srv 900 * al!~a@host.al al :You are now logged in as al
			al< :srv 903 * :*
			al> CAP END
			al..:srv 221 *
			al> JOIN #a
			al< @account=al :al!~a@host.al JOIN #a al :Al
			al..:srv 366 *
			al> WHOIS al
			al..:srv 330 al al al :*
			al..:srv 318 *
			al> AUTHENTICATE PLAIN
			al< :srv 907 *`},
		{"wrong", `
			al> CAP REQ sasl
			al< *ACK*
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + bad + `
			al< :srv 904 *
			al> AUTHENTICATE FOO
			al< :srv 908 * PLAIN,SCRAM-SHA-256 :*
			al< :srv 904 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE *
			al< :srv 906 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE !!!
			al< :srv 904 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + strings.Repeat("x", 401) + `
			al< :srv 905 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE +
			al< :srv 904 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + bad + `
			al< :srv 904 *
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + bad + `
			al< :srv 904 *
			al< ERROR :Closing link: too many wrong passwords
			al!`},
		{"in parts", `
			al> CAP REQ sasl
			al< *ACK*
			al> AUTHENTICATE PLAIN
			al< AUTHENTICATE +
			al> AUTHENTICATE ` + long + `
			al:
			al> AUTHENTICATE +
			al< :srv 904 *`},
		{"password of the connection", `
			al> PASS al:wrong
			al< :srv 464 *
			al> PASS al:secretsecret
			al< :srv 900 *
			al> NICK al
			al> USER a 0 * :Al
			al< :srv 001 *`},
		{"register what others are called", `
			bo> NICK bert
			bo> USER b 0 * :Bo
			bo..:srv 221 *
			al> CAP REQ :standard-replies draft/account-registration
			al< *ACK*
			al> REGISTER bert * secretsecret
			al< :srv FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK bert :*
			al> NICK bert
			al> REGISTER * * secretsecret
			al< :srv FAIL REGISTER BAD_ACCOUNT_NAME bert :Somebody has this name*
			al> REGISTER BERT * secretsecret
			al< :srv FAIL REGISTER BAD_ACCOUNT_NAME BERT :Somebody has this name*
			al> NICK mallory
			al> USER a 0 * :Al
			al> CAP END
			al..:srv 221 *
			al> REGISTER bert * secretsecret
			al< :srv FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK bert :*
			bo:
			bo> REGISTER Bert * secretsecret
			bo< :srv NOTICE bert :The account *Bert*
			bo< :srv 900 *`},
		{"register what is registered", `
			al> CAP REQ :standard-replies draft/account-registration
			al< *ACK*
			al> NICK AL
			al> REGISTER * * secretsecret
			al< :srv FAIL REGISTER ACCOUNT_EXISTS AL :There is such *
			al> NICK a!b
			al> REGISTER * * secretsecret
			al< :srv FAIL REGISTER BAD_ACCOUNT_NAME a!b :This is no valid *`},
		{"register", `
			al> NICK bert
			al> USER a 0 * :Al
			al..:srv 221 *
			al> REGISTER AL * secretsecret
			al< :srv 400 bert REGISTER :You can register only the name that you have
			al> REGISTER * * abc
			al< :srv 400 bert REGISTER :The password must have*
			al> CAP REQ :standard-replies draft/account-registration
			al< *ACK*
			al> REGISTER * * abc
			al< :srv FAIL REGISTER WEAK_PASSWORD bert :*
			al> REGISTER * * secretsecret
			al< :srv REGISTER SUCCESS bert :*
			al< :srv 900 bert bert!~a@host.al bert :*
			al> REGISTER * * secretsecret
			al< :srv FAIL REGISTER ALREADY_AUTHENTICATED bert :*
			bo> NICK BERT
			bo> USER b 0 * :Bo
			bo< :srv 433 *
			al> QUIT
			bo> NICK bert
			bo< :srv 433 * bert :*belongs*
			bo> PASS bert:secretsecret
			bo< :srv 900 *
			bo> NICK bert
			bo< :srv 001 bert *`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, room.Options{}, Options{Accounts: theWorlds}, func(w *world) { w.script(tt.script) })
		})
	}
}
