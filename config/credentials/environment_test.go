package credentials

import (
	"strings"
	"testing"
)

// environ is an environment of these variables, in the order id, secret, token.
func environ(values ...string) func(string) string {
	return func(name string) string {
		for i, v := range []string{EnvAccessKeyID, EnvAccessKeySecret, EnvSecurityToken} {
			if v == name && i < len(values) {
				return values[i]
			}
		}
		return ""
	}
}

func TestFromEnvironment(t *testing.T) {
	for _, c := range []struct {
		values []string
		there  bool
		wrong  string
	}{
		{nil, false, ""},
		{[]string{"id", canary}, true, ""},
		{[]string{"id", canary, "t"}, true, ""},
		{[]string{"id"}, true, "a part of an access key: set " + EnvAccessKeySecret + ", too"},
		{[]string{"", canary}, true, "set " + EnvAccessKeyID + ", too"},
		{[]string{"", "", canary}, true, "set " + EnvAccessKeyID + " and " + EnvAccessKeySecret + ", too"},
		{[]string{"id", canary + "\n"}, true, EnvAccessKeySecret + ": character 23 is not one of an access key"},
		{[]string{"i d", canary}, true, EnvAccessKeyID + ": character 2"},
		{[]string{"id", canary, "\x00"}, true, EnvSecurityToken + ": character 1"},
	} {
		got, there, err := FromEnvironment(environ(c.values...))
		if there != c.there || (err != nil) != (c.wrong != "") {
			t.Errorf("%q: %v, %v", c.values, there, err)
		}
		if err != nil && (!strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), canary) || got != (Credentials{})) {
			t.Errorf("%q: %v, want %q", c.values, err, c.wrong)
		}
		if err == nil && there && string(got.AccessKeySecret) != canary {
			t.Errorf("%q: another secret", c.values)
		}
	}
}
