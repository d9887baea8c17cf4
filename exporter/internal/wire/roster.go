package wire

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sagflow/sagflow/exporter"
)

// NameLength is the length in octets of the field of an interface's name, padded with zeros: that of
// Linux with the zero that ends it, so that collectors which look for that find it.
const NameLength = 16

// askInterval is how long the interfaces are taken to be the same while no round of templates asks.
const askInterval = time.Second

// Roster is which interfaces' names are still to be sent. The zero value is a session's start. It is a
// value: a copy is advanced while a datagram is made.
type Roster struct {
	all   []exporter.Interface // as they were when asked for
	sent  int                  // of them
	round uint32               // of templates, that they were asked for with
	asked time.Time
}

// Follow asks for the interfaces when it is time. All are due with a round of templates, which has another
// number than the one before, and when they changed.
func (r *Roster) Follow(ask func() []exporter.Interface, wall time.Time, round uint32) {
	if ask == nil {
		return
	}
	if round == r.round && wall.Sub(r.asked) < askInterval && wall.Sub(r.asked) >= 0 {
		return
	}
	all := ask()
	if round != r.round || !slices.Equal(all, r.all) {
		r.all, r.sent = all, 0
	}
	r.round, r.asked = round, wall
}

// Due returns the interfaces that are to be sent.
func (r *Roster) Due() []exporter.Interface { return r.all[r.sent:] }

// Busy says that there are any.
func (r *Roster) Busy() bool { return len(r.Due()) > 0 }

// Sent notes that so many of them are in a datagram.
func (r *Roster) Sent(n int) { r.sent += n }

// Add plans records of the kind for as many of them as there is room for, and returns how many.
func (r *Roster) Add(p *Plan, kind int) int {
	for i := range r.Due() {
		if !p.AddBeside(kind) {
			if i == 0 {
				p.AddNeeded(kind)
			}
			return i
		}
	}
	return len(r.Due())
}

// AppendName appends an interface's name in NameLength octets.
func AppendName(dst []byte, name string) []byte {
	name = strings.ToValidUTF8(name, "\uFFFD")
	if len(name) >= NameLength {
		n := NameLength - 1
		for !utf8.RuneStart(name[n]) {
			n--
		}
		name = name[:n]
	}
	dst = append(dst, name...)
	return append(dst, make([]byte, NameLength-len(name))...)
}
