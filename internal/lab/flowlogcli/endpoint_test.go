package flowlogcli

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestEndpoints(t *testing.T) {
	for _, test := range []struct {
		text, allow string
		host, want  string
	}{
		{text: "http://127.0.0.1:8180", host: "127.0.0.1:8180"},
		{text: "http://127.0.0.1:8180/", host: "127.0.0.1:8180"},
		{text: "http://[::1]:8180", host: "[::1]:8180"},
		{text: "http://LocalHost", host: "LocalHost"},
		{text: "https://smartag.cn-shanghai.aliyuncs.com", host: "smartag.cn-shanghai.aliyuncs.com"},
		{text: "http://lab.example:80", allow: "LAB.example", host: "lab.example:80"},
		{text: "http://lab.example", want: "https, or --allow-http lab.example"},
		{text: "http://lab.example", allow: "other.example", want: "https, or --allow-http lab.example"},
		{text: "http://127.0.0.1.lab.example", want: "https, or --allow-http"},
		{text: "127.0.0.1:8180", want: "a URL of scheme and host"},
		{text: "ftp://127.0.0.1", want: "a URL of scheme and host"},
		{text: "http://127.0.0.1/path", want: "a URL of scheme and host"},
		{text: "http://127.0.0.1?a=b", want: "a URL of scheme and host"},
		{text: "http://user:password@127.0.0.1", want: "a URL of scheme and host"},
		{text: "http://", want: "a URL of scheme and host"},
		{text: "", want: "a URL of scheme and host"},
		{text: "http://%zz", want: "a URL of scheme and host"},
	} {
		t.Run(test.text, func(t *testing.T) {
			c, err := New(Options{Endpoint: test.text, AllowHTTP: []string{test.allow}})
			if test.want == "" {
				if err != nil || c.host != test.host {
					t.Errorf("host %v, error %v", c, err)
				}
				return
			}
			wrong := (*OptionError)(nil)
			if !errors.As(err, &wrong) || !strings.HasPrefix(wrong.Want, test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "password") {
				t.Errorf("%q holds a password", err)
			}
		})
	}
}

func TestNegativeTimeout(t *testing.T) {
	_, err := New(Options{Endpoint: "http://127.0.0.1", Timeout: -time.Second})
	if err == nil || err.Error() != `--timeout "-1s": want more than 0` {
		t.Errorf("error %v", err)
	}
}
