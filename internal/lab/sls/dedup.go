package sls

import (
	"errors"
	"fmt"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// Tally is what a store holds of the records of devices.
type Tally struct {
	// Groups are all log groups, Received the records in those that are tagged as devices tag theirs.
	Groups   uint64 `json:"groups"`
	Received uint64 `json:"received"`
	// Unique are the records by (boot, batch, index); Resent those that came again, Received − Unique.
	Unique uint64 `json:"unique"`
	Resent uint64 `json:"resent"`
	// Conflicting are those resent whose contents are not those of the first: no device does that.
	Conflicting uint64 `json:"conflicting"`
	// Untagged are logs in groups without any of the tags boot, batch, first and count; Malformed those in groups
	// that lack some, or whose tags hold no such numbers. They are not in Received.
	Untagged  uint64 `json:"untagged"`
	Malformed uint64 `json:"malformed"`
	// Unreadable are groups that are damaged on disk, Lost the store's entries that are not there at all.
	Unreadable uint64 `json:"unreadable"`
	Lost       uint64 `json:"lost"`
	// Devices, Boots and Batches are how many different ones there are; a batch is (boot, batch).
	Devices int `json:"devices"`
	Boots   int `json:"boots"`
	Batches int `json:"batches"`
}

// Wrong says what is there that no device sends or that is damaged, each with its count; nothing else is wrong.
func (t Tally) Wrong() (all []string) {
	for _, c := range []struct {
		name string
		n    uint64
	}{
		{"conflicting", t.Conflicting}, {"malformed", t.Malformed}, {"unreadable", t.Unreadable}, {"lost", t.Lost},
	} {
		if c.n > 0 {
			all = append(all, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	return all
}

// Dedup reads a store and counts the records in it. It locks and changes nothing, and may run beside a server.
//
// A log group is one part of a batch of a device. Its tag first is the index, within the batch, of its first log,
// count is how many logs it has, and so its i-th log, from 0, is the record (boot, batch, first + i). Two logs
// of the same name are one record that was sent twice, wherever they are: also in two logstores.
func Dedup(dir string) (Tally, error) {
	l, err := ReadLedger(dir)
	if err != nil {
		return Tally{}, err
	}
	return l.Tally(), nil
}

// ReadLedger reads which records a store holds, as Dedup does.
func ReadLedger(dir string) (*Ledger, error) {
	s, err := store.Read(dir)
	if err != nil {
		return nil, fmt.Errorf("count records: %w", err)
	}
	l := newLedger()
	for _, d := range s.Damage() {
		l.tally.Lost += d.Lost
	}
	for _, p := range s.Projects() {
		names, err := s.Logstores(p.Name)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		for _, name := range names {
			logs, err := s.Logstore(p.Name, name)
			if err != nil {
				return nil, errors.Join(err, s.Close())
			}
			l.readLogstore(s, logs)
		}
	}
	return l, s.Close()
}

func (l *Ledger) readLogstore(s *store.Store, logs store.Logstore) {
	for _, ref := range logs.Groups {
		l.tally.Groups++
		raw, err := s.Raw(ref)
		if err != nil {
			l.tally.Unreadable++
			continue
		}
		g, err := loggroup.Decode(raw)
		if err != nil {
			l.tally.Unreadable++
			continue
		}
		l.add(g)
	}
}
