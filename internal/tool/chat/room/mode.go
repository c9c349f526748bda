package room

import (
	"errors"
	"strconv"
	"strings"

	"baton/internal/tool/chat/store"
)

// A Change is one change of a room's modes: i k l m n s t of the room, o and v of a
// member, whose name is Arg, and b of the list of bans, with a mask as Arg.
type Change struct {
	Add  bool
	Mode byte
	Arg  string
}

func (ch Change) sign() byte {
	if ch.Add {
		return '+'
	}
	return '-'
}

// Mode changes the modes of a room. It returns the changes that had an effect, with
// their arguments as they are now known; they are one event. The error joins a
// *ChangeError for each that failed, or says why nothing was done: ErrNoSuchRoom,
// ErrNotMember or ErrNeedOp. With c nil the server itself does it.
func (tx *Tx) Mode(c *Client, roomName string, changes []Change) ([]Change, error) {
	var r *Room
	if c == nil {
		if r = tx.Room(roomName); r == nil {
			return nil, ErrNoSuchRoom
		}
	} else {
		var err error
		if r, err = tx.ruler(c, roomName); err != nil {
			return nil, err
		}
		tx.charge(c, nil, 1)
	}
	var applied []Change
	var failed []error
	for _, ch := range changes {
		did, err := tx.change(c, r, &ch)
		if err != nil {
			failed = append(failed, &ChangeError{ch, err})
		} else if did {
			applied = append(applied, ch)
		}
	}
	if len(applied) > 0 {
		e := tx.event(Mode, c, r)
		e.Changes = applied
		tx.s.save(r)
		tx.toRoom(e)
	}
	return applied, errors.Join(failed...)
}

// change makes one change, completes its argument, and reports whether it had an
// effect.
func (tx *Tx) change(c *Client, r *Room, ch *Change) (bool, error) {
	switch ch.Mode {
	case 'o', 'v':
		return tx.changeMember(r, ch)
	case 'k':
		return r.changePassword(ch)
	case 'l':
		return r.changeLimit(ch)
	case 'b':
		by := ""
		if c != nil {
			by = c.Identity().Nick
		}
		return tx.changeList(r, ch, by)
	}
	i := strings.IndexByte(modeLetters, ch.Mode)
	if i < 0 || ch.Mode == 'C' {
		return false, ErrUnknownMode
	}
	bit := Modes(1) << i
	if r.Has(bit) == ch.Add {
		return false, nil
	}
	r.modes ^= bit
	return true, nil
}

func (tx *Tx) changeMember(r *Room, ch *Change) (bool, error) {
	if ch.Arg == "" {
		return false, ErrNeedArg
	}
	c := tx.Client(ch.Arg)
	if c == nil {
		return false, ErrNoSuchName
	}
	m := r.Member(c)
	if m == nil {
		return false, ErrTheyNotMember
	}
	ch.Arg = c.Identity().Nick
	has, kept := &m.op, &r.ops
	if ch.Mode == 'v' {
		has, kept = &m.voice, &r.voiced
	}
	if key := fold(c.Identity().Account); key != "" && ch.Add {
		if *kept == nil {
			*kept = map[string]bool{}
		}
		(*kept)[key] = true
	} else if key != "" {
		delete(*kept, key)
	}
	if *has == ch.Add {
		return false, nil
	}
	*has = ch.Add
	return true, nil
}

// maxPassword is how long a room's key may be.
const maxPassword = 32

func (r *Room) changePassword(ch *Change) (bool, error) {
	if !ch.Add {
		had := r.password != ""
		ch.Arg = "*"
		r.password = ""
		return had, nil
	}
	switch {
	case ch.Arg == "":
		return false, ErrNeedArg
	case len(ch.Arg) > maxPassword || strings.ContainsAny(ch.Arg, " ,:\x00\r\n"):
		return false, ErrTooLong
	case r.password == ch.Arg:
		return false, nil
	}
	r.password = ch.Arg
	return true, nil
}

func (r *Room) changeLimit(ch *Change) (bool, error) {
	if !ch.Add {
		had := r.limit != 0
		ch.Arg = ""
		r.limit = 0
		return had, nil
	}
	n, err := strconv.Atoi(ch.Arg)
	if err != nil || n <= 0 {
		return false, ErrNeedArg
	}
	ch.Arg = strconv.Itoa(n)
	changed := r.limit != n
	r.limit = n
	return changed, nil
}

func (tx *Tx) changeList(r *Room, ch *Change, by string) (bool, error) {
	mask, err := normalMask(ch.Arg)
	if err != nil {
		return false, err
	}
	ch.Arg = mask
	for i, e := range r.lists {
		if e.List == ch.Mode && fold(e.Mask) == fold(mask) {
			if ch.Add {
				return false, nil
			}
			r.lists = append(r.lists[:i:i], r.lists[i+1:]...)
			return true, nil
		}
	}
	if !ch.Add {
		return false, nil
	}
	if len(r.lists) >= tx.s.hub.opts.MaxList {
		return false, ErrListFull
	}
	r.lists = append(r.lists, store.ListEntry{List: ch.Mode, Mask: mask, By: by, Time: tx.now()})
	return true, nil
}
