package chat

import "baton/internal/tool/chat/plain"

// accounts returns what plain clients register and log in with.
func (s *server) accounts() plain.Accounts { return nil }
