package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/credentials"
)

// file writes a configuration and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// environ is an environment of these variables.
func environ(pairs ...string) Environ {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func withKey() Environ {
	return environ(credentials.EnvAccessKeyID, "id", credentials.EnvAccessKeySecret, "CANARY")
}

const literal = "smart-access-gateway: {id: sag-1, region: cn-shanghai}\nflowlog: {OutputType: netflow, NetflowServerIp: 192.0.2.9}\n"

func TestLoad(t *testing.T) {
	for _, c := range []struct {
		name, text string
		env        Environ
		want       string
	}{
		{"key in the environment", gateway, withKey(), ""},
		{"key in a file, which may come later", gateway + "credentials-file: none\n", environ(), ""},
		{"no key", gateway, environ(), "agent.yaml:1:1: credentials-file: not given; want it, or an access key in the environment (ALIBABA_CLOUD_ACCESS_KEY_ID,"},
		{"a part of a key", gateway, environ(credentials.EnvAccessKeyID, "id"), "credentials-file: environment holds a part of an access key"},
		{"no key needed", literal, environ(), ""},
		{"no environment", literal, nil, ""},
		{"two faults", gateway + "metrics: x\n", environ(), "\n"},
		{"Log Service without a key", gateway + "flowlog: {OutputType: sls, SlsRegionId: cn-hangzhou, ProjectName: p, LogstoreName: l}\n", environ(), "credentials-file: not given"},
	} {
		a, err := Load(file(t, c.text), c.env)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if (a == nil) != (err != nil) {
			t.Errorf("%s: both or neither", c.name)
		}
	}
}

func TestLoadFilesThatCannotBeRead(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := Load(missing, environ()); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("%v", err)
	}
	if _, err := Load(t.TempDir(), environ()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("%v", err)
	}
	if _, err := Check(missing, CheckOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// A file without end is read up to the limit.
func TestLoadLimitsTheSize(t *testing.T) {
	const endless = "/dev/zero"
	if _, err := os.Stat(endless); err != nil {
		t.Logf("no %s on this system; a large file is another test's", endless)
		return
	}
	if _, err := Load(endless, environ()); err == nil || !strings.Contains(err.Error(), "larger than 1024 KiB") {
		t.Errorf("%v", err)
	}
}
