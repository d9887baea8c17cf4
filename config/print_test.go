package config

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printedDefaults is what a file that says nothing of Log Service is printed with.
const printedDefaults = `sls:
  signature: v4
  batch-records: 4096
  batch-size: 3MiB
  batch-age: 3s
  request-timeout: 30s
  attempts: 10
  spool: on-failure
  spool-sync: always
  spool-size: 256MiB
  spool-age: 72h
  spool-set-aside-age: 336h
  spool-free: 10%
  spool-share: 50%
shutdown-timeout: 30s
`

const printedHardening = `hardening:
  landlock: true
  seccomp: true
  drop-privileges: true
  no-new-privs: true
  user: sagflow
`

// printedLive is what a file that says nothing of live capture is printed with.
func printedLive() string {
	return `direction: in
capture: ring
snap-length: whole
ring-size: auto
promiscuous: false
sampling: 1
own-traffic: leave-out
outport-lookup: false
workers: 1
max-flows: ` + strconv.Itoa(defaultFlows) + `
fragments: zero
tcp-end: false
export-rate: 50000
export-queue: 1000000
mtu: 1500
template-packets: 64
template-interval: 1m
stats-interval: 1m
observation-domain: 0
`
}

func TestYAML(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"API", gateway + "interfaces: [eth0, 'true']\nmetrics: ':1'\n", `smart-access-gateway:
  id: sag-0nnf0a1b2c3d4e5f6
  serial-number: sag1000lab0001
  account: "1234567890123456"
  region: cn-shanghai
interfaces: [eth0, "true"]
` + printedLive() + `api:
  endpoint: https://smartag.cn-shanghai.aliyuncs.com
  poll-interval: 1m
` + printedDefaults + `state-directory: /var/lib/sagflow
state-optional: false
metrics: :1
` + printedHardening},
		{"FlowLog", literal, `smart-access-gateway:
  id: sag-1
  region: cn-shanghai
` + printedLive() + `flowlog:
  OutputType: netflow
  ActiveAging: 300
  InactiveAging: 15
  NetflowServerIp: 192.0.2.9
  NetflowServerPort: 9995
  NetflowVersion: V9
` + printedDefaults + `state-directory: /var/lib/sagflow
state-optional: false
` + printedHardening},
	} {
		a, err := Decode("/agent.yaml", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, string(got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		checkPrintsEqual(t, a)
	}
}

// Printing changes nothing in the Agent, and two results share nothing.
func TestYAMLLeavesTheAgentAlone(t *testing.T) {
	a, err := Decode("/agent.yaml", []byte(literal))
	if err != nil {
		t.Fatal(err)
	}
	before := *a
	flowLog := *a.FlowLog
	one, _ := a.YAML()
	two, _ := a.YAML()
	one[0] = 'X'
	if two[0] == 'X' || diffAgents(&before, a) != "" || *a.FlowLog != flowLog {
		t.Error("changed")
	}
}

// What has several forms is printed in the one that it has.
func TestYAMLForms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"direction: {eth0: both, '*': out}\n", "\ndirection: {eth0: both, '*': out}\n"},
		{"filter: tcp port 80\n", "\nfilter: tcp port 80\n"},
		{"filter: |\n  1\n  6 0 0 1\n", "\nfilter: |\n  1\n  6 0 0 1\n"},
		{"filter: \"\\n  x\\n\\ty\"\n", "\nfilter: \"\\n  x\\n\\ty\"\n"},
		{"filter: {match: tcp}\n", "\nfilter:\n  match: tcp\n"},
		{"snap-length: whole\nring-size: 1024KiB\nmax-flows: 0\n", "\nsnap-length: whole\nring-size: 1MiB\n"},
		{"max-flows: 0\n", "\nmax-flows: memory\n"},
		{"key: [vlan, tos]\n", "\nkey: [vlan, tos]\n"},
		{"source-address: 2001:DB8:0::1\n", "\nsource-address: 2001:db8::1\n"},
		{"interfaces: [\"!eth0\"]\n", "\ninterfaces: ['!eth0']\n"},
	} {
		a, err := Decode("/agent.yaml", []byte(literal+c.text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.YAML()
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%q: no %q in\n%s%v", c.text, c.want, got, err)
		}
		checkPrintsEqual(t, a)
	}
}
