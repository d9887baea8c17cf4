package endtoend

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// ordeal is a schedule that is being lived: a device, its Smartag API and its Log Service.
type ordeal struct {
	t       *testing.T
	program string // sagflow, or a mutant of it
	*schedule
	findings
	outcome

	dir, state, config, drain string
	disk                      *disk // nil: the machine's
	lab                       *lab
	api                       *operator
	flowLog                   string
	inactive                  bool
	service                   *slsProgram // nil: it is gone
	at                        string      // where it listens
	keys                      int         // how many access keys there were
	collector                 int         // a port that nobody reads

	book *ledger
	run  *deviceRun   // the newest one
	runs []*deviceRun // all
}

// findings are what is wrong with what came of an ordeal.
type findings struct {
	// lost are accepted records that are nowhere, the others everything else.
	lost, others []string
}

func (f *findings) lose(format string, args ...any) {
	f.lost = append(f.lost, fmt.Sprintf(format, args...))
}

func (f *findings) find(format string, args ...any) {
	f.others = append(f.others, fmt.Sprintf(format, args...))
}

func (f *findings) complaints() []string {
	return append(append([]string(nil), f.lost...), f.others...)
}

// live lives a schedule with a program, and says what came of it.
func (s *schedule) live(t *testing.T, program string) *ordeal {
	t.Helper()
	o := &ordeal{t: t, program: program, schedule: s, dir: t.TempDir(), book: newLedger(), at: someLoopback(s.seed)}
	t.Cleanup(func() {
		if t.Failed() {
			o.tell()
		}
	})
	o.begin()
	for _, i := range s.incidents {
		time.Sleep(i.pause) // what happens next happens then, whatever the others are at
		o.suffer(i)
	}
	o.settle()
	o.check()
	return o
}

// tell tells all there is to tell of an ordeal.
func (o *ordeal) tell() {
	o.t.Logf("SAGFLOW_CRASH_SEED=%d\n%s", o.seed, o.schedule)
	for i, r := range o.runs {
		o.t.Logf("run %d of the device, %s:\n%s", i+1, r.fate(), r.log)
	}
}

const operatorKey = "LTAI5tOperatorOperator01"

func (o *ordeal) begin() {
	o.t.Helper()
	o.prepare()
	o.lab = startLab(o.t, o.dir, anyPort)
	operatorKeys := filepath.Join(o.dir, "operator.credentials")
	writeKeys(o.t, operatorKeys, operatorKey)
	o.api = sdkOperator(o.t, o.lab.API, operatorKeys)
	o.writeConfigs(fmt.Sprintf("api: {endpoint: %q, poll-interval: 100ms}", o.lab.API))
	o.flowLog = o.api.create(o.toLogstore(flowlog.OutputSLS, 0))
	o.api.bind(o.flowLog, gateway)
	o.start()
	until(o.t, "the first batch is accepted", func() bool { return o.book.count() > 0 }, o.run.log.String)
}

// prepare makes everything but the Smartag API and the device.
func (o *ordeal) prepare() {
	o.t.Helper()
	o.state = filepath.Join(o.dir, "state")
	if o.mount {
		o.disk = newDisk(o.t, filepath.Join(o.dir, "disk"))
		o.state = filepath.Join(o.disk.path, "state")
	}
	o.rotate()
	o.learn()
	o.collector = deafCollector(o.t)
	o.back()
}

// writeConfigs writes the device's own file, and one by which it only delivers what is in its spool.
func (o *ordeal) writeConfigs(flowLog string) {
	o.t.Helper()
	o.config = o.write("agent.yaml", o.shutdownTimeout, flowLog)
	o.drain = o.write("drain.yaml", time.Minute, fmt.Sprintf("flowlog: {OutputType: netflow, NetflowServerIp: 127.0.0.1, NetflowServerPort: %d}", o.collector))
}

// write writes a device's own file.
func (o *ordeal) write(name string, shutdown time.Duration, flowLog string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	size := "256MiB"
	if o.small {
		size = "64KiB"
	}
	text := fmt.Sprintf(`smart-access-gateway: {id: %s, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
%s
credentials-file: %q
state-directory: %q
shutdown-timeout: %v
sls:
  endpoint: %q
  signature: %s
  batch-records: %d
  batch-age: 100ms
  request-timeout: %v
  attempts: %d
  spool: always
  spool-sync: %s
  spool-size: %s
  spool-free: %d%%
`, gateway, flowLog, o.deviceKeys(), o.state, shutdown, o.service.SLS, o.signature, o.records, o.requestTimeout, o.attempts, o.sync, size, o.free)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *ordeal) deviceKeys() string { return filepath.Join(o.dir, "device.credentials") }

// toLogstore are the parameters of a FlowLog to one of a few logstores.
func (o *ordeal) toLogstore(output flowlog.OutputType, n uint64) flowlog.Parameters {
	to := [...]struct{ project, logstore string }{{"flows", "one"}, {"flows", "two"}, {"other-flows", "one"}}[n%3]
	return flowlog.Parameters{
		"OutputType": string(output), "SlsRegionId": "cn-shanghai", "ProjectName": to.project, "LogstoreName": to.logstore,
		"NetflowServerIp": "127.0.0.1", "NetflowServerPort": strconv.Itoa(o.collector), "NetflowVersion": "V10",
		"ActiveAging": "60", "InactiveAging": "10",
	}
}

// deafCollector is a port on loopback at which nobody reads what comes.
func deafCollector(t *testing.T) int {
	t.Helper()
	conn, err := net.ListenPacket("udp4", anyPort)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, port, _ := strings.Cut(conn.LocalAddr().String(), ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
