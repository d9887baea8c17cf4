package livetest

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// get asks the device's HTTP server, which is in the namespace.
func (d *device) get(path string) (int, string) {
	d.t.Helper()
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(_ context.Context, network, address string) (conn net.Conn, err error) {
			d.ns.Do(func() { conn, err = net.Dial(network, address) })
			return conn, err
		},
	}}
	r, err := client.Get("http://127.0.0.1:9105" + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// A running device is hardened, as the kernel tells it; it serves metrics and health, and reads a new FlowLog at SIGHUP.
func TestOperation(t *testing.T) {
	ns, d := pair(t, "metrics: 127.0.0.1:9105")
	d.many(ns, 1, 10, 0)
	status, err := os.ReadFile("/proc/" + strconv.Itoa(d.command.Process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CapEff:\t0000000000002000", "CapPrm:\t0000000000002000", "CapBnd:\t0000000000002000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(string(status), want+"\n") {
			t.Errorf("%q is not in\n%s", want, status)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/status"} {
		if code, text := d.get(path); code != 200 {
			t.Errorf("%s: %d\n%s", path, code, text)
		}
	}
	d.until("the metrics of 10 frames", func(*agent.Status) bool {
		_, text := d.get("/metrics")
		return strings.Contains(text, "sagflow_frame_verdicts_total{class=\"counted\",verdict=\"counted\"} 10\n")
	})
	reload(t, d, "NetflowVersion: V9", "NetflowVersion: V10")
	d.until("the new FlowLog", func(s *agent.Status) bool { return s.Generation == 2 && s.FlowLog.NetflowVersion == "V10" })
	reload(t, d, "interfaces: [v1]", "interfaces: [v1]\nworkers: 2")
	d.untilSaid("restart needed: workers changed")
	reload(t, d, "workers: 2", "")
	reload(t, d, "ActiveAging: 6000", "ActiveAging: 7")
	d.untilSaid("ActiveAging")
	if s := d.until("the status", func(*agent.Status) bool { return true }); s.Generation != 2 {
		t.Errorf("generation %d is in force", s.Generation)
	}
	d.finish()
}

// reload changes the device's file and has it read.
func reload(t *testing.T, d *device, before, after string) {
	t.Helper()
	text, err := os.ReadFile(d.path("agent.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.path("agent.yaml"), []byte(strings.Replace(string(text), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

func (d *device) untilSaid(text string) {
	d.t.Helper()
	d.until("a line with "+text, func(*agent.Status) bool { return strings.Contains(d.stderr.String(), text) })
}

// What the device exports over an interface that it captures from is its own, and becomes no flow: else each record
// would make another.
func TestOwnTraffic(t *testing.T) {
	for _, c := range []struct {
		setting string
		own     bool
	}{{"own-traffic: leave-out", true}, {"own-traffic: count", false}} {
		ns := testutil.NewNamespace(t)
		ns.Veth("v0", "v1")
		listen(t, ns)
		// The collector's address is reached over loopback, which sees each datagram leave and arrive.
		d := start(t, ns, 2, "interfaces: [v1, lo]\ndirection: both\n"+c.setting)
		from := ns.Sender("v0")
		for host := range byte(200) {
			from.Send(udp(host))
		}
		d.until("the reading of all", func(s *agent.Status) bool { return s.Sums != nil && s.Sums.Counted >= 200 })
		reload(t, d, "NetflowVersion: V9", "NetflowVersion: V10") // the first session ends, and sends what it has
		d.until("the new FlowLog", func(s *agent.Status) bool { return s.Generation == 2 })
		if c.own {
			d.until("packets of its own", func(s *agent.Status) bool { return s.Sums.Own > 0 })
		}
		s, records := d.finish()
		if c.own && (packetsOf(records) != 200 || s.Own == 0) || !c.own && (packetsOf(records) <= 200 || s.Own != 0) {
			t.Errorf("%s: %d packets in records, %d own", c.setting, packetsOf(records), s.Own)
		}
	}
}
