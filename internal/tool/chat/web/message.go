package web

import (
	"encoding/json"
	"time"

	"baton/internal/tool/chat/room"
	"github.com/gobwas/ws"
)

// A request is what a client sends. Which fields count depends on Op.
type request struct {
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

// An event is what a client gets.
type event struct {
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
	Members  []member  `json:"members,omitzero"`
	Messages []event   `json:"messages,omitzero"`
	Rooms    []listed  `json:"rooms,omitzero"`
	Last     *uint64   `json:"last,omitempty"`
	More     bool      `json:"more,omitempty"`
	Reset    bool      `json:"reset,omitempty"`
	Changes  []changed `json:"changes,omitzero"`
	Session  string    `json:"session,omitempty"`
	Server   string    `json:"server,omitempty"`
	Epoch    string    `json:"epoch,omitempty"`
	MOTD     []string  `json:"motd,omitempty"`
}

// A member is somebody in a room.
type member struct {
	Nick    string `json:"nick"`
	Op      bool   `json:"op,omitempty"`
	Voice   bool   `json:"voice,omitempty"`
	Away    bool   `json:"away,omitempty"`
	Account string `json:"account,omitempty"`
}

// A listed room is one in the list of rooms.
type listed struct {
	Room    string `json:"room"`
	Topic   string `json:"topic"`
	Members int    `json:"members"`
}

// A changed mode is one of a change of modes.
type changed struct {
	Set  bool   `json:"set"`
	Mode string `json:"mode"`
	Arg  string `json:"arg,omitempty"`
}

// append appends the event as a frame.
func (e *event) append(dst []byte) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // there is nothing in it that can't be marshalled
	}
	return frame(dst, ws.OpText, b)
}

const timeFormat = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string { return t.UTC().Format(timeFormat) }

var kindNames = map[room.Kind]string{room.Message: "message", room.Action: "action", room.Notice: "notice"}

// kindOf returns the kind with that name; a message where none is given.
func kindOf(name string) (room.Kind, bool) {
	switch name {
	case "", "message":
		return room.Message, true
	case "action":
		return room.Action, true
	case "notice":
		return room.Notice, true
	}
	return 0, false
}
