package credentials

import (
	"fmt"
	"strings"
)

// The environment's variables, named as by Alibaba Cloud's own tools.
const (
	EnvAccessKeyID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	EnvAccessKeySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	EnvSecurityToken   = "ALIBABA_CLOUD_SECURITY_TOKEN"
)

// FromEnvironment returns the access key of the environment, and whether there is one. A part of one is
// an error: it must not be completed from elsewhere. Empty variables count as unset.
func FromEnvironment(getenv func(string) string) (Credentials, bool, error) {
	c := Credentials{
		AccessKeyID:     getenv(EnvAccessKeyID),
		AccessKeySecret: Secret(getenv(EnvAccessKeySecret)),
		SecurityToken:   Secret(getenv(EnvSecurityToken)),
	}
	if c == (Credentials{}) {
		return c, false, nil
	}
	var missing []string
	for _, v := range []struct{ name, value string }{
		{EnvAccessKeyID, c.AccessKeyID},
		{EnvAccessKeySecret, string(c.AccessKeySecret)},
		{EnvSecurityToken, string(c.SecurityToken)},
	} {
		if v.value == "" && v.name != EnvSecurityToken {
			missing = append(missing, v.name)
		}
		if at := unprintable(v.value); at >= 0 {
			return Credentials{}, true, fmt.Errorf("environment variable %s: character %d is not one of an access key: want letters, digits and signs without spaces", v.name, at+1)
		}
	}
	if len(missing) > 0 {
		return Credentials{}, true, fmt.Errorf("environment holds a part of an access key: set %s, too, or none of %s, %s and %s",
			strings.Join(missing, " and "), EnvAccessKeyID, EnvAccessKeySecret, EnvSecurityToken)
	}
	return c, true, nil
}

// unprintable returns where s has a character that no access key has, -1 if nowhere: such text would
// change the headers or the query that it is put in.
func unprintable(s string) int {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
