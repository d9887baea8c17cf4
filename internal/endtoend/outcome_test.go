package endtoend

import (
	"errors"
	"os"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/lab/sls"
)

// outcome is what came of an ordeal.
type outcome struct {
	stored, aside holding
	tally         sls.Tally
	dropped       exporter.Sum // of accepted batches, by the spool
	resent        uint64       // records, by the devices' counters
	unknown       int          // runs of which the counters are not known
	open          int          // batches that were made, and not known to be accepted when their run ended
	refusals      int          // starts on a full disk
}

// check compares what is in the store and aside with the ledger.
func (o *ordeal) check() {
	o.t.Helper()
	o.stored, o.aside = newHolding(), newHolding()
	if err := errors.Join(o.readStore(), o.readAside()); err != nil {
		o.find("%v", err)
	}
	o.checkTally()
	o.checkAccepted()
	o.checkInvented(&o.stored)
	o.checkInvented(&o.aside)
	for _, line := range o.book.wrong {
		o.find("a line of the ledger can't be: %s", line)
	}
}

// readAside reads what was set aside.
func (o *ordeal) readAside() error {
	dir := spoolctl.Directory(o.state)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	s, err := spool.Open(spool.Options{Dir: dir, MinFree: -1})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if stats := s.Stats(); stats.Queued.Batches != 0 || stats.Damages.Pieces != 0 || !stats.Balanced() {
		o.find("the spool in the end: %+v", stats)
	}
	for _, e := range s.Aside() {
		item, err := s.Read(e.ID)
		if err != nil {
			return err
		}
		raw, err := item.Raw()
		if err != nil {
			return err
		}
		if err := o.aside.take(raw, item.Destination.Project+"/"+item.Destination.Logstore); err != nil {
			return err
		}
	}
	return nil
}

// checkTally compares the lab's own count of the store.
func (o *ordeal) checkTally() {
	var err error
	if o.tally, err = sls.Dedup(storeOf(o.dir)); err != nil {
		o.find("%v", err)
		return
	}
	t := &o.tally
	if t.Conflicting+t.Untagged+t.Malformed+t.Unreadable+t.Lost != 0 {
		o.find("in the store: %+v", *t)
	}
	if t.Unique != uint64(o.stored.records) || t.Resent != t.Received-t.Unique {
		o.find("the lab counts %d records of %d received and %d resent, %d are there", t.Unique, t.Received, t.Resent, o.stored.records)
	}
	if t.Resent > o.resent && o.unknown == 0 {
		o.find("%d records are there again, the device counted %d as resent", t.Resent, o.resent)
	}
}

// checkAccepted looks for each record of each accepted batch, and makes up the sum.
func (o *ordeal) checkAccepted() {
	var accepted, missing, onlyAside uint64
	var nowhere []batchName
	for name, count := range o.book.accepted {
		gone := uint64(0)
		for i := range count {
			switch {
			case o.stored.has(name, i):
			case o.aside.has(name, i):
				onlyAside++
			default:
				gone++
			}
		}
		if gone > 0 {
			nowhere = append(nowhere, name)
		}
		accepted, missing = accepted+count, missing+gone
	}
	if mayDrop := o.small || o.mount && o.free > 0; missing > o.dropped.Records || o.dropped.Records > 0 && !mayDrop {
		o.lose("%d records of the accepted batches %v are nowhere, the spool has dropped %d", missing, nowhere, o.dropped.Records)
	}
	unaccepted := o.unaccepted()
	if want := accepted - missing - onlyAside + unaccepted; o.tally.Unique != want {
		o.find("%d records are in the store: want %d accepted - %d missing - %d set aside + %d never seen to be accepted = %d",
			o.tally.Unique, accepted, missing, onlyAside, unaccepted, want)
	}
}

// unaccepted counts records in the store of batches that the ledger only knows to be made.
func (o *ordeal) unaccepted() (all uint64) {
	for name, indexes := range o.stored.batches {
		count, made := o.book.made[name]
		for i := range indexes {
			if !made || i >= count {
				o.find("record %d of batch %v is in the store: it was never made", i, name)
			}
		}
		if _, accepted := o.book.accepted[name]; accepted {
			continue
		}
		all += uint64(len(indexes))
		if n := uint64(len(indexes)); made && n != count && !o.mount && len(o.aside.batches[name]) == 0 && o.dropped.Records == 0 {
			o.lose("of batch %v, which was never seen to be accepted, %d of %d records are in the store", name, n, count)
		}
	}
	return all
}
