package sls

import (
	"testing"
	"time"
)

// A batch that may have arrived whole, and then has to go in parts, counts as resent with all of them.
func TestSplitAfterDoubt(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		n := 0
		w.service.set(func(_, _ string, logs int) answer {
			switch n++; {
			case n == 1:
				return answer{cut: true, commit: true}
			case logs > 4:
				return refuse(413, "PostBodyTooLarge")
			}
			return answer{}
		})
		mustPut(t, d, 8)
		sleep(time.Minute)
		c := d.session.Counters()
		if c.Acknowledged.Records != 8 || c.ResentRecords != 16 || c.BatchesResent != 3 {
			t.Errorf("%+v, want 8 records acknowledged and sent again whole and in parts", c)
		}
		for record, n := range w.service.counts {
			if n != 2 {
				t.Errorf("%s is there %d times, want twice", record, n)
			}
		}
	})
}
