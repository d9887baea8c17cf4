package endtoend

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/lab/fault"
)

// newLogScene is newScene with a Log Service, and with small batches that don't wait. More keys of sls may be given, and
// how long the end waits.
func newLogScene(t *testing.T, shutdown time.Duration, more ...string) *scene {
	t.Helper()
	s := newScene(t)
	s.vault = startVault(t, s.dir, anyPort)
	f, err := os.OpenFile(s.config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := append([]string{"endpoint: " + s.vault.at, "batch-records: 200", "batch-age: 100ms"}, more...)
	_, err = fmt.Fprintf(f, "sls: {%s}\nshutdown-timeout: %s\n", strings.Join(keys, ", "), shutdown)
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	return s
}

// toLogstore are the parameters of a FlowLog to a Logstore, and to a collector too where there is one.
func toLogstore(logstore string, also *station, version string) flowlog.Parameters {
	p := flowlog.Parameters{"OutputType": "sls"}
	if also != nil {
		p = to(also, version, 300, 15)
		p["OutputType"] = "all"
	}
	p["SlsRegionId"], p["ProjectName"], p["LogstoreName"] = "cn-hangzhou", "flows", logstore
	return p
}

// stored says that a generation with an output to a Logstore is in force.
func stored(id, logstore string, others ...string) func(*agent.Status) bool {
	wants := append(slices.Clone(others), "SLS flows/"+logstore)
	slices.Sort(wants)
	return func(now *agent.Status) bool {
		names := inForce(now)
		slices.Sort(names)
		return now.FlowLogId == id && slices.Equal(names, wants)
	}
}

// storing waits until more batches were acknowledged, by status.
func (s *scene) storing() {
	s.t.Helper()
	before := acknowledged(s.device.status(s.t))
	s.device.until(s.t, "Log Service takes batches", func(now *agent.Status) bool { return acknowledged(now) > before })
}

func acknowledged(now *agent.Status) (n uint64) {
	for i := range now.Outputs {
		if o := &now.Outputs[i]; o.Kind == "sls" {
			n += o.Counters.Acknowledged.Records
		}
	}
	return n
}

// startLog starts the device with what is bound.
func (s *scene) startLog(id, logstore string, others ...string) {
	s.t.Helper()
	s.device = startDevice(s.t, s.config, nil)
	s.device.until(s.t, "the first FlowLog in force", stored(id, logstore, others...))
}

// endLog ends the device and checks its own sums.
func (s *scene) endLog() *agent.Summary {
	s.t.Helper()
	sum := s.device.end()
	if sum == nil {
		s.t.Fatal("the device left no summary")
	}
	if !sum.Exact || sum.Device.Wrong != 0 {
		s.t.Errorf("the device's own sums do not hold: %+v", sum.Sums)
	}
	return sum
}

// put is what was put to all outputs to Log Service.
func put(sum *agent.Summary) (all total) {
	for i := range sum.Device.Outputs {
		if o := &sum.Device.Outputs[i]; o.Kind == "sls" {
			n := o.Counters.Put
			all = total{all.records + n.Records, all.packets + n.Packets, all.octets + n.Octets}
		}
	}
	return all
}

// seconds are records as Log Service shows them.
func seconds(records []record) []record {
	all := slices.Clone(records)
	for i := range all {
		all[i].first, all[i].last, all[i].version = all[i].first/1e9, all[i].last/1e9, 0
	}
	slices.SortFunc(all, compareWhole)
	return all
}

func compareWhole(a, b record) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

// The same records come to the collector and to Log Service, each once.
func TestAll(t *testing.T) {
	s := newLogScene(t, 10*time.Second)
	id := s.api.create(toLogstore("all", s.one, "V9"))
	s.api.bind(id, gateway)
	s.startLog(id, "all", s.one.output("V9"))
	s.storing()
	s.flowing(s.one)
	s.storing()
	s.checkStatusOf("Log Service  flows/all at ", ": healthy")
	sum := s.endLog()
	s.one.checkSessions(t)
	got := s.vault.read(t)
	if got.resent != 0 || got.total() != put(sum) || got.total() != s.one.total() {
		t.Errorf("%+v stored, %d resent, %+v put, %+v at the collector", got.total(), got.resent, put(sum), s.one.total())
	}
	stored := got.records["flows/all"]
	slices.SortFunc(stored, compareWhole)
	if d := cmp.Diff(seconds(s.one.all()), stored, cmp.AllowUnexported(record{}, flow{}), cmpopts.EquateComparable(flow{})); d != "" {
		t.Errorf("collector and Log Service differ: %.2000s", d)
	}
}

// What a collector can't carry, Log Service gets all the same.
func TestIPv6InV5(t *testing.T) {
	s := newLogScene(t, 10*time.Second)
	id := s.api.create(toLogstore("v5", s.one, "V5"))
	s.api.bind(id, gateway)
	s.startLog(id, "v5", s.one.output("V5"))
	s.storing()
	s.flowing(s.one)
	sum := s.endLog()
	s.one.end()
	got := s.vault.read(t)
	unexportable := s.account(sum, []*station{s.one}).unexportable
	want := total{s.one.total().records + unexportable.records, s.one.total().packets + unexportable.packets, s.one.total().octets + unexportable.octets}
	if got.total() != want || unexportable.records == 0 {
		t.Errorf("%+v stored, %+v at the collector + %+v unexportable", got.total(), s.one.total(), unexportable)
	}
}

// All changes between Log Service and collectors, while packets flow.
func TestLogstoreSwitches(t *testing.T) {
	s := newLogScene(t, 10*time.Second)
	id := s.api.create(toLogstore("first", nil, ""))
	s.api.bind(id, gateway)
	s.startLog(id, "first")
	s.storing()
	modify := func(p flowlog.Parameters) func() { return func() { s.api.modify(id, p) } }
	s.change("another Logstore", stored(id, "second"), modify(toLogstore("second", nil, "")))
	s.storing()
	s.change("a collector, too", stored(id, "second", s.one.output("V9")), modify(toLogstore("second", s.one, "V9")))
	s.storing()
	s.flowing(s.one)
	s.change("the collector alone", sends(id, s.one.output("V9")), modify(flowlog.Parameters{"OutputType": "netflow"}))
	s.flowing(s.one)
	s.change("Log Service alone", stored(id, "second"), modify(flowlog.Parameters{"OutputType": "sls"}))
	s.storing()
	s.change("deactivated", rests(id), func() { s.api.on(id, "deactivate") })
	s.resting()
	s.change("activated", stored(id, "second"), func() { s.api.on(id, "activate") })
	s.storing()
	t.Log(s.times())
	sum := s.endLog()
	s.checkGenerations(sum)
	got := s.vault.read(t)
	if got.total() != put(sum) || got.resent != 0 {
		t.Errorf("%+v stored, %+v put, %d resent", got.total(), put(sum), got.resent)
	}
	if len(got.records["flows/first"]) == 0 || len(got.records["flows/second"]) == 0 {
		t.Errorf("Logstores %v", got.records)
	}
	checkOnce(t, []*station{{records: got.all()}})
}

// busy makes Log Service refuse each write until it is healed.
func busy() fault.Rule {
	return fault.Rule{Action: "PutLogs", Kind: "answer", Parameters: map[string]string{"code": "ServerBusy"}}
}

// Log Service is down: the FlowLog changes all the same, and what is left reaches it after a restart, with another
// FlowLog in force.
func TestOutageOverRestart(t *testing.T) {
	s := newLogScene(t, 300*time.Millisecond)
	rule := s.vault.fail(t, busy())
	id := s.api.create(toLogstore("later", nil, ""))
	s.api.bind(id, gateway)
	s.startLog(id, "later")
	s.device.until(t, "batches are spooled", func(now *agent.Status) bool {
		return now.LogService != nil && now.LogService.Spool.Queued.Records > 1000
	})
	s.checkTrouble("ServerBusy")
	s.change("to a collector", sends(id, s.one.output("V9")), func() { s.api.modify(id, to(s.one, "V9", 300, 15)) })
	s.flowing(s.one)
	s.device.leaves = true
	first := s.endLog()
	left := first.Device.LogService.Earlier.Spooled
	if want := put(first); left.Records != want.records || want.records == 0 {
		t.Errorf("%d records left in the spool, %d put", left.Records, want.records)
	}
	s.vault.heal(t, rule)
	held, err := spool.Open(spool.Options{Dir: spoolctl.Directory(s.device.state)})
	if err != nil {
		t.Fatal(err)
	}
	s.device = startDevice(t, s.config, nil)
	s.checkTrouble("only one process can use a spool")
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	s.device.until(t, "all is delivered", func(now *agent.Status) bool {
		return now.LogService != nil && now.LogService.Spool.Queued.Records == 0 && now.LogService.Earlier.Acknowledged == left
	})
	s.endLog()
	if got := s.vault.read(t); got.total() != put(first) {
		t.Errorf("%+v stored, %+v put", got.total(), put(first))
	}
}

// checkTrouble waits for a trouble in the status.
func (s *scene) checkTrouble(text string) {
	s.t.Helper()
	s.device.until(s.t, "the status says "+text, func(now *agent.Status) bool {
		return !now.Healthy && slices.ContainsFunc(now.Troubles, func(one string) bool { return strings.Contains(one, text) })
	})
}

// checkStatusOf looks for texts in the status for people.
func (s *scene) checkStatusOf(wants ...string) {
	s.t.Helper()
	var b strings.Builder
	now := s.device.status(s.t)
	if err := now.Print(&b, now.Updated); err != nil {
		s.t.Fatal(err)
	}
	for _, want := range wants {
		if !strings.Contains(b.String(), want) {
			s.t.Errorf("the status lacks %q:\n%s", want, b.String())
		}
	}
}

// With OutputType all, whatever Log Service does changes nothing for the collector.
func TestCollectorBesideABadLogService(t *testing.T) {
	for _, c := range []struct {
		name string
		rule fault.Rule
	}{
		{"busy", busy()},
		{"slow", fault.Rule{Action: "PutLogs", Kind: "latency", Parameters: map[string]string{"delay": "3s"}}},
		{"endless", fault.Rule{Action: "PutLogs", Kind: "endless-body"}},
		{"refuses for good", fault.Rule{Action: "PutLogs", Kind: "answer", Parameters: map[string]string{"code": "PostBodyInvalid"}}},
		{"key revoked", fault.Rule{Action: "PutLogs", Kind: "key-revoked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			aside := c.name == "refuses for good"
			s := newLogScene(t, map[bool]time.Duration{true: 10 * time.Second, false: 200 * time.Millisecond}[aside])
			s.vault.fail(t, c.rule)
			id := s.api.create(toLogstore("bad", s.one, "V10"))
			s.api.bind(id, gateway)
			s.startLog(id, "bad", s.one.output("V10"))
			for range 3 {
				s.flowing(s.one)
			}
			s.device.leaves = true
			sum := s.endLog()
			s.one.checkSessions(t)
			if got := s.one.total(); got.packets != sum.Table.RecordPackets || got.records == 0 {
				t.Errorf("%+v at the collector, %d packets in records", got, sum.Table.RecordPackets)
			}
		})
	}
}

// A collector that is not there changes nothing for Log Service.
func TestLogServiceBesideNoCollector(t *testing.T) {
	s := newLogScene(t, 10*time.Second)
	id := s.api.create(toLogstore("alone", s.two, "V9"))
	s.two.end()
	s.api.bind(id, gateway)
	s.startLog(id, "alone", s.two.output("V9"))
	s.storing()
	s.storing()
	sum := s.endLog()
	if got := s.vault.read(t).total(); got != put(sum) || got.records == 0 || got.packets != sum.Table.RecordPackets {
		t.Errorf("%+v stored, %+v put", got, put(sum))
	}
}

// A spool that can't be opened leaves the whole configuration before in force; nothing in it is touched.
func TestSpoolOfAnotherVersion(t *testing.T) {
	s := newLogScene(t, time.Second)
	dir := spoolctl.Directory(filepath.Join(s.dir, "state"))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "0000000000000001.seg")
	text := binary.LittleEndian.AppendUint32([]byte("SAGSPOOL"), 2)
	text = binary.LittleEndian.AppendUint32(text, crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
	if err := os.WriteFile(foreign, text, 0o600); err != nil {
		t.Fatal(err)
	}
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, nil)
	s.api.modify(id, toLogstore("records", s.one, "V9"))
	s.checkTrouble("has version 2 of the spool's format")
	s.flowing(s.one)
	s.device.until(t, "the collector stays in force", sends(id, s.one.output("V9")))
	s.endLog()
	if got, err := os.ReadFile(foreign); err != nil || string(got) != string(text) {
		t.Errorf("%q, %v", got, err)
	}
}
