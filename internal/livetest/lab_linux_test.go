package livetest

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// server is a server of the lab in a namespace, that can be killed and started again.
type server struct {
	t       *testing.T
	ns      *testutil.Namespace
	args    []string
	command *exec.Cmd // nil while it is away
}

func (s *server) start() {
	s.t.Helper()
	s.command = exec.Command(lab, s.args...)
	out, err := s.command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	s.ns.Do(func() {
		s.t.Helper()
		if err := s.command.Start(); err != nil {
			s.t.Fatal(err)
		}
	})
	var where map[string]string
	if err := json.NewDecoder(out).Decode(&where); err != nil {
		s.t.Fatalf("sagflow-lab %s: %v", s.args, err)
	}
}

func (s *server) kill() {
	if s.command != nil {
		_ = s.command.Process.Kill()
		_ = s.command.Wait()
		s.command = nil
	}
}

// The cloud's gateway, and where its servers are: at loopback of the test's namespace, where all ports are free. Devices
// go by ways, which are relays to the servers.
const (
	gateway  = "sag-0nnf0a1b2c3d4e5f6"
	apiPort  = 8180
	apiAdmin = 8181
	apiWay   = 8182
	slsPort  = 8190
	slsAdmin = 8191
	slsWay   = 8192
)

// cloud is the lab's API and Log Service.
type cloud struct {
	t        *testing.T
	ns       *testutil.Namespace
	dir      string
	api, sls *server
	// toAPI and toSLS are the ways of a device.
	toAPI, toSLS *pipe
	flowLog      string // the one that is bound
}

func newCloud(t *testing.T, ns *testutil.Namespace) *cloud {
	t.Helper()
	c := &cloud{t: t, ns: ns, dir: t.TempDir()}
	serve := func(admin, port int, words ...string) *server {
		t.Helper()
		args := slices.Concat(words, []string{"--listen", local(port), "--admin", local(admin), "--credentials", c.credentials()})
		s := &server{t: t, ns: ns, args: args}
		s.start()
		t.Cleanup(s.kill)
		return s
	}
	c.api = serve(apiAdmin, apiPort, "api", "--store", filepath.Join(c.dir, "api.db"))
	c.sls = serve(slsAdmin, slsPort, "sls", "serve", "--store", c.store())
	c.toAPI, c.toSLS = relayTCP(t, ns, apiWay, apiPort), relayTCP(t, ns, slsWay, slsPort)
	return c
}

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func (c *cloud) credentials() string { return filepath.Join(c.dir, "credentials") }
func (c *cloud) store() string       { return filepath.Join(c.dir, "sls") }

// settings are those of a device whose FlowLog comes from the lab.
func (c *cloud) settings() string {
	return fmt.Sprintf(`smart-access-gateway: {id: %s, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
credentials-file: %s
api: {endpoint: "http://%s", poll-interval: 200ms}
sls: {endpoint: "http://%s", batch-age: 500ms}
`, gateway, c.credentials(), local(apiWay), local(slsWay))
}

// try runs sagflow-lab in the namespace.
func (c *cloud) try(args ...string) (string, error) {
	c.t.Helper()
	var out []byte
	var err error
	c.ns.Do(func() {
		command := exec.Command(lab, args...)
		command.Env = append(command.Environ(), "SAGFLOW_LAB_CREDENTIALS="+c.credentials())
		out, err = command.CombinedOutput()
	})
	return strings.TrimSpace(string(out)), err
}

// run is try for what must work.
func (c *cloud) run(args ...string) string {
	c.t.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.t.Fatalf("sagflow-lab %s: %v\n%s", args, err, out)
	}
	return out
}

// bind makes a FlowLog to both outputs and binds it to the gateway.
func (c *cloud) bind(more ...string) {
	c.t.Helper()
	c.flowLog = c.run(append([]string{
		"flowlog", "create", "-o", "id", "--output-type", "all", "--netflow-server-ip", "127.0.0.1",
		"--netflow-server-port", fmt.Sprint(collectorPort), "--netflow-version", "V10", "--active-aging", "60", "--inactive-aging", "10",
		"--sls-region-id", "cn-shanghai", "--project-name", "flows", "--logstore-name", "all",
	}, more...)...)
	c.run("flowlog", "associate", "--flow-log-id", c.flowLog, "--smart-ag-id", gateway)
}

// modify changes the FlowLog.
func (c *cloud) modify(flags ...string) {
	c.t.Helper()
	c.run(append([]string{"flowlog", "modify", "--flow-log-id", c.flowLog}, flags...)...)
}

// fail has a server fail: fault kinds are the lab's.
func (c *cloud) fail(admin int, flags ...string) {
	c.t.Helper()
	c.run(append([]string{"fault", "add", "--admin", "http://" + local(admin)}, flags...)...)
}

func (c *cloud) heal(admin int) {
	c.t.Helper()
	c.run("fault", "clear", "--admin", "http://"+local(admin))
}

// tally is what Log Service holds, as sagflow-lab sls dedup counts it.
type tally struct{ Received, Unique, Resent uint64 }

// stored is the tally. Nothing may be there that no device sends.
func (c *cloud) stored() tally {
	c.t.Helper()
	var all tally
	if err := json.Unmarshal([]byte(c.run("sls", "dedup", "--store", c.store(), "-o", "json")), &all); err != nil {
		c.t.Fatal(err)
	}
	return all
}
