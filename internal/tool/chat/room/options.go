package room

import (
	"log/slog"
	"runtime"
	"time"
)

// Options configure a hub; the zero value is useful.
type Options struct {
	// Workers is how many goroutines write to clients; the default is GOMAXPROCS.
	Workers int
	// Keep is how many events a room's log holds; the default is 1024. It holds
	// more only while clients that take what they get haven't got it yet.
	Keep int
	// KeepFor is how long it holds an event at most; the default is a minute.
	KeepFor time.Duration
	// Kick ends the connections of slow clients. The default is to leave out
	// presence for them, and to let them go on from the store.
	Kick bool
	// SlowAfter is how long a client may take nothing of what is written to it
	// until it is slow; the default is 10 s. Three minutes later it is given up in any case.
	SlowAfter time.Duration
	// SlowBytes is how much it may be behind until it is slow, beyond what the
	// systems of both ends hold; the default is 64 kB, which makes 256 kB in all
	// where the client's system has Linux's defaults.
	SlowBytes int
	// SendQueue is how many bytes of lines and events for a client alone may wait
	// while it takes nothing; beyond that its connection is ended. The default is
	// 256 kB.
	SendQueue int
	// SendBuffer caps the system's send buffer of each connection. The default is
	// 16 kB, of which Linux makes twice that; negative leaves it alone.
	SendBuffer int
	// FloodClient, FloodAddr and FloodRoom bound the lines from a client, from one
	// address and to one room. Who sends more is read from more slowly. The
	// default is no limit.
	FloodClient, FloodAddr, FloodRoom Rate
	// Operators are the keys of accounts that are operators of the server.
	Operators []string
	// MaxRooms is how many rooms one client may be in; the default is 100.
	MaxRooms int
	// MaxAllRooms is how many rooms there may be; the default is 10,000. Those
	// that were kept from before count.
	MaxAllRooms int
	// MaxList is how many entries the list of bans of a room may have; the default is 100.
	MaxList int
	// LobbyTopic is the topic of the lobby while nobody has set one.
	LobbyTopic string
	// Log gets what goes wrong; the default is none.
	Log *slog.Logger
}

func (o *Options) setDefaults() {
	if o.Workers < 0 || o.Keep < 0 || o.SlowBytes < 0 || o.SendQueue < 0 || o.MaxRooms < 0 || o.MaxAllRooms < 0 || o.MaxList < 0 {
		panic("room: negative limit")
	}
	def(&o.Workers, runtime.GOMAXPROCS(0))
	def(&o.Keep, 1024)
	def(&o.KeepFor, time.Minute)
	def(&o.SlowAfter, 10*time.Second)
	def(&o.SlowBytes, 64<<10)
	def(&o.SendQueue, 256<<10)
	def(&o.SendBuffer, 16<<10)
	def(&o.MaxRooms, 100)
	def(&o.MaxAllRooms, 10_000)
	def(&o.MaxList, 100)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

func def[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

const (
	// lastWrite is how long a connection that is to be closed may take what is left.
	lastWrite = time.Second
	// giveUp is how long a slow client may go on taking nothing.
	giveUp = 3 * time.Minute
	// chunk is how much is encoded for a client before it is written: what a
	// client holds that doesn't take it.
	chunk = 16 << 10
	// window is how many events may be published before those ahead of them have
	// been written: then who sends more has to wait.
	window = 512
	// grace is how long a client counts for that which takes nothing.
	grace = 250 * time.Millisecond
)
