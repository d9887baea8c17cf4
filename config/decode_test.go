package config

import (
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

var update = flag.Bool("update", false, "write the golden files and docs/configuration.md anew")

// gateway begins most of the files below.
const gateway = `smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}` + "\n"

func theGateway() Gateway {
	return Gateway{ID: "sag-0nnf0a1b2c3d4e5f6", SerialNumber: "sag1000lab0001", Account: "1234567890123456", Region: "cn-shanghai"}
}

func defaultSLS() SLS {
	return SLS{
		Signature: "v4", BatchRecords: 4096, BatchOctets: 3 << 20, BatchAge: 3 * time.Second, RequestTimeout: 30 * time.Second, Attempts: 10,
		Spool: Spool{Policy: "on-failure", Octets: 256 << 20, Age: 72 * time.Hour, SetAsideAge: 14 * 24 * time.Hour, Free: 10, Share: 50},
	}
}

func defaultLive() LiveSettings {
	return LiveSettings{
		Direction: "in", Capture: "ring", Sampling: 1, OwnTraffic: "leave-out",
		Workers: 1, MaxFlows: defaultFlows, Fragments: "zero",
		ExportRate: 50_000, ExportQueue: 1_000_000, MTU: 1500, TemplatePackets: 64, TemplateInterval: time.Minute, StatsInterval: time.Minute,
		Hardening: Hardening{Landlock: true, Seccomp: true, DropPrivileges: true, NoNewPrivs: true, User: "sagflow"},
	}
}

// everyKey is a file that gives each key but those of flowlog another value than its default, setEveryKey what
// it means.
const everyKey = `
interfaces: [eth0, "wan*", "!wan?0"]
direction: {eth0: both, "*": out}
filter:
  match: proto tcp port 80
capture: gopacket
snap-length: whole
ring-size: 64MiB
promiscuous: true
sampling: 16383
own-traffic: count
outport-lookup: true
workers: 256
max-flows: memory
memory-limit: 4GiB
fragments: first
tcp-end: true
key: [vlan, tos]
export-rate: 0
export-queue: 16000000
mtu: 65535
template-packets: 0
template-interval: 0s
stats-interval: 24h
observation-domain: 4294967295
source-address: 2001:DB8:0::1
api: {endpoint: "http://127.0.0.1:8180", poll-interval: 1m30s}
sls:
  endpoint: http://localhost:8190/
  signature: v1
  batch-records: 1
  batch-size: 64KiB
  batch-age: 100ms
  request-timeout: 10m
  attempts: 1000
  spool: always
  spool-sync: 1s
  spool-size: 1GiB
  spool-age: 87600h
  spool-set-aside-age: 1m
  spool-free: 0%
  spool-share: 99%
shutdown-timeout: 5m
credentials-file: /etc/sagflow/credentials
state-directory: /srv/sagflow/
state-optional: true
metrics: "[::1]:9105"
pprof-socket: /run/sagflow/pprof.sock
allow-http: [Lab.Example, "2001:DB8:0::1"]
hardening: {landlock: false, seccomp: false, drop-privileges: false, no-new-privs: false, user: _flows-1}
`

func setEveryKey(a *Agent) {
	a.Interfaces = []string{"eth0", "wan*", "!wan?0"}
	a.Live = LiveSettings{
		Direction: "in", Directions: []InterfaceDirection{{"eth0", "both"}, {"*", "out"}}, Match: "proto tcp port 80",
		Capture: "gopacket", RingSize: 64 << 20, Promiscuous: true, Sampling: 16383, OwnTraffic: "count", OutportLookup: true,
		Workers: 256, MemoryLimit: 4 << 30, Fragments: "first", TCPEnd: true, Key: []string{"vlan", "tos"},
		ExportQueue: 16_000_000, MTU: 65535, StatsInterval: 24 * time.Hour,
		ObservationDomain: 1<<32 - 1, SourceAddress: netip.MustParseAddr("2001:db8::1"),
		PprofSocket: "/run/sagflow/pprof.sock", Hardening: Hardening{User: "_flows-1"},
	}
	a.API = &API{Endpoint: "http://127.0.0.1:8180", PollInterval: 90 * time.Second}
	a.SLS = SLS{
		Endpoint: "http://localhost:8190", Signature: "v1", BatchRecords: 1, BatchOctets: 64 << 10, BatchAge: 100 * time.Millisecond,
		RequestTimeout: 10 * time.Minute, Attempts: 1000,
		Spool: Spool{Policy: "always", SyncInterval: time.Second, Octets: 1 << 30, Age: 10 * 365 * 24 * time.Hour, SetAsideAge: time.Minute, Share: 99},
	}
	a.ShutdownTimeout = 5 * time.Minute
	a.CredentialsFile, a.StateDirectory, a.StateOptional = "/etc/sagflow/credentials", "/srv/sagflow", true
	a.Metrics, a.AllowHTTP = "[::1]:9105", []string{"lab.example", "2001:db8::1"}
}

func TestDecode(t *testing.T) {
	api := &API{Endpoint: "https://smartag.cn-shanghai.aliyuncs.com", PollInterval: time.Minute}
	base := Agent{
		File: "/etc/sagflow/agent.yaml", Gateway: theGateway(), API: api, Live: defaultLive(), SLS: defaultSLS(), ShutdownTimeout: 30 * time.Second,
		StateDirectory: DefaultStateDirectory,
	}
	for _, c := range []struct {
		name, text string
		want       func(*Agent)
	}{
		{"only what has no default", gateway, func(*Agent) {}},
		{"all", gateway + everyKey, setEveryKey},
		{"empty sections", gateway + "api: {}\nsls: {}\nhardening: {}\n", func(*Agent) {}},
		{"block style", gateway + "interfaces:\n- eth0\napi:\n  poll-interval: 100ms\n", func(a *Agent) {
			a.Interfaces = []string{"eth0"}
			a.API = &API{Endpoint: api.Endpoint, PollInterval: 100 * time.Millisecond}
		}},
		{"relative paths", gateway + "credentials-file: keys/lab\nstate-directory: ../state\npprof-socket: pprof\n", func(a *Agent) {
			a.CredentialsFile, a.StateDirectory, a.Live.PprofSocket = "/etc/sagflow/keys/lab", "/etc/state", "/etc/sagflow/pprof"
		}},
		{"digits without quotes", strings.ReplaceAll(gateway, `"`, ""), func(*Agent) {}},
		{"leading zeros stay", strings.ReplaceAll(gateway, `"1234567890123456"`, "0012"), func(a *Agent) { a.Gateway.Account = "0012" }},
		{"byte order mark", "\ufeff" + gateway, func(*Agent) {}},
		{"line ends of Windows", strings.ReplaceAll("# lab\n"+gateway+"interfaces: [eth0]\n", "\n", "\r\n"), func(a *Agent) { a.Interfaces = []string{"eth0"} }},
		{"document marks", "---\n" + gateway + "...\n", func(*Agent) {}},
		{"http to a named host", gateway + "api: {endpoint: http://LAB.example}\nallow-http: [lab.Example]\n", func(a *Agent) {
			a.API = &API{Endpoint: "http://lab.example", PollInterval: time.Minute}
			a.AllowHTTP = []string{"lab.example"}
		}},
		{"http to a named address", gateway + "api: {endpoint: \"http://[2001:db8:0::9]:80\"}\nallow-http: [\"2001:db8::9\"]\n", func(a *Agent) {
			a.API = &API{Endpoint: "http://[2001:db8::9]:80", PollInterval: time.Minute}
			a.AllowHTTP = []string{"2001:db8::9"}
		}},
		{"mapped address", gateway + "source-address: ::ffff:192.0.2.1\n", func(a *Agent) { a.Live.SourceAddress = netip.MustParseAddr("192.0.2.1") }},
		{"one direction", gateway + "direction: both\n", func(a *Agent) { a.Live.Direction = "both" }},
		{"filter of tcpdump", gateway + "filter: ip[6:2] & 0x1fff != 0 or tcp[13] & 2 != 0\n", func(a *Agent) {
			a.Live.Filter = "ip[6:2] & 0x1fff != 0 or tcp[13] & 2 != 0"
		}},
		{"filter of lines", gateway + "filter: |\n  2\n  48 0 0 9\n  6 0 0 262144\nmtu: 1400\n", func(a *Agent) {
			a.Live.Filter, a.Live.MTU = "2\n48 0 0 9\n6 0 0 262144\n", 1400
		}},
		{"filter that begins with an exclamation mark", gateway + "filter: \"!tcp\"\n", func(a *Agent) { a.Live.Filter = "!tcp" }},
		{"only exclusions", gateway + "interfaces: [\"!lo\", '!docker*']\n", func(a *Agent) { a.Interfaces = []string{"!lo", "!docker*"} }},
		{"as many flows as memory allows", gateway + "max-flows: 0\n", func(a *Agent) { a.Live.MaxFlows = 0 }},
		{"FlowLog in the file", "smart-access-gateway: {id: sag-1, region: eu-central-1}\nflowlog: {OutputType: netflow, NetflowServerIp: 192.0.2.9, NetflowServerPort: \"2055\", ActiveAging: 60}\n", func(a *Agent) {
			a.Gateway, a.API = Gateway{ID: "sag-1", Region: "eu-central-1"}, nil
			a.FlowLog = &flowlog.FlowLog{
				RegionId: "eu-central-1", Status: flowlog.Active, OutputType: flowlog.OutputNetflow, ActiveAging: 60, InactiveAging: 15,
				NetflowServerIp: "192.0.2.9", NetflowServerPort: 2055, NetflowVersion: "V9",
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := base
			c.want(&want)
			got, err := Decode(base.File, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if d := diffAgents(&want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// Each file in testdata/wrong has faults of one kind; beside it stands what is said of them.
func TestDecodeReportsAllFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/wrong/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Decode(filepath.Base(file), text)
			if err == nil {
				t.Fatal("was taken")
			}
			got := err.Error() + "\n"
			checkPlaces(t, err, string(text))
			golden := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("(-update writes it anew)\n%s", d)
			}
		})
	}
}

// checkPlaces finds faults that point out of the text, are out of order, or don't say what would be right.
func checkPlaces(t *testing.T, err error, text string) {
	t.Helper()
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("%T: %v", err, err)
	}
	lines, last := strings.Split(text, "\n"), 0
	for _, f := range faults {
		if f.Line < max(last, 1) || f.Line > len(lines) || f.Column < 1 || f.Column > len([]rune(lines[f.Line-1]))+2 {
			t.Errorf("%v: no such place, or out of order", f)
		}
		if f.Want == "" && f.Nearest == "" {
			t.Errorf("%v: doesn't say what would be right", f)
		}
		last = f.Line
	}
}

// The table decides about every key: each is given each kind of value that it can't have.
func TestEveryKeyRefusesOtherTypes(t *testing.T) {
	for _, k := range keys() {
		wrong := map[string]string{"": "empty"}
		if _, isSection := sections()[k.path]; isSection || k.pair != nil {
			wrong["{}"] = "the mapping is empty"
		} else {
			wrong["{a: 1}"] = "a mapping"
		}
		if k.list {
			wrong["eth0"], wrong["[[a]]"], wrong["[]"] = "text", "a list", "the list is empty"
		} else {
			wrong["[a]"] = "a list"
		}
		if k.tag == tagBool {
			wrong["1"], wrong["'true'"] = "a number", "text"
		} else if !k.list {
			wrong["true"] = "true or false"
		}
		for value, kind := range wrong {
			text := leaf(k.path) + ": " + value + "\n"
			if p := parent(k.path); p != "" {
				text = p + ":\n  " + text
			}
			_, err := Decode("agent.yaml", []byte(text))
			f := faultOf(err, k.path)
			if f == nil || !strings.Contains(f.Problem, kind) || f.Want == "" {
				t.Errorf("%s: %s: want a fault about %q, got %v", k.path, value, kind, err)
				continue
			}
			if want := strings.Count(k.path, ".") + 1; f.Line != want {
				t.Errorf("%v: want line %d", f, want)
			}
		}
	}
}

// faultOf returns the fault of a key, nil where there are none or several.
func faultOf(err error, key string) *Fault {
	var faults Faults
	errors.As(err, &faults)
	var found *Fault
	for _, f := range faults {
		if f.Key == key {
			if found != nil {
				return nil
			}
			found = f
		}
	}
	return found
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		key     string
		right   []string
		wrong   []string
		problem string
	}{
		{"smart-access-gateway.id", []string{"sag-1", "sag-fleet-001"}, []string{"sag-", "SAG-1", "gw-1", "sag-_", "sag-" + strings.Repeat("a", 61), `""`}, ""},
		{"smart-access-gateway.serial-number", []string{"sag1000lab0001", "0123"}, []string{"a b", `""`, strings.Repeat("a", 65)}, ""},
		{"smart-access-gateway.account", []string{"1", "08", "12345678901234567890", "'12345678901234567890'"}, []string{"0x12", "1_000", "-1", "1e3", "2026-11-23", "1.0", "123456789012345678901", "a"}, ""},
		{"smart-access-gateway.region", []string{"ap-southeast-3"}, []string{"cn-hangzhou", "CN-SHANGHAI", "shanghai"}, ""},
		{
			"api.endpoint",
			[]string{"https://h", "https://h:8443/", "http://127.0.0.1:80", "http://[::1]:80", "http://localhost", "HTTPS://H"},
			[]string{"h", "h:80", "ftp://h", "https://", "https://h/path", "https://h:0", "https://h:65536", "'https://h:'", "https://a b", "https://1.2.3", "\"https://[fe80::1%25eth0]\"", "https:h"},
			"",
		},
		{"api.endpoint", nil, []string{"https://u@h", "https://u:p@h", "https://h?x=y", "https://h?", "https://h/#f"}, "carries more than scheme and host"},
		{"api.endpoint", nil, []string{"http://h", "http://10.0.0.1:80", "http://[2001:db8::1]", "http://localhost.example"}, "plain http off loopback"},
		{"sls.endpoint", nil, []string{"http://h", "http://127.0.0.1.example"}, "plain http off loopback"},
		{"api.poll-interval", []string{"100ms", "1h", "60s", "1m", "0.5s", "59m60s"}, []string{"99ms", "1h1ms", "0s", "-5s", "876000h"}, "out of range"},
		{"api.poll-interval", nil, []string{"60", "1.5", "'60'", "1e3", "0"}, ""},
		{"api.poll-interval", nil, []string{"1d", "60 s", "1min", "1:30", "soon", "60S", `""`}, "not a time"},
		{"sls.signature", []string{"v1", "v4"}, []string{"V4", "v2", `""`}, ""},
		{"sls.batch-records", []string{"1", "4096", "'7'"}, []string{"0", "4097", "-1", "1.0", "4k"}, ""},
		{"sls.batch-size", []string{"64KiB", "3MiB", "3072KiB"}, []string{"63KiB", "4MiB", "3073KiB", "0MiB"}, "out of range"},
		{"sls.batch-size", nil, []string{"3145728", "'65536'", "1e6"}, "a number without a unit"},
		{"sls.batch-size", nil, []string{"1MB", "1M", "1mib", "MiB", "1 MiB", "01MiB", "1.5MiB", "+1MiB", "-1MiB", "99999999999999999999KiB", `""`}, ""},
		{"sls.batch-age", []string{"3s", "100ms", "10m"}, []string{"99ms", "11m"}, "out of range"},
		{"sls.request-timeout", []string{"30s"}, []string{"30", "0s"}, ""},
		{"sls.attempts", []string{"1", "1000"}, []string{"0", "1001"}, ""},
		{"sls.spool", []string{"on-failure", "always"}, []string{"never", "Always", "true"}, ""},
		{"sls.spool-sync", []string{"always", "10ms", "1h"}, []string{"never", "0s", "9ms", "2h", "1"}, ""},
		{"sls.spool-size", []string{"64KiB", "1GiB", "1024MiB"}, []string{"2GiB", "1025MiB", "9223372036854775807GiB"}, "out of range"},
		{"sls.spool-age", []string{"1m", "72h"}, []string{"59s", "87601h"}, "out of range"},
		{"sls.spool-set-aside-age", []string{"336h"}, []string{"14d"}, ""},
		{"sls.spool-free", []string{"0%", "99%", "'10%'"}, []string{"100%", "-1%"}, "out of range"},
		{"sls.spool-free", nil, []string{"10", "0.1"}, ""},
		{"sls.spool-free", nil, []string{"10 %", "'%'", "1.5%", "010%", "+1%", "10%%"}, ""},
		{"sls.spool-share", []string{"1%", "99%"}, []string{"0%"}, "out of range"},
		{"shutdown-timeout", []string{"100ms", "1h"}, []string{"0s", "61m"}, "out of range"},
		{"interfaces", []string{"[eth0]", "[eth*, 'w?an']"}, []string{"[a/b]", "['a b']", "[eth0, eth0]", "[aaaaaaaaaaaaaaaa]", "['']"}, ""},
		{"interfaces", []string{"['!eth0']", "['!docker*', eth0]", "['*', '!l?']", "[a!b]"}, []string{"['!']", "['!!a']", "['!aaaaaaaaaaaaaaaa']", "['!a/b']", "['!a', '!a']"}, ""},
		{"direction", []string{"in", "out", "both", "{eth0: in}", "{'*': both, eth?: out}"}, []string{"up", "In", "{'': in}", "{'!eth0': in}", "{a/b: in}", "{eth0: up}", "{eth0: 1}", "{eth0: in, eth0: in}"}, ""},
		{"direction", nil, []string{"{eth0: true}"}, "this is true or false"},
		{"direction", nil, []string{"{eth0: }"}, "this is empty"},
		{"direction", nil, []string{"{eth0: [in]}"}, "this is a list"},
		{"direction", nil, []string{"{[eth0]: in}"}, "this is a list"},
		{"filter", []string{"tcp", "port 80", "'80'", "\"2\\n6 0 0 1\\n6 0 0 0\"", "'!tcp'", strings.Repeat("a", 256<<10)}, []string{`""`, "'  '", `"\n"`}, "the filter is empty"},
		{"filter", nil, []string{strings.Repeat("a", 256<<10+1)}, "longer than 256KiB"},
		{"filter.match", []string{"proto tcp", "port 80,443"}, []string{`""`}, "the filter is empty"},
		{"capture", []string{"ring", "gopacket"}, []string{"afpacket", "Ring"}, ""},
		{"snap-length", []string{"64", "65535", "whole"}, []string{"63", "65536", "0", "-1", "1.5", "Whole", "64KiB", "0x40"}, ""},
		{"ring-size", []string{"auto", "1MiB", "1024KiB", "1GiB"}, []string{"1023KiB", "2GiB"}, "out of range"},
		{"ring-size", nil, []string{"1048576", "64"}, "a number without a unit"},
		{"ring-size", nil, []string{"Auto", "0", "none"}, "not a size"},
		{"promiscuous", []string{"true", "false"}, []string{"on"}, ""},
		{"sampling", []string{"1", "16383"}, []string{"0", "16384", "1/10"}, ""},
		{"own-traffic", []string{"leave-out", "count"}, []string{"meter", "true"}, ""},
		{"outport-lookup", []string{"true", "false"}, []string{"fib"}, ""},
		{"workers", []string{"1", "256"}, []string{"0", "257", "auto"}, ""},
		{"max-flows", []string{"0", "1", "memory", "16777216"}, []string{"-1", "1073741825", "4M", "all", "4_000_000"}, ""},
		{"memory-limit", []string{"64MiB", "1024GiB"}, []string{"63MiB", "1025GiB"}, "out of range"},
		{"memory-limit", nil, []string{"none", "50%"}, "not a size"},
		{"fragments", []string{"zero", "first"}, []string{"none"}, ""},
		{"tcp-end", []string{"true", "false"}, []string{"fin"}, ""},
		{"key", []string{"[tos]", "[vlan]", "[tos, vlan]"}, []string{"[ToS]", "[tos, tos]", "[port]", "[1]"}, ""},
		{"export-rate", []string{"0", "1", "1000000000"}, []string{"-1", "1000000001", "50k", "none"}, ""},
		{"export-queue", []string{"1000", "16000000"}, []string{"999", "16000001"}, ""},
		{"mtu", []string{"576", "65535"}, []string{"575", "65536", "1500B"}, ""},
		{"template-packets", []string{"0", "1000000000"}, []string{"-1", "1000000001"}, ""},
		{"template-interval", []string{"0s", "1ms", "24h"}, []string{"-1s", "25h"}, "out of range"},
		{"stats-interval", []string{"0s", "60s"}, []string{"24h1ms"}, "out of range"},
		{"stats-interval", nil, []string{"60"}, "a number without a unit"},
		{"observation-domain", []string{"0", "4294967295"}, []string{"-1", "4294967296", "0x10", "01"}, ""},
		{"source-address", []string{"192.0.2.1", "'2001:db8::1'", "'::1'", "'::ffff:192.0.2.1'"}, []string{"eth0", "192.0.2.1/24", "0.0.0.0", "'::'", "224.0.0.1", "'ff02::1'", "'fe80::1%eth0'", "'192.0.2.1:9995'", "192.0.2"}, ""},
		{"pprof-socket", []string{"/run/p", "p"}, []string{"~/p", `""`}, ""},
		{"pprof-socket", []string{"/" + strings.Repeat("a", 106)}, []string{"/" + strings.Repeat("a", 107)}, "108 octets are too long for a unix socket"},
		{"hardening.landlock", []string{"true", "false"}, []string{"off"}, ""},
		{"hardening.user", []string{"sagflow", "_a", "a$", "nobody"}, []string{"0", "'1000'", "a b", "Root", "'-a'", `""`, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, ""},
		{"metrics", []string{"127.0.0.1:9105", "':9105'", "'[::]:0'", "localhost:65535"}, []string{"127.0.0.1", "'127.0.0.1:'", "127.0.0.1:65536", "::1:9105", "9105", "'a b:1'"}, ""},
		{"allow-http", []string{"[a]", "[10.0.0.1, 'fe80::1']"}, []string{"['http://a']", "['a:80']", "['']", "[a, A]", "[300.1.1.1]", "['*']"}, ""},
		{"state-directory", []string{"/x", "x", "'/with space'"}, []string{"~/x", "$HOME/x", "'/${X}'", `""`, `"/a\nb"`}, ""},
		{"state-optional", []string{"true", "false", "TRUE"}, []string{"yes", "on", "1"}, ""},
		{"flowlog.ActiveAging", []string{"60", "'6000'"}, []string{"59", "6001", "300s", "5m", "60.0", "0x3c", "1_000", "+60"}, "IllegalParam.ActiveAging"},
		{"flowlog.NetflowServerPort", []string{"1", "65535"}, []string{"0", "65536", "1.5"}, "IllegalParam.NetflowServerPort"},
		{"flowlog.NetflowServerIp", []string{"192.0.2.1", "'2001:db8::1'"}, []string{"collector", "1.2.3", "0.0.0.0"}, ""},
	} {
		for _, value := range c.right {
			if _, err := Decode("agent.yaml", with(c.key, value)); faultOf(err, c.key) != nil {
				t.Errorf("%s: %s: %v", c.key, value, err)
			}
		}
		for _, value := range c.wrong {
			_, err := Decode("agent.yaml", with(c.key, value))
			if f := faultOf(err, c.key); f == nil || f.Want == "" || !strings.Contains(f.Problem, c.problem) {
				t.Errorf("%s: %s: want one fault (%s), got %v", c.key, value, c.problem, err)
			}
		}
	}
}

// with is a file that gives one key a value.
func with(key, value string) []byte {
	switch p := parent(key); p {
	case "":
		return []byte(gateway + key + ": " + value + "\n")
	case "flowlog":
		return []byte(gateway + "flowlog:\n  OutputType: netflow\n  " + leaf(key) + ": " + value + "\n")
	default:
		return []byte(p + ":\n  " + leaf(key) + ": " + value + "\n")
	}
}
