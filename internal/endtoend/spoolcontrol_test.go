package endtoend

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/lab/fault"
)

// While a device runs, what Log Service refused can be looked at, queued again and dropped, and the sums hold.
func TestSpoolByHandWhileADeviceRuns(t *testing.T) {
	s := newLogScene(t, 10*time.Second)
	rule := s.vault.fail(t, fault.Rule{Action: "PutLogs", Kind: "answer", Parameters: map[string]string{"code": "PostBodyInvalid"}})
	id := s.api.create(toLogstore("refused", nil, ""))
	s.api.bind(id, gateway)
	s.startLog(id, "refused")
	aside := func(n uint64) func(*agent.Status) bool {
		return func(now *agent.Status) bool { return now.LogService != nil && now.LogService.Spool.Aside.Batches >= n }
	}
	s.device.until(t, "batches are set aside", aside(3))
	s.vault.heal(t, rule)
	s.storing()

	control, err := spoolctl.Open(t.Context(), spoolctl.OpenOptions{StateDirectory: s.device.state})
	if err != nil {
		t.Fatal(err)
	}
	if _, byHand := control.(*spoolctl.Client); !byHand {
		t.Errorf("%T, want the socket of the device", control)
	}
	var found []spool.ID
	err = control.List(t.Context(), spoolctl.Selection{SetAside: true}, func(f spoolctl.Found) error {
		found = append(found, f.Item.ID)
		return nil
	})
	if err != nil || len(found) < 3 {
		t.Fatalf("%v, %v", found, err)
	}
	dropped, retried := uint64(0), uint64(0)
	count := func(into *uint64) func(spoolctl.Outcome) error {
		return func(o spoolctl.Outcome) error { *into += o.Sum.Records; return nil }
	}
	if err := control.Drop(t.Context(), spoolctl.Selection{IDs: found[:1]}, count(&dropped)); err != nil {
		t.Error(err)
	}
	if err := control.Retry(t.Context(), spoolctl.Selection{SetAside: true}, count(&retried)); err != nil {
		t.Error(err)
	}
	if err := control.Close(); err != nil {
		t.Error(err)
	}
	s.device.until(t, "all that was set aside is delivered or dropped", func(now *agent.Status) bool {
		l := now.LogService
		return l.Spool.Aside.Batches == 0 && l.Earlier.Acknowledged.Records == retried && l.Spool.Dropped.Operator.Records == dropped
	})
	sum := s.endLog()
	if got, want := s.vault.read(t).total().records, put(sum).records-dropped; got != want || dropped == 0 || retried == 0 {
		t.Errorf("%d records stored, want %d; %d dropped, %d queued again", got, want, dropped, retried)
	}
}
