package room

import "baton/internal/tool/chat/clean"

// How long texts may be, in bytes: a line of IRC has room for them also where the names
// in it are the longest that there are. What is said may be longer, and is several lines
// there.
const (
	MaxTopic  = 240
	MaxReason = 170
	MaxAway   = 300
)

// reasonOf returns as much of a reason as there is room for.
func reasonOf(text string) string { return clean.TruncateUTF8(text, MaxReason) }
