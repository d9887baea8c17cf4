package smartag

import (
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	for _, c := range []struct{ in, want, wrong string }{
		{"https://smartag.cn-shanghai.aliyuncs.com", "https://smartag.cn-shanghai.aliyuncs.com", ""},
		{"https://smartag.cn-shanghai.aliyuncs.com/", "https://smartag.cn-shanghai.aliyuncs.com", ""},
		{"http://127.0.0.1:8180", "http://127.0.0.1:8180", ""},
		{"http://[::1]:8180", "http://[::1]:8180", ""},
		{"http://localhost:8180", "http://localhost:8180", ""},
		{"http://lab.example:8180", "http://lab.example:8180", ""},
		{"http://192.0.2.1", "", "plain http off loopback"},
		{"http://localhost.example", "", "plain http off loopback"},
		{"ftp://127.0.0.1", "", `scheme "ftp"`},
		{"127.0.0.1:8180", "", "want scheme and host"},
		{"", "", "want scheme and host"},
		{"https://", "", "want scheme and host"},
		{"https://h/path", "", "want scheme and host"},
		{"https://h?x=1", "", "want scheme and host"},
		{"https://user:hunter2@h", "", `"…@h"`},
		{"https://user:hunter2@h:port", "", `"…@h:port"`},
	} {
		got, err := parseEndpoint(c.in, []string{"lab.example"})
		if c.wrong == "" {
			if err != nil || got.String() != c.want {
				t.Errorf("%q = %v, %v", c.in, got, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"gateway":     {func(o *Options) { o.GatewayID = "" }, "want the SmartAGId"},
		"region":      {func(o *Options) { o.Region = "cn shanghai" }, `region "cn shanghai"`},
		"interval":    {func(o *Options) { o.PollInterval = -1 }, "poll interval"},
		"credentials": {func(o *Options) { o.Credentials = nil }, "credentials"},
		"endpoint":    {func(o *Options) { o.Endpoint = "http://192.0.2.1" }, "plain http"},
	} {
		o := testOptions(nil)
		c.change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDefaults(t *testing.T) {
	s := newSource(t, Options{GatewayID: gateway, Region: region, Credentials: newKeyring()})
	if got := s.Status().Endpoint; got != "https://smartag.cn-shanghai.aliyuncs.com" {
		t.Errorf("endpoint %q", got)
	}
	if s.o.PollInterval != DefaultPollInterval {
		t.Errorf("poll interval %v", s.o.PollInterval)
	}
}
