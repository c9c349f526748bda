package room

import (
	"net/netip"
	"strings"
)

// muted is what a mask in the list of bans begins with that only silences.
const muted = "m:"

// maxMask is how long a mask may be that is to be completed: longer than that of the
// longest name, and short enough for a line of IRC that lists it.
const maxMask = 150

// normalMask completes a mask to the form NICK!USER@HOST, perhaps after "m:".
func normalMask(mask string) (string, error) {
	kind := ""
	if strings.HasPrefix(mask, muted) {
		kind, mask = muted, mask[len(muted):]
	}
	switch {
	case mask == "":
		return "", ErrNeedArg
	case len(mask) > maxMask || strings.ContainsAny(mask, " ,\x00\r\n"):
		return "", ErrTooLong
	}
	nick, rest, hasUser := strings.Cut(mask, "!")
	user, host, hasHost := strings.Cut(rest, "@")
	if !hasUser {
		nick, user, host, hasHost = mask, "*", "*", true
		if u, h, ok := strings.Cut(mask, "@"); ok {
			nick, user, host = "*", u, h
		}
	}
	if !hasHost {
		host = "*"
	}
	or := func(s string) string {
		if s == "" {
			return "*"
		}
		return s
	}
	return kind + or(nick) + "!" + or(user) + "@" + or(host), nil
}

// matches reports whether a mask fits who somebody is.
func matches(mask string, c *Client) bool {
	id := c.Identity()
	whole := fold(id.Nick) + "!" + strings.ToLower(id.User) + "@"
	m := fold(mask)
	return glob(m, whole+strings.ToLower(id.Host)) || c.info.Addr != id.Host && glob(m, whole+c.info.Addr)
}

// glob matches s with a pattern in which * is any text and ? one byte.
func glob(pattern, s string) bool {
	star, from := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0: // let the last * take one byte more
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// banned reports whether c is on the list of bans.
func (r *Room) banned(c *Client) bool {
	for _, e := range r.lists {
		if e.List == 'b' && !strings.HasPrefix(e.Mask, muted) && matches(e.Mask, c) {
			return true
		}
	}
	return false
}

// muted reports whether c may not speak because of the list of bans, which also
// silences who is banned and still in the room.
func (r *Room) muted(c *Client) bool {
	for _, e := range r.lists {
		if e.List == 'b' && matches(strings.TrimPrefix(e.Mask, muted), c) {
			return true
		}
	}
	return false
}

// maskFor returns the mask for a name, or what is a mask already. A client that is
// there is meant by where it comes from, unless that is this machine, from which
// everybody may come.
func (tx *Tx) maskFor(target string) string {
	if strings.ContainsAny(target, "!@*?") {
		return target
	}
	if c := tx.Client(target); c != nil {
		if addr, err := netip.ParseAddr(c.info.Addr); err == nil && !addr.IsLoopback() {
			return "*!*@" + c.Identity().Host
		}
	}
	return target + "!*@*"
}

// Ban bans a name or a mask from a room, and removes whom it fits. The errors are
// those of Mode.
func (tx *Tx) Ban(c *Client, roomName, target, reason string) error {
	mask, err := normalMask(tx.maskFor(target))
	if err != nil {
		return err
	}
	if _, err := tx.Mode(c, roomName, []Change{{Add: true, Mode: 'b', Arg: mask}}); err != nil {
		return err
	}
	var out []string
	for m := range tx.Room(roomName).Members() {
		if m.client != c && !m.op && matches(mask, m.client) {
			out = append(out, m.client.Identity().Nick)
		}
	}
	for _, nick := range out {
		if err := tx.Kick(c, roomName, nick, reason); err != nil {
			return err
		}
	}
	return nil
}

// Unban takes a name or mask off the list of bans; ErrNoSuchName if it isn't there.
func (tx *Tx) Unban(c *Client, roomName, target string) error {
	return tx.unlist(c, roomName, "", target)
}

// Mute silences a name or a mask in a room.
func (tx *Tx) Mute(c *Client, roomName, target string) error {
	_, err := tx.Mode(c, roomName, []Change{{Add: true, Mode: 'b', Arg: muted + tx.maskFor(target)}})
	return err
}

// Unmute takes back Mute; ErrNoSuchName if there is nothing to take back.
func (tx *Tx) Unmute(c *Client, roomName, target string) error {
	return tx.unlist(c, roomName, muted, target)
}

func (tx *Tx) unlist(c *Client, roomName, kind, target string) error {
	for _, mask := range []string{tx.maskFor(target), target + "!*@*"} {
		applied, err := tx.Mode(c, roomName, []Change{{Mode: 'b', Arg: kind + mask}})
		if err != nil || len(applied) > 0 {
			return err
		}
	}
	return ErrNoSuchName
}
