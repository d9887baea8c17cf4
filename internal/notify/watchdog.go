package notify

import (
	"context"
	"time"
)

// Run feeds the watchdog until the context ends, at once and then twice in its time. Without a watchdog it only waits.
func (n *Notifier) Run(ctx context.Context) error {
	if n.o.Watchdog <= 0 || n.o.Socket == "" {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(max(n.o.Watchdog/2, 1))
	defer tick.Stop()
	for last := ""; ; {
		last = n.feed(last)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// feed sends a sign of life, unless there is none. It returns what kept it from that, and logs only what is new.
func (n *Notifier) feed(last string) string {
	why := ""
	if err := n.sign(); err != nil {
		why = err.Error()
	}
	switch why {
	case last:
	case "":
		n.o.Log.Info("the watchdog gets signs of life again")
	default:
		n.o.Log.Warn("the watchdog gets no sign of life", "error", why, "killed-after", n.o.Watchdog)
	}
	return why
}

func (n *Notifier) sign() error {
	if n.o.Healthy != nil {
		if err := n.o.Healthy(); err != nil {
			return err
		}
	}
	return n.send("WATCHDOG=1")
}
