package sls

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// sender is the least that delivers at least once: it sends a batch until it is acknowledged, and splits it when it is
// told that it is too large.
type sender struct {
	lab   *lab
	tries int
}

// acknowledged is the only answer that ends a batch's way.
func acknowledged(a reply, err error) bool {
	return err == nil && a.status == http.StatusOK && a.requestID != "" && len(a.body) < 1000
}

func (s *sender) deliver(t *rapid.T, boot string, batch, first, n int) {
	for range 200 {
		s.tries++
		a, err := s.lab.send(write(s.lab.tb, codec.Codec(batch%4), groupOf(boot, batch, first, n)))
		switch {
		case acknowledged(a, err):
			return
		case a.code == "PostBodyTooLarge" && n > 1:
			s.deliver(t, boot, batch, first, n/2)
			s.deliver(t, boot, batch, first+n/2, n-n/2)
			return
		}
	}
	t.Fatalf("batch %d of %s was never acknowledged", batch, boot)
}

// rules are what a schedule draws from: all that spoils a write, and ends.
func rules() []string {
	all := []string{
		`{"kind":"cut-before"}`, `{"kind":"cut-after"}`, `{"kind":"status"}`, `{"kind":"html-page"}`, `{"kind":"redirect"}`,
		`{"kind":"clock-skew"}`, `{"kind":"key-revoked"}`, `{"kind":"key-expired"}`, `{"kind":"no-request-id"}`,
		`{"kind":"no-request-id","parameters":{"commit":"yes"}}`, `{"kind":"huge-body","parameters":{"bytes":2000}}`,
		`{"kind":"latency","parameters":{"delay":"1ms"}}`,
	}
	for _, code := range []string{"ServerBusy", "WriteQuotaExceed", "PostBodyTooLarge", "Unauthorized", "InternalServerError"} {
		for _, commit := range []string{"no", "yes"} {
			all = append(all, fmt.Sprintf(`{"kind":"answer","parameters":{"code":%q,"commit":%q}}`, code, commit))
		}
	}
	return all
}

// TestSchedules draws faults and restarts: every record that was acknowledged is there, none was invented, and what
// was sent more than once is counted as such.
func TestSchedules(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(root, fmt.Sprint(n), "sls")
		l := startLab(t, dir, nil)
		defer func() { l.stopped() }()
		s, want := &sender{lab: l}, map[Record]bool{}
		for batch := range rapid.IntRange(1, 12).Draw(rt, "batches") {
			if rapid.IntRange(0, 2).Draw(rt, "fault") > 0 {
				rule := rapid.SampledFrom(rules()).Draw(rt, "rule")
				count := rapid.IntRange(1, 4).Draw(rt, "count")
				l.inject(fmt.Sprintf(`{"action":"PutLogs","count":%d,%s`, count, rule[1:]))
			}
			if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
				l.stopped()
				l = startLab(t, dir, nil)
				s.lab = l
			}
			records := rapid.IntRange(1, 9).Draw(rt, "records")
			s.deliver(rt, "boot", batch, 0, records)
			for i := range records {
				want[Record{"boot", uint64(batch), uint64(i)}] = true
			}
		}
		holdsExactly(rt, dir, want)
	})
}

func holdsExactly(t *rapid.T, dir string, want map[Record]bool) {
	ledger, err := ReadLedger(dir)
	if err != nil {
		t.Fatal(err)
	}
	for r := range want {
		if !ledger.Has(r) {
			t.Errorf("%+v is lost", r)
		}
	}
	for r := range ledger.Records() {
		if !want[r] {
			t.Errorf("%+v was invented", r)
		}
	}
	tally := ledger.Tally()
	if tally.Unique != uint64(len(want)) || tally.Received != tally.Unique+tally.Resent || tally.Conflicting+tally.Malformed+tally.Untagged+tally.Lost > 0 {
		t.Errorf("%+v, want %d unique", tally, len(want))
	}
}
