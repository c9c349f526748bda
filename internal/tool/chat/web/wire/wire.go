// Package wire is the objects of JSON that go over the chat's WebSocket, one in a
// frame. docs/json.md has them for programs that are not written in Go.
package wire

import (
	"encoding/json"

	"baton/internal/wsframe"
)

// A Request is what a client sends. Which fields count depends on Op.
type Request struct {
	Op       string            `json:"op"`
	Nick     string            `json:"nick"`
	Password string            `json:"password"`
	Session  string            `json:"session"`
	Resume   map[string]uint64 `json:"resume"`
	Room     string            `json:"room"`
	Key      string            `json:"key"`
	To       string            `json:"to"`
	Text     string            `json:"text"`
	Kind     string            `json:"kind"`
	ID       string            `json:"id"`
	Again    bool              `json:"again"`
	After    uint64            `json:"after"`
	Before   uint64            `json:"before"`
	Limit    int               `json:"limit"`
	Query    string            `json:"query"`
	Ref      string            `json:"ref"`
	Account  string            `json:"account"`
}

// An Event is what a client gets.
type Event struct {
	Op       string    `json:"op"`
	Room     string    `json:"room,omitempty"`
	Seq      uint64    `json:"seq,omitempty"`
	Time     string    `json:"time,omitempty"`
	Nick     string    `json:"nick,omitempty"`
	Account  string    `json:"account,omitempty"`
	From     string    `json:"from,omitempty"`
	To       string    `json:"to,omitempty"`
	New      string    `json:"new,omitempty"`
	Target   string    `json:"target,omitempty"`
	Kind     string    `json:"kind,omitempty"`
	Text     *string   `json:"text,omitempty"`
	ID       string    `json:"id,omitempty"`
	Ref      string    `json:"ref,omitempty"`
	Code     string    `json:"code,omitempty"`
	Topic    *string   `json:"topic,omitempty"`
	Members  []Member  `json:"members,omitzero"`
	Messages []Event   `json:"messages,omitzero"`
	Rooms    []Listed  `json:"rooms,omitzero"`
	Last     *uint64   `json:"last,omitempty"`
	More     bool      `json:"more,omitempty"`
	Reset    bool      `json:"reset,omitempty"`
	Changes  []Changed `json:"changes,omitzero"`
	Session  string    `json:"session,omitempty"`
	Server   string    `json:"server,omitempty"`
	Epoch    string    `json:"epoch,omitempty"`
	MOTD     []string  `json:"motd,omitempty"`
}

// A Member is somebody in a room.
type Member struct {
	Nick    string `json:"nick"`
	Op      bool   `json:"op,omitempty"`
	Voice   bool   `json:"voice,omitempty"`
	Away    bool   `json:"away,omitempty"`
	Account string `json:"account,omitempty"`
}

// A Listed room is one in the list of rooms.
type Listed struct {
	Room    string `json:"room"`
	Topic   string `json:"topic"`
	Members int    `json:"members"`
}

// A Changed mode is one of a change of modes.
type Changed struct {
	Set  bool   `json:"set"`
	Mode string `json:"mode"`
	Arg  string `json:"arg,omitempty"`
}

// Append appends the event as a frame from the server.
func (e *Event) Append(dst []byte) []byte {
	members := e.Members
	short := *e
	short.Members = nil
	b, err := json.Marshal(&short)
	if err != nil {
		panic(err) // there is nothing in it that can't be marshalled
	}
	if members != nil {
		b = appendMembers(b[:len(b)-1], members)
	}
	return wsframe.Append(dst, wsframe.Text, b)
}

// TimeFormat is the form of times, for package time: UTC, with milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z"
