package plain

import (
	"fmt"
	"strings"

	"baton/internal/tool/chat/clean"
)

// safe makes text harmless for a terminal.
func safe(s string) string { return clean.Terminal(s) }

// asText makes what a client sent text.
func asText(line []byte) string {
	return strings.ToValidUTF8(strings.TrimRight(string(line), " \t\r"), "\uFFFD")
}

func plural(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(several, n)
}
