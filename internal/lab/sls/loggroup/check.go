package loggroup

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// The limits of the public documentation of PutLogs.
const (
	MaxKey   = 128
	MaxValue = 1 << 20
	maxNanos = 999_999_999
)

// Fault is why the service does not take a group that is well-formed.
type Fault struct {
	// Code is PostBodyInvalid, InvalidKey, InvalidEncoding or InvalidTimestamp.
	Code   string
	Reason string
}

// Error returns "Code: Reason".
func (f *Fault) Error() string { return f.Code + ": " + f.Reason }

func reject(code, format string, args ...any) error {
	return &Fault{Code: code, Reason: fmt.Sprintf(format, args...)}
}

// reserved are keys that the service gives itself.
func reserved() []string {
	return []string{"__time__", "__topic__", "__source__", "__partition_time__", "_extract_others_", "__extract_others__"}
}

// Check says by a *Fault what the service refuses of a group: no logs; text that is not UTF-8; keys of contents
// that are empty, longer than MaxKey bytes or the service's own; values longer than MaxValue bytes; nanoseconds
// beyond a second.
func (g *Group) Check() error {
	if len(g.Logs) == 0 {
		return reject("PostBodyInvalid", "the log group holds no log")
	}
	for _, p := range []Pair{{"Topic", g.Topic}, {"Source", g.Source}, {"Category", g.Category}, {"MachineUUID", g.MachineUUID}} {
		if !utf8.ValidString(p.Value) {
			return reject("InvalidEncoding", "%s is not UTF-8", p.Key)
		}
	}
	for _, t := range g.Tags {
		if !utf8.ValidString(t.Key) || !utf8.ValidString(t.Value) {
			return reject("InvalidEncoding", "tag %.40q is not UTF-8", t.Key)
		}
	}
	own := reserved()
	for i := range g.Logs {
		if err := g.Logs[i].check(own); err != nil {
			return fmt.Errorf("log %d: %w", i, err)
		}
	}
	return nil
}

func (l *Log) check(own []string) error {
	if l.Nanos > maxNanos {
		return reject("InvalidTimestamp", "TimeNs %d: it is at most %d", l.Nanos, maxNanos)
	}
	for _, c := range l.Contents {
		switch {
		case !utf8.ValidString(c.Key) || !utf8.ValidString(c.Value):
			return reject("InvalidEncoding", "the content of key %.40q is not UTF-8", c.Key)
		case c.Key == "" || len(c.Key) > MaxKey:
			return reject("InvalidKey", "key %.40q has %d bytes: it has 1 to %d", c.Key, len(c.Key), MaxKey)
		case c.Key[0] == '_' && slices.Contains(own, c.Key):
			return reject("InvalidKey", "key %q is the service's own", c.Key)
		case len(c.Value) > MaxValue:
			return reject("PostBodyInvalid", "the value of key %.40q has %d bytes: it has at most %d", c.Key, len(c.Value), MaxValue)
		}
	}
	return nil
}
