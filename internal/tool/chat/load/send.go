package load

import (
	"context"
	"fmt"
	"time"

	"baton/task"
)

// sender returns the client that sends message i.
func (r *run) sender(i int) int { return i % r.opts.Senders }

// members returns how many clients get a message: all but its sender, unless that
// one gets the echo, as over WebSocket always and over IRC when it has asked. Those
// that are stuck don't count.
func (r *run) members() int {
	if r.opts.Window > 0 || r.opts.Protocol == "websocket" {
		return r.opts.Clients
	}
	return r.opts.Clients - 1
}

// send sends the messages and waits until all members have them, or nothing comes
// any more.
func (r *run) send(ctx context.Context) error {
	r.begin(sending)
	before, err := r.server.sample()
	if err != nil {
		return err
	}
	start := r.board.now()
	err = task.Run(ctx, task.Options{Name: "send"}, func(ctx context.Context, g *task.Group) error {
		for i := range r.opts.Senders {
			g.Go(func(ctx context.Context) error { return r.clients[i].sendAll(ctx, start) })
		}
		return nil
	})
	if err == nil {
		err = r.settle(ctx)
	}
	end := r.board.now()
	after, serr := r.server.sample()
	r.report.sent(r.board, time.Duration(end-start), before, after)
	if err == nil {
		err = serr
	}
	return err
}

// settle waits for the last delivery.
func (r *run) settle(ctx context.Context) error {
	timer := time.NewTicker(r.opts.Patience)
	defer timer.Stop()
	for seen := int64(-1); ; {
		select {
		case <-r.board.done:
			return nil
		case <-ctx.Done():
			return task.Cause(ctx)
		case <-timer.C:
			now := r.board.arrived.Load()
			if now == seen {
				return fmt.Errorf("%w: %d deliveries are missing", ErrIncomplete, r.board.lost())
			}
			seen = now
		}
	}
}

// maxWrite is how much a sender gives the kernel at once.
const maxWrite = 16 << 10

// sendAll sends this client's share of the messages.
func (c *client) sendAll(ctx context.Context, start int64) error {
	r := c.run
	var buf []byte
	due := 0 // messages in buf
	flush := func() error {
		if due == 0 {
			return nil
		}
		err := c.write(buf)
		buf, due = buf[:0], 0
		return err
	}
	for i := c.number; i < r.opts.Messages; i += r.opts.Senders {
		if err := c.pace(ctx, i, start, flush); err != nil {
			return err
		}
		buf = c.talk.say(buf, r.opts.Room, text(i, r.opts.Size))
		due++
		r.board.send(i, r.members())
		if len(buf) > maxWrite || r.opts.Rate > 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// pace waits until message i is due, and until the window has a place for it.
// Before it waits, what is in the buffer is sent.
func (c *client) pace(ctx context.Context, i int, start int64, flush func() error) error {
	r := c.run
	if ctx.Err() != nil {
		return task.Cause(ctx)
	}
	if r.opts.Rate > 0 {
		due := start + int64(float64(i)*float64(time.Second)/r.opts.Rate)
		if wait := due - r.board.now(); wait > 0 {
			select {
			case <-time.After(time.Duration(wait)):
			case <-ctx.Done():
				return task.Cause(ctx)
			}
		}
	}
	if r.opts.Window == 0 || i/r.opts.Senders < r.opts.Window {
		return nil
	}
	select {
	case <-c.acks:
		return nil
	default:
	}
	if err := flush(); err != nil {
		return err
	}
	select {
	case <-c.acks:
		return nil
	case <-c.ended:
		return fmt.Errorf("%s: %w", c.nick, errHungUp)
	case <-ctx.Done():
		return task.Cause(ctx)
	}
}
