package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/endpoints"
)

func TestFaultError(t *testing.T) {
	for _, c := range []struct {
		f    Fault
		want string
	}{
		{Fault{File: "f", Line: 1, Column: 2, Problem: "p"}, "f:1:2: p"},
		{Fault{File: "f", Line: 1, Column: 2, Key: "k", Want: "w"}, "f:1:2: k: want w"},
		{Fault{File: "f", Line: 1, Column: 2, Key: "k", Value: "v\n", Problem: "p", Want: "w"}, `f:1:2: k: "v\n": p; want w`},
		{Fault{File: "f", Line: 1, Column: 2, Key: "k", Value: hidden, Problem: "p", Nearest: "n"}, "f:1:2: k: (not shown): p; did you mean n?"},
	} {
		if got := c.f.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestFaultsAreSortedAndUnwrap(t *testing.T) {
	a, b, c := &Fault{Line: 2, Column: 1}, &Fault{Line: 1, Column: 9}, &Fault{Line: 1, Column: 2}
	err := Faults{a, b, c}.sorted()
	var all Faults
	if !errors.As(err, &all) || all[0] != c || all[1] != b || all[2] != a {
		t.Errorf("%v", err)
	}
	if !errors.Is(err, error(a)) || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("%v", err)
	}
	if (Faults{}).sorted() != nil {
		t.Error("no faults are an error")
	}
}

func TestNearest(t *testing.T) {
	d := newDecoder("f")
	for _, c := range []struct{ section, key, want string }{
		{"", "interfacs", "interfaces"},
		{"", "Interfaces", "interfaces"},
		{"", "state_directory", "state-directory"},
		{"", "stateDirectory", "state-directory"},
		{"", "poll-interval", "api.poll-interval"},
		{"", "ActiveAging", "flowlog.ActiveAging"},
		{"api", "endpiont", "api.endpoint"},
		{"api", "interfaces", "interfaces"},
		{"sls", "endpoint ", "sls.endpoint"},
		{"flowlog", "netflow-server-ip", "flowlog.NetflowServerIp"},
		{"", "x", ""},
		{"", "", ""},
		{"", "nothing-like-it", ""},
		{"", strings.Repeat("interfaces", 1000), ""},
	} {
		if got := nearest(c.section, c.key, d.paths); got != c.want {
			t.Errorf("%s.%s: %q, want %q", c.section, c.key, got, c.want)
		}
	}
}

func TestShown(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"eth0", "eth0"},
		{"", ""},
		{"https://smartag.cn-shanghai.aliyuncs.com/path", "https://smartag.cn-shanghai.aliyuncs.com/path"},
		{strings.Repeat("é", 61), strings.Repeat("é", 60) + "…"},
		{"LTAI5tExample", hidden},
		{"STS.Example", hidden},
		{"CANARYcanaryCANARYcanary123456", hidden},
		{"secret=CANARYcanaryCANARYcanary123456", hidden},
		{"wlan*CANARYcanaryCANARYcanary123456*", hidden},
		{"api.CANARYcanaryCANARYcanary123456.x", hidden},
		{"[\"CANARYcanaryCANARYcanary123456\"]", hidden},
		{"key LTAI5tExample", hidden},
		{"token-STS.Example", hidden},
		{"http://u:p@h", hidden},
		{"http://h/?token=x", hidden},
		{"http://h/#x", hidden},
		{"http://%zz@h", hidden},
		{"/var/lib/sagflow/credentials", "/var/lib/sagflow/credentials"},
		{"sag-0nnf0a1b2c3d4e5f6", "sag-0nnf0a1b2c3d4e5f6"},
	} {
		if got := shown(c.value); got != c.want {
			t.Errorf("%q: %q, want %q", c.value, got, c.want)
		}
	}
	for key, want := range map[string]bool{
		"access-key-secret": true, "AccessKeyId": true, "security_token": true, "password": true, "ACCESS_KEY": true,
		"credentials-file": false, "state-directory": false, "api": false,
	} {
		if namesSecret(key) != want {
			t.Errorf("%s: %v", key, !want)
		}
	}
}

// The endpoints are those of the official SDK.
func TestAPIEndpoint(t *testing.T) {
	resolver := &endpoints.LocalRegionalResolver{}
	for _, region := range regions() {
		host, ok, err := resolver.TryResolve(&endpoints.ResolveParam{Product: "smartag", RegionId: region})
		if !ok || err != nil || APIEndpoint(region) != "https://"+host {
			t.Errorf("%s: %s, the SDK has %q (%v, %v)", region, APIEndpoint(region), host, ok, err)
		}
	}
	if got := SLSEndpoint("cn-hangzhou"); got != "https://cn-hangzhou.log.aliyuncs.com" {
		t.Error(got)
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Minute: "1m", time.Hour: "1h", 90 * time.Second: "1m30s", time.Hour + time.Second: "1h0m1s", 10 * time.Minute: "10m",
		100 * time.Millisecond: "100ms", 10 * time.Hour: "10h", 0: "0s", time.Hour + time.Minute: "1h1m",
	} {
		if got := DurationText(d); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if back, err := time.ParseDuration(want); back != d || err != nil {
			t.Errorf("%q is %v, %v", want, back, err)
		}
	}
}

// A whole number is the type of keys to come.
func TestInteger(t *testing.T) {
	c := integer(-1, 4000000)
	for text, want := range map[string]int{"-1": -1, "0": 0, "4000000": 4000000} {
		if got, wrong := c.parse(text); wrong.is() || got != want || c.print(got) != text {
			t.Errorf("%s: %d, %v", text, got, wrong)
		}
	}
	for _, text := range []string{"-2", "4000001", "", "01", "+1", "1.0", "1e3", "0x1", "99999999999999999999", "1_0"} {
		if got, wrong := c.parse(text); wrong.want == "" {
			t.Errorf("%q: %d", text, got)
		}
	}
}
