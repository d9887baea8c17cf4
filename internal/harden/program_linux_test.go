package harden

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	labsls "github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/testutil"
)

// TestProgram: the whole device with all that is linked into it, hardened before main begins, does what it does otherwise:
// a FlowLog from a file, records to a collector, to Log Service by way of the spool, and to a file.
func TestProgram(t *testing.T) {
	needRoot(t)
	program := hardenedProgram(t)
	var service labsls.Location
	store := t.TempDir()
	testutil.Serve(t, &service, func(stdout io.Writer) (testutil.Server, error) {
		return labsls.New(labsls.Options{
			Listen: "127.0.0.1:0", Store: filepath.Join(store, "store"), Stdout: stdout, Getenv: func(string) string { return "" },
		})
	})
	collector, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer collector.Close()
	plain, said := replay(t, program, service, collector.LocalAddr(), false)
	if strings.Contains(said, "hardened:") {
		t.Fatalf("hardened without orders:\n%s", said)
	}
	records, said := replay(t, program, service, collector.LocalAddr(), true)
	for _, m := range Measures() {
		if !strings.Contains(said, "hardened: "+string(m)+" in force") {
			t.Errorf("%s is not in force:\n%s", m, said)
		}
	}
	if len(plain) < 100 || !slices.Equal(plain, records) {
		t.Errorf("%d records hardened, %d otherwise\n%s", len(records), len(plain), said)
	}
}

// hardenedProgram builds sagflow with a file more, which calls Apply.
func hardenedProgram(t *testing.T) string {
	t.Helper()
	root := testutil.Root(t)
	added, err := filepath.Abs("testdata/hardened.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, "cmd/sagflow/hardened.go"): added}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(programs, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(programs, "sagflow")
	if err := build("build", "-overlay", file, "-o", path, "github.com/sagflow/sagflow/cmd/sagflow"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(programs, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

const programConfig = `smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
flowlog: {OutputType: all, SlsRegionId: cn-shanghai, ProjectName: flowlog, LogstoreName: records, NetflowServerIp: 127.0.0.1, NetflowServerPort: %s, NetflowVersion: V10}
sls: {endpoint: "%s", spool: always}
credentials-file: credentials
state-directory: %s
`

// replay has the device read a capture, and returns the records, sorted, and what it said. What it asks of Log Service and
// the spool is in its exit code.
func replay(t *testing.T, program string, service labsls.Location, collector net.Addr, harden bool) (records []string, said string) {
	t.Helper()
	p := makePlace(t)
	_, port, err := net.SplitHostPort(collector.String())
	if err != nil {
		t.Fatal(err)
	}
	config, out := p.Config+"/agent.yaml", p.State+"/records.jsonl"
	if err := os.WriteFile(config, fmt.Appendf(nil, programConfig, port, service.SLS, p.State), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(service.Credentials, p.Config+"/credentials"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(p.Config+"/credentials", 0o600); err != nil {
		t.Fatal(err)
	}
	capture := p.Config + "/demo.pcap"
	if err := copyFile(testutil.Testdata(t, "demo.pcap"), capture); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "replay", "-c", config, "--records", out, capture)
	c.Dir = "/"
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ALIBABA_CLOUD_") })
	if harden {
		chown(t, p.Config+"/credentials", uidOf(t, unprivileged))
		o := p.options()
		o.User, o.ReadPaths = unprivileged, append(o.ReadPaths, p.Config+"/credentials")
		o.ConnectTCP = []uint16{portOf(t, service.SLS)}
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		c.Env = append(c.Env, "SAGFLOW_HARDEN_OPTIONS="+string(text))
	} else {
		chown(t, p.State, 0)
	}
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("replay, hardened %v: %v\n%s", harden, err, text)
	}
	lines, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(strings.Lines(string(lines))), string(text)
}

func portOf(t *testing.T, address string) uint16 {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}
