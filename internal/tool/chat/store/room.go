package store

import (
	"slices"
	"strings"
	"time"
)

// A Room is what is known of a room beside its messages.
type Room struct {
	Key       string      `json:"-"` // how it is found
	Name      string      `json:"name"`
	Created   time.Time   `json:"created,omitzero"`
	Topic     Topic       `json:"topic,omitzero"`
	Modes     string      `json:"modes,omitempty"`     // letters of the modes without an argument, such as "nt"
	Password  string      `json:"password,omitempty"`  // mode k, empty for none
	Limit     int         `json:"limit,omitempty"`     // mode l, 0 for none
	Lists     []ListEntry `json:"lists,omitempty"`     // bans and the like
	Operators []string    `json:"operators,omitempty"` // keys of accounts
	Voiced    []string    `json:"voiced,omitempty"`    // keys of accounts

	// Last and LastTime are number and time of the last message. They are set by
	// [Store.Rooms], and ignored when a room is saved.
	Last     uint64    `json:"-"`
	LastTime time.Time `json:"-"`
}

// A Topic is a room's topic, and who set it when.
type Topic struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	Time time.Time `json:"time,omitzero"`
}

// A ListEntry is an entry of a room's list of bans, or of another list.
type ListEntry struct {
	List byte      `json:"list"` // letter of the mode, such as 'b'
	Mask string    `json:"mask"`
	By   string    `json:"by"`
	Time time.Time `json:"time,omitzero"`
}

// clone returns a copy that shares nothing, with times as a store keeps them.
func (r Room) clone() Room {
	r.Created, r.Topic.Time = inMilli(r.Created), inMilli(r.Topic.Time)
	r.Operators, r.Voiced = slices.Clone(r.Operators), slices.Clone(r.Voiced)
	r.Lists = slices.Clone(r.Lists)
	for i := range r.Lists {
		r.Lists[i].Time = inMilli(r.Lists[i].Time)
	}
	return r
}

func byKey(a, b Room) int { return strings.Compare(a.Key, b.Key) }
