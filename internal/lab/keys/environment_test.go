package keys

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/credentials"
)

func TestFromEnvironment(t *testing.T) {
	tests := []struct {
		name              string
		id, secret, token string
		want              Pair
		ok                bool
		err               string
	}{
		{name: "nothing"},
		{name: "a token alone", token: "t"},
		{
			name: "a pair", id: "i", secret: "s", ok: true,
			want: Pair{Name: "environment", Credentials: credentials.Credentials{AccessKeyID: "i", AccessKeySecret: "s"}},
		},
		{
			name: "a pair with a token", id: "i", secret: "s", token: "t", ok: true,
			want: Pair{Name: "environment", Credentials: credentials.Credentials{AccessKeyID: "i", AccessKeySecret: "s", SecurityToken: "t"}},
		},
		{name: "no secret", id: "i", err: "ALIBABA_CLOUD_ACCESS_KEY_ID is set and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not: set both, or neither to use the file"},
		{name: "no id", secret: "hidden", token: "hidden", err: "ALIBABA_CLOUD_ACCESS_KEY_SECRET is set and ALIBABA_CLOUD_ACCESS_KEY_ID is not"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok, err := fromEnvironment(environ(map[string]string{envID: test.id, envSecret: test.secret, envToken: test.token}))
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Error(ok, diff)
			}
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "hidden")):
				t.Errorf("%v, want %q", err, test.err)
			}
		})
	}
}

// A pair may be printed in any way, and shows no secret.
func TestTheEnvironmentsPairPrintsNoSecret(t *testing.T) {
	s := open(t, Options{Getenv: environ(map[string]string{envID: "i", envSecret: "hiddenSecret", envToken: "hiddenToken"})})
	pair, ok := s.Lookup("i")
	if !ok {
		t.Fatal("the pair is not known")
	}
	for _, text := range printed(pair) {
		if strings.Contains(text, "hidden") {
			t.Errorf("%s holds a secret", text)
		}
	}
}
