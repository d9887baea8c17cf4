package livetest

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// logService is the lab's Log Service in a namespace.
func logService(t *testing.T, ns *testutil.Namespace) (endpoint, credentials string) {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command(lab, "sls", "serve", "--listen", "127.0.0.1:0", "--store", dir+"/store", "--credentials", dir+"/credentials")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	ns.Do(func() {
		t.Helper()
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	var location struct{ Sls, Credentials string }
	if err := json.NewDecoder(out).Decode(&location); err != nil {
		t.Fatal(err)
	}
	return location.Sls, location.Credentials
}

// A hardened device reaches Log Service by connections that are its own: with both outputs each gets all records, and what
// goes to Log Service over an interface that is captured becomes no flow.
func TestBothOutputsHardened(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	listen(t, ns)
	endpoint, credentials := logService(t, ns)
	d := start(t, ns, 2, fmt.Sprintf(`smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
interfaces: [v1, lo]
direction: both
credentials-file: %s
sls: {endpoint: %q, batch-age: 200ms}
flowlog: {OutputType: all, NetflowServerIp: 127.0.0.1, NetflowServerPort: 9995, NetflowVersion: V10, SlsRegionId: cn-shanghai, ProjectName: flows, LogstoreName: all, InactiveAging: 10}`,
		credentials, endpoint))
	d.many(ns, 1, 100, 0)
	d.until("a record in Log Service", func(s *agent.Status) bool {
		for _, o := range s.Outputs {
			if o.Kind == "sls" && o.Counters.Acknowledged.Packets == 100 {
				return true
			}
		}
		return false
	})
	s, records := d.finish()
	if packetsOf(records) != 100 || s.Own == 0 {
		t.Errorf("%d packets in records, %d own", packetsOf(records), s.Own)
	}
	for _, o := range s.Device.Outputs {
		if o.Counters.Acknowledged.Packets != 100 {
			t.Errorf("%+v", o)
		}
	}
}
