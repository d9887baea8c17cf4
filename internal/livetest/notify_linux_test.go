package livetest

import (
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// TestEndAtAReloadedRate: the service manager is asked for as long as the flows take at the rate that is in force.
func TestEndAtAReloadedRate(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	listen(t, ns)
	d := &device{t: t, ns: ns, dir: t.TempDir()}
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: d.path("notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = manager.Close() }()
	d.env = []string{"NOTIFY_SOCKET=" + d.path("notify")}
	d.args = []string{"--records", d.path("records")}
	d.start(1, "interfaces: [v1]\nexport-rate: 0\nshutdown-timeout: 5s")
	from := ns.Sender("v0")
	for host := range byte(3) {
		from.Send(udp(host))
	}
	d.until("three flows", func(s *agent.Status) bool { return s.Sums != nil && s.Sums.Flows == 3 })
	d.write("interfaces: [v1]\nexport-rate: 1\nshutdown-timeout: 5s")
	if err := d.command.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	d.until("the new rate", func(s *agent.Status) bool { return s.Generation == 2 })
	d.finish()
	if err := manager.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for b := make([]byte, 4096); ; {
		n, err := manager.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b[:n])
		if !strings.Contains(text, "STOPPING=1") {
			continue
		}
		if want := "EXTEND_TIMEOUT_USEC=69000000"; !strings.Contains(text, want) { // 60 s, 5 s, three flows and one second
			t.Errorf("%q, want %s", text, want)
		}
		return
	}
}
