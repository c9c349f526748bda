package cli

import (
	"context"

	"baton/internal/exit"
	"baton/internal/tool/nc"
	"baton/internal/ui"
)

func (a *app) nc() *command {
	f := &ncFlags{}
	return &command{
		name:    "nc",
		args:    "[HOST] PORT",
		group:   groupNet,
		short:   "connect standard input and output to a socket, or listen",
		classic: []string{"nc", "ncat", "netcat", "socat"},
		examples: []example{
			{"baton nc example.org 80", "talk to a server"},
			{"baton nc -l 9000 >file", "receive a file on this machine's loopback address"},
			{"baton nc -l '*' 9000 >file", "the same from other machines"},
			{"baton nc host 9000 <file", "and send it, with progress; ends when all has arrived"},
			{"baton nc --tls --pin sha256:ab12… host 9000", "TLS, known by the fingerprint that -l --tls prints"},
			{"baton nc -lk 9000 -e cat", "a command for each of many clients"},
			{"baton nc -lk --chat 9000", "a chat room"},
			{"baton nc -z host 1-1024", "which ports are open"},
			{"baton nc -X connect -x proxy:3128 host 22", "through a proxy"},
			{"baton nc -U /run/app.sock", "a unix socket"},
		},
		long: `
Bytes go from standard input to the connection and from the connection to standard output until both directions have ended. The end of the input closes only our half of the connection, so that the answer still comes in full, and the end of the answer does not cut off the input. Only who types at a terminal is done when the other side has ended. With --udp nobody says what the end is: a second of silence after the input's end.

With -l it listens on this machine's loopback address unless HOST says otherwise ('*' is all addresses), serves one client and ends. With -k it serves many at once until it is stopped: a file as input goes to each of them in full, and what is typed or piped goes to all who are there. With --udp it always serves many.

File, pipe and socket are joined by sendfile and splice, where the system has these, also with --rate and progress. TLS, --sha256, --hex-dump, --crlf and a terminal need a look at the bytes, which are copied then.

On a terminal, what comes is shown with control characters escaped; --raw passes them on.

A time is a number of seconds, or has a unit, as in 500ms or 1m30s. A rate is in bytes, or has a unit of 1024, as in 10M.`,
		exits: []exitCode{
			{exit.OK, "done; with -e or -c, the command's own code; with -z, a port is open"},
			exitFailed, exitUsage,
			{nc.CodeRefused, "connection refused"},
			{nc.CodeReset, "broken off by the other side, or closed before all was sent"},
			{nc.CodeTLS, "TLS: the handshake failed, or the certificate is not to be trusted"},
			{nc.CodeNoHost, "the name was not found"},
			{nc.CodeUnreachable, "no way to that address"},
			{exit.Timeout, "out of time: -w, -i, or the system's patience"},
			exitNotExecutable, exitNotFound, exitInterrupted, exitTerminated,
		},
		json:  &f.json,
		flags: f.add,
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			opts, err := f.options(s, args)
			if err != nil {
				return err
			}
			return nc.Run(ctx, opts, s)
		},
	}
}
