package credentials

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const good = "[default]\ntype=access_key\naccess_key_id=id\naccess_key_secret=" + canary + "\n"

// plain shows what compares by value, secrets too.
type plain struct {
	Name, ID, Secret, Token string
	Expires                 time.Time
}

func plains(profiles []Profile) []plain {
	var all []plain
	for _, p := range profiles {
		all = append(all, plain{p.Name, p.AccessKeyID, string(p.AccessKeySecret), string(p.SecurityToken), p.Expires})
	}
	return all
}

func TestParse(t *testing.T) {
	one := []plain{{Name: "default", ID: "id", Secret: canary}}
	for _, c := range []struct {
		name, text string
		want       []plain
	}{
		{"as documented", good, one},
		{"blanks, comments, quotes", "# c\n; c\n\n  [ default ] # c\n type = access_key ; c\n\taccess_key_id = \"id\"\naccess_key_secret='" + canary + "' # c\nenable=true\n", one},
		{"line ends of Windows", strings.ReplaceAll(good, "\n", "\r\n"), one},
		{"byte order mark", "\ufeff" + good, one},
		{"no last line end", strings.TrimSuffix(good, "\n"), one},
		{"signs in a secret", "[default]\ntype=access_key\naccess_key_id=id\naccess_key_secret=a=b#c;d[e]:/+==\n", []plain{{Name: "default", ID: "id", Secret: "a=b#c;d[e]:/+=="}}},
		{"token", good + "security_token=t==\nexpiration=2026-11-23T09:12:27Z\n[lab]\ntype=sts\naccess_key_id=STS.x\naccess_key_secret=s\nsecurity_token=t\n", []plain{
			{"default", "id", canary, "t==", time.Date(2026, 11, 23, 9, 12, 27, 0, time.UTC)},
			{Name: "lab", ID: "STS.x", Secret: "s", Token: "t"},
		}},
		{"other types are left out", "[role]\nrole_name=x\ntype=ecs_ram_role\nhow_ever=y\n[off]\nenable=false\ntype=access_key\naccess_key_id=a\naccess_key_secret=b\n" + good, one},
		{"type at the end", "[default]\naccess_key_id=id\naccess_key_secret=" + canary + "\ntype=access_key\n", one},
	} {
		got, err := Parse("f", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if d := cmp.Diff(c.want, plains(got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestParseReportsAllFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "f:1: no access key: want a section [default] with type=access_key, access_key_id and access_key_secret"},
		{"only comments", "# a\n# b\n", "f:2: no access key: want a section [default] with type=access_key, access_key_id and access_key_secret"},
		{"only other types", "[a]\ntype=ecs_ram_role\nrole_name=x\n", "f:3: no access key: want a section [default] with type=access_key, access_key_id and access_key_secret"},
		{"no section", "access_key_secret=" + canary + "\n", "f:1: stands before the first section: want [default] above it"},
		{"no key", good + canary + "\n", "f:5: [default] neither [section] nor key=value"},
		{"unknown key", good + canary + "=1\n", "f:5: [default] unknown key: want type, access_key_id, access_key_secret, security_token, expiration, enable"},
		{"key twice", good + "type=" + canary + "\n", "f:5: [default] type: given twice: want it once"},
		{"section twice", good + good, "f:5: [default] given twice: want each section once"},
		{"no name", "[]\n" + good, "f:1: not a section: want [default] or another name of letters, digits, - and _ in brackets"},
		{"not closed", good + "[" + canary + "\n", "f:5: not a section: want [default] or another name of letters, digits, - and _ in brackets"},
		{"text behind", "[default] " + canary + "\n" + strings.TrimPrefix(good, "[default]\n"), "f:1: not a section: want [default] or another name of letters, digits, - and _ in brackets"},
		{"no secret", "[default]\ntype=access_key\naccess_key_id=id\n", "f:1: [default] access_key_secret: missing or empty: want it as key=value"},
		{"empty", "[default]\ntype=access_key\naccess_key_id=\naccess_key_secret=\n", "f:1: [default] access_key_id: missing or empty: want it as key=value\nf:1: [default] access_key_secret: missing or empty: want it as key=value"},
		{"no type", "\n[default]\naccess_key_id=id\naccess_key_secret=s\n", "f:2: [default] type: want access_key or sts"},
		{"another type", "[default]\ntype=" + canary + "\naccess_key_id=id\naccess_key_secret=s\n", "f:1: [default] type: want access_key or sts"},
		{"sts without token", "[default]\ntype=sts\naccess_key_id=id\naccess_key_secret=s\n", "f:1: [default] security_token: missing or empty: want it with type=sts"},
		{"blank within", "[default]\ntype=access_key\naccess_key_id=id\naccess_key_secret=" + canary + " x\n", "f:1: [default] access_key_secret: has a space or another character that is not one of an access key"},
		{"not ASCII", good + "security_token=" + canary + "é\n", "f:1: [default] security_token: has a space or another character that is not one of an access key"},
		{"time", good + "expiration=tomorrow\n", "f:1: [default] expiration: want a time of RFC 3339, as 2026-11-23T09:12:27Z"},
		{"enable", good + "enable=maybe\n", "f:1: [default] enable: want true or false"},
		{"several", good + "x=1\ny\n[a]\n", "f:6: [default] neither [section] nor key=value\nf:5: [default] unknown key: want type, access_key_id, access_key_secret, security_token, expiration, enable\nf:7: [a] type: want access_key or sts\nf:7: [a] access_key_id: missing or empty: want it as key=value\nf:7: [a] access_key_secret: missing or empty: want it as key=value"},
		{"a secret as the name", "[Secret" + canary + "123456]\nx\n", "f:2: neither [section] nor key=value\nf:1: type: want access_key or sts\nf:1: access_key_id: missing or empty: want it as key=value\nf:1: access_key_secret: missing or empty: want it as key=value"},
		{"binary", "\x00\x01", "f:1: not text: want the INI form of Alibaba Cloud's tools"},
		{"not UTF-8", good + "\xff", "f:1: not text: want the INI form of Alibaba Cloud's tools"},
		{"large", strings.Repeat("#\n", MaxSize), "f:1: larger than 64 KiB: want the INI form of Alibaba Cloud's tools"},
	} {
		got, err := Parse("f", []byte(c.text))
		if err == nil || got != nil {
			t.Errorf("%s: was taken", c.name)
			continue
		}
		if d := cmp.Diff(c.want, err.Error()); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if e := (*SyntaxError)(nil); !errors.As(err, &e) || e.File != "f" || e.Line < 1 {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
}

func TestParseBoundsTheReport(t *testing.T) {
	_, err := Parse("f", []byte(strings.Repeat("x\n", 10000)))
	if n := strings.Count(err.Error(), "\n") + 1; n != maxFaults {
		t.Errorf("%d lines", n)
	}
}

// Whatever is read, what is returned can sign, and what is refused is not quoted.
func FuzzParse(f *testing.F) {
	for _, text := range []string{good, "[a]\ntype=sts\naccess_key_id=\"x\"\naccess_key_secret='y' # z\nsecurity_token=t\nexpiration=2026-11-23T09:12:27+08:00\n", "[a", "=", "[]\n=\n", "[a]\ntype=ram_role_arn\n[a]"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		profiles, err := Parse("f", text)
		if (err == nil) == (len(profiles) == 0) && !strings.Contains(string(text), "enable") {
			t.Fatalf("%v, %v", profiles, err)
		}
		for _, p := range profiles {
			for _, s := range []string{p.AccessKeyID, string(p.AccessKeySecret), string(p.SecurityToken)} {
				if unprintable(s) >= 0 {
					t.Fatalf("%q", s)
				}
			}
			if p.Name == "" || p.AccessKeyID == "" || p.AccessKeySecret == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
