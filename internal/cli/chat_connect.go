package cli

import (
	"cmp"
	"context"
	"net"
	"os"
	"os/user"
	"strings"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/connect"
	"baton/internal/ui"
)

func (a *app) chatConnect() *command {
	var o connect.Options
	var secure bool
	var passwordFile string
	var tls endpoint.ClientTLS
	return &command{
		name:  "chat connect",
		args:  "HOST:PORT",
		group: groupNet,
		short: "chat from the terminal",
		long: `Connects to a chat that baton chat serve serves. Lines are edited below what others say; the tab key completes names and commands, and /help shows the commands. When the connection breaks, it is made again: what was missed is shown, and what was not confirmed is sent again, once.

Without a terminal it sends the lines of standard input and prints what it gets, with tabs between time (UTC), room, kind, name and text. At the end of the input it waits until all of its lines are confirmed.`,
		examples: []example{
			{"baton chat connect localhost:8000", "with your user name"},
			{"baton chat connect -n alice -r '#go' chat.example:8000", "as alice, in the room #go"},
			{"baton chat connect --tls --pin sha256:… chat.example:8000", "encrypted, with a certificate that nobody else vouches for"},
			{"make 2>&1 | tail -1 | baton chat connect -n build :8000", "tell the lobby how it went"},
		},
		exits: []exitCode{exitOK, exitFailed, exitUsage, exitInterrupted, exitTerminated},
		json:  &o.JSON,
		flags: func(f *flags) {
			f.StringVarP(&o.Nick, "nick", "n", "", "your `NAME` there (default: your user name)")
			f.StringArrayVarP(&o.Rooms, "room", "r", nil, "begin in the room `NAME` rather than in #lobby; may be repeated")
			f.StringVar(&passwordFile, "password-file", "", "log in to the account of that name, with the password in the first line of `FILE`")
			f.Group("TLS flags")
			f.BoolVar(&secure, "tls", false, "use TLS")
			f.StringVar(&tls.Pin, "pin", "", "the server's certificate has this `FINGERPRINT`, whoever vouches for it; implies --tls")
			f.StringVar(&tls.CA, "ca", "", "trust the certificates in the PEM `FILE`; implies --tls")
		},
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			if len(args) != 1 {
				return usagef("want the address of one server")
			}
			var err error
			if o.Address, err = endpoint.Address(args[0], "8000"); err != nil {
				return usagef("%w", err)
			}
			for i, room := range o.Rooms {
				if !strings.HasPrefix(room, "#") {
					o.Rooms[i] = "#" + room
				}
			}
			if passwordFile != "" {
				if o.Password, err = firstLine(passwordFile); err != nil {
					return err
				}
			}
			o.Nick = cmp.Or(o.Nick, userName(s))
			if secure || tls.Pin != "" || tls.CA != "" {
				host, _, _ := net.SplitHostPort(o.Address)
				if o.TLS, err = tls.Config(host); err != nil {
					return usagef("%w", err)
				}
			}
			return connect.Run(ctx, o, s)
		},
	}
}

// userName returns who runs this.
func userName(s *ui.Streams) string {
	if name, _ := s.Env("USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		// On Windows it comes with a domain.
		return u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
	}
	return "guest"
}

func firstLine(file string) (string, error) {
	b, err := os.ReadFile(file)
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSuffix(line, "\r"), err
}
