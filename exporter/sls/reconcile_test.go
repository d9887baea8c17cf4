package sls

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// What an operator does to the spool is in the ledgers, and on its way, as soon as the sender is told.
func TestSpoolChanged(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(refuse(400, "InvalidKey")))
		mustPut(t, d, 5)
		sleep(10 * time.Second)
		aside := d.spool.Aside()
		if len(aside) != 1 {
			t.Fatalf("%d batches are set aside, want 1", len(aside))
		}
		w.service.set(always(answer{after: time.Hour}))
		began := time.Now()
		id, err := d.spool.Release(aside[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		d.sender.SpoolChanged()
		synctest.Wait()
		if c := d.sender.Counters(); c.Spooled.Records != 5 || len(w.service.times) != 2 || time.Since(began) > 0 {
			t.Errorf("queued again: %+v, %d requests", c, len(w.service.times))
		}
		if err := d.spool.Drop(id); err != nil {
			t.Fatal(err)
		}
		d.sender.SpoolChanged()
		if c := d.sender.Counters(); c.Dropped[exporter.DropOperator].Records != 5 || !c.Balanced() {
			t.Errorf("dropped: %+v", c)
		}
	})
}
