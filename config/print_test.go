package config

import (
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

func TestYAML(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"API", gateway + "interfaces: [eth0, 'true']\nmetrics: ':1'\n", `smart-access-gateway:
  id: sag-0nnf0a1b2c3d4e5f6
  serial-number: sag1000lab0001
  account: "1234567890123456"
  region: cn-shanghai
interfaces: [eth0, "true"]
api:
  endpoint: https://smartag.cn-shanghai.aliyuncs.com
  poll-interval: 1m
` + printedDefaults + `state-directory: /var/lib/sagflow
state-optional: false
metrics: :1
`},
		{"FlowLog", literal, `smart-access-gateway:
  id: sag-1
  region: cn-shanghai
flowlog:
  OutputType: netflow
  ActiveAging: 300
  InactiveAging: 15
  NetflowServerIp: 192.0.2.9
  NetflowServerPort: 9995
  NetflowVersion: V9
` + printedDefaults + `state-directory: /var/lib/sagflow
state-optional: false
`},
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
	if two[0] == 'X' || cmp.Diff(&before, a) != "" || *a.FlowLog != flowLog {
		t.Error("changed")
	}
}
