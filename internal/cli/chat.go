package cli

func (a *app) chat() *command {
	return &command{
		name:    "chat",
		args:    "COMMAND",
		group:   groupNet,
		short:   "chat with everybody on one port: nc, telnet, IRC and browsers",
		classic: []string{"ircd", "ngircd"},
		examples: []example{
			{"baton chat serve", "a chat for this machine, with history"},
			{"baton chat serve --memory", "the same, and nothing is kept"},
		},
		exits: []exitCode{exitOK, exitUsage},
		subs:  []*command{a.chatServe()},
	}
}
