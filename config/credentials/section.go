package credentials

import (
	"slices"
	"strings"
	"unicode"
)

// keys are those of a section that holds an access key.
var keys = []string{"type", "access_key_id", "access_key_secret", "security_token", "expiration", "enable"}

// otherTypes get their key from elsewhere than the file.
var otherTypes = []string{
	"bearer", "credentials_uri", "ecs_ram_role", "oidc_role_arn", "ram_role_arn", "rsa_key_pair",
}

// section is a section of the file while it is read.
type section struct {
	name    string
	line    int
	values  map[string]string
	unknown []int // lines
}

func (s *section) has(key string) bool {
	_, ok := s.values[key]
	return ok
}

// elsewhere says that the section is of an official type that is not for us.
func (s *section) elsewhere() bool { return slices.Contains(otherTypes, s.values["type"]) }

// ours is not known before the section's end where its type comes last; unknown keys are kept until then.
func (s *section) ours() bool { return !s.elsewhere() }

func (s *section) checkType(fail func(key, format string, args ...any)) {
	switch kind := s.values["type"]; {
	case kind == "sts" && s.values["security_token"] == "":
		fail("security_token", "missing or empty: want it with type=sts")
	case kind != "access_key" && kind != "sts":
		fail("type", "want access_key or sts")
	}
	if e := s.values["enable"]; s.has("enable") && e != "true" && e != "false" {
		fail("enable", "want true or false")
	}
}

func validName(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

// mayBeSecret says that a name is as long and mixed as the secret of an access key (30 characters).
func mayBeSecret(name string) bool {
	return len(name) >= 20 && strings.ContainsFunc(name, unicode.IsUpper) &&
		strings.ContainsFunc(name, unicode.IsLower) && strings.ContainsFunc(name, unicode.IsDigit)
}

// uncomment cuts " # …" and " ; …" off.
func uncomment(value string) string {
	for i := 1; i < len(value); i++ {
		if (value[i] == '#' || value[i] == ';') && (value[i-1] == ' ' || value[i-1] == '\t') {
			value = value[:i]
		}
	}
	return strings.TrimSpace(value)
}

// unquote takes one pair of quotes off.
func unquote(value string) string {
	if n := len(value); n >= 2 && strings.ContainsRune("\"'`", rune(value[0])) && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}
