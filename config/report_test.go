package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// explained is a report as lines of key, value and origin, without the file's folder.
func explained(t *testing.T, text string, o CheckOptions) string {
	t.Helper()
	path := file(t, text)
	r, err := Check(path, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range r.Settings {
		fmt.Fprintf(&b, "%s | %s | %s\n", s.Key, s.Value, s.Origin)
	}
	return strings.ReplaceAll(b.String(), filepath.Dir(path)+"/", "")
}

func TestExplainAPI(t *testing.T) {
	got := explained(t, gateway+"interfaces:\n- eth0\n- eth1\napi:\n  poll-interval: 60s\nstate-directory: state\n", CheckOptions{Env: withKey()})
	want := `smart-access-gateway.id | sag-0nnf0a1b2c3d4e5f6 | agent.yaml:1
smart-access-gateway.serial-number | sag1000lab0001 | agent.yaml:1
smart-access-gateway.account | 1234567890123456 | agent.yaml:1
smart-access-gateway.region | cn-shanghai | agent.yaml:1
interfaces | [eth0, eth1] | agent.yaml:3
direction | in | default
filter |  | not given
capture | ring | default
snap-length | whole | default
ring-size | auto | default
promiscuous | false | default
sampling | 1 | default
own-traffic | leave-out | default
outport-lookup | false | default
workers | 1 | default
max-flows | MAXFLOWS | default
memory-limit |  | not given
fragments | zero | default
tcp-end | false | default
key |  | not given
export-rate | 50000 | default
export-queue | 1000000 | default
mtu | 1500 | default
template-packets | 64 | default
template-interval | 1m | default
stats-interval | 1m | default
observation-domain | 0 | default
source-address |  | not given
api.endpoint | https://smartag.cn-shanghai.aliyuncs.com | default of region cn-shanghai
api.poll-interval | 1m | agent.yaml:6
sls.endpoint |  | default of the FlowLog's SlsRegionId
sls.signature | v4 | default
sls.batch-records | 4096 | default
sls.batch-size | 3MiB | default
sls.batch-age | 3s | default
sls.request-timeout | 30s | default
sls.attempts | 10 | default
sls.spool | on-failure | default
sls.spool-sync | always | default
sls.spool-size | 256MiB | default
sls.spool-age | 72h | default
sls.spool-set-aside-age | 336h | default
sls.spool-free | 10% | default
sls.spool-share | 50% | default
shutdown-timeout | 30s | default
credentials-file |  | not given
state-directory | state | agent.yaml:7
state-optional | false | default
metrics |  | not given
pprof-socket |  | not given
allow-http |  | not given
hardening.landlock | true | default
hardening.seccomp | true | default
hardening.drop-privileges | true | default
hardening.no-new-privs | true | default
hardening.user | sagflow | default
access key | (not shown) | environment (ALIBABA_CLOUD_ACCESS_KEY_ID)
`
	want = strings.Replace(want, "MAXFLOWS", strconv.Itoa(defaultFlows), 1)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A value of several lines or keys stands in one line, and a filter in the form that it has.
func TestExplainOnOneLine(t *testing.T) {
	for _, c := range []struct{ text, want, none string }{
		{"direction: {eth0: both, \"*\": out}\n", "direction | {eth0: both, *: out} | agent.yaml:3\n", ""},
		{"filter: tcp port 80\n", "filter | tcp port 80 | agent.yaml:3\n", "filter.match"},
		{"filter: |\n  2\n  48  0 0 9\n  6 0 0 0\n", "filter | 2 / 48 0 0 9 / 6 0 0 0 | agent.yaml:3\n", "filter.match"},
		{"filter: |\n" + strings.Repeat("  6 0 0 0\n", 100), "filter | 6 0 0 0 / 6 0 0 0 / ", "filter.match"},
		{"filter:\n  match: \"proto tcp\\tport 80\"\n", "filter.match | proto tcp port 80 | agent.yaml:4\n", "filter |"},
		{"max-flows: 0\nsnap-length: whole\n", "snap-length | whole | agent.yaml:4\n", ""},
		{"max-flows: 0\n", "max-flows | memory | agent.yaml:3\n", ""},
		{"memory-limit: 65536KiB\nsource-address: 2001:DB8:0::1\n", "memory-limit | 64MiB | agent.yaml:3\n", ""},
	} {
		got := explained(t, literal+c.text, CheckOptions{Env: environ()})
		if !strings.Contains(got, c.want) || c.none != "" && strings.Contains(got, c.none) {
			t.Errorf("%q: no %q, or %q, in\n%s", c.text, c.want, c.none, got)
		}
		for line := range strings.Lines(got) {
			if strings.Count(line, " | ") != 2 || len(line) > 250 {
				t.Errorf("%q: %q", c.text, line)
			}
		}
	}
}

func TestExplainFlowLog(t *testing.T) {
	got := explained(t, gateway+"flowlog: {OutputType: sls, SlsRegionId: cn-hangzhou, ProjectName: p, LogstoreName: l, InactiveAging: 30}\n", CheckOptions{NoCredentials: true})
	for _, want := range []string{
		"flowlog.OutputType | sls | agent.yaml:2\n",
		"flowlog.ActiveAging | 300 | default\n",
		"flowlog.InactiveAging | 30 | agent.yaml:2\n",
		"flowlog.NetflowServerIp |  | not given\n",
		"sls.endpoint | https://cn-hangzhou.log.aliyuncs.com | default of SlsRegionId cn-hangzhou\n",
		"access key | (not shown) | not looked for\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "api.") {
		t.Errorf("%s", got)
	}
}

// What has no part in this device is not explained.
func TestExplainNetflowAlone(t *testing.T) {
	got := explained(t, literal, CheckOptions{Env: environ()})
	if strings.Contains(got, "api.") || strings.Contains(got, "sls.") || strings.Contains(got, "access key") {
		t.Errorf("%s", got)
	}
}

const keyFile = "[default]\ntype=access_key\naccess_key_id=id\naccess_key_secret=CANARY\n"

func TestCheckLooksIntoTheCredentialsFile(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"right", keyFile, 0o600, ""},
		{"mode", keyFile, 0o644, "has mode 0644: want a file of mode 0600"},
		{"form", "[default]\nCANARY\n", 0o600, "keys:2: [default] neither [section] nor key=value"},
		{"two faults", "[default]\ntype=access_key\n", 0o600, "access_key_id: missing or empty"},
		{"ended", keyFile + "security_token=CANARY\nexpiration=2026-11-22T23:59:59Z\n", 0o600, "the security token ended at 2026-11-22T23:59:59Z; want a new one"},
		{"not ended", keyFile + "security_token=CANARY\nexpiration=2026-11-23T00:00:01Z\n", 0o600, ""},
		{"missing", "", 0, "keys: no such file or directory"},
	} {
		path := file(t, gateway+"metrics: 127.0.0.1:9105\ncredentials-file: keys\n")
		keys := filepath.Join(filepath.Dir(path), "keys")
		if c.mode != 0 {
			if err := os.WriteFile(keys, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(keys, c.mode); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Check(path, CheckOptions{Env: environ(), Now: now})
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "agent.yaml:3:19: credentials-file: ")) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if text := fmt.Sprintf("%+v %v", r, err); strings.Contains(text, "CANARY") {
			t.Errorf("%s: %s", c.name, text)
		}
		if err == nil && r.AccessKey != "file "+keys+" [default]" {
			t.Errorf("%s: %q", c.name, r.AccessKey)
		}
		if _, err := Check(path, CheckOptions{Env: environ(), NoCredentials: true}); err != nil {
			t.Errorf("%s, not looked for: %v", c.name, err)
		}
	}
}

func TestCheckWithoutAKey(t *testing.T) {
	_, err := Check(file(t, gateway), CheckOptions{Env: environ()})
	if err == nil || !strings.Contains(err.Error(), "agent.yaml:1:1: credentials-file: not given; want it, or an access key in the environment") {
		t.Errorf("%v", err)
	}
	_, err = Check(file(t, gateway+"credentials-file: ~/keys\n"), CheckOptions{Env: environ()})
	if err == nil || strings.Count(err.Error(), "credentials-file: ") != 1 {
		t.Errorf("%v", err)
	}
}
