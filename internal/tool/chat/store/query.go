package store

import (
	"slices"
	"strings"
)

// maxPhrases is how many phrases of a query count. Nobody types more, and each
// costs a walk through the index.
const maxPhrases = 16

// A phrase is words that stand side by side. With prefix the last one stands
// for all that begin with it.
type phrase struct {
	words  []string
	prefix bool
}

// parseQuery returns the phrases that a message must have, see [Store.Search].
func parseQuery(query string) []phrase {
	var phrases []phrase
	add := func(s string, prefix bool) {
		if words := appendWords(nil, s); len(words) > 0 && len(phrases) < maxPhrases {
			phrases = append(phrases, phrase{words, prefix})
		}
	}
	for i, part := range strings.Split(query, `"`) {
		if i%2 == 1 { // within quotation marks
			add(part, false)
			continue
		}
		for field := range strings.FieldsSeq(part) {
			stem, prefix := strings.CutSuffix(field, "*")
			add(stem, prefix)
		}
	}
	return phrases
}

// match reports whether text, cut into words, has all phrases.
func match(words []string, phrases []phrase) bool {
	for _, p := range phrases {
		if !p.in(words) {
			return false
		}
	}
	return true
}

func (p phrase) in(words []string) bool {
	last := len(p.words) - 1
	for i := 0; i+last < len(words); i++ {
		end := words[i+last]
		if slices.Equal(words[i:i+last], p.words[:last]) &&
			(end == p.words[last] || p.prefix && strings.HasPrefix(end, p.words[last])) {
			return true
		}
	}
	return false
}
