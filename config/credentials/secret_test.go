package credentials

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

const canary = "CANARYcanary0123456789"

// printers are all ways in which something comes to be printed.
func printers() map[string]func(any) string {
	all := map[string]func(any) string{
		"json":  func(v any) string { b, err := json.Marshal(v); return string(b) + fmt.Sprint(err) },
		"xml":   func(v any) string { b, err := xml.Marshal(v); return string(b) + fmt.Sprint(err) },
		"yaml":  func(v any) string { b, err := yaml.Marshal(v); return string(b) + fmt.Sprint(err) },
		"print": func(v any) string { return fmt.Sprint(v) + fmt.Sprintln(v) },
		"error": func(v any) string { return fmt.Errorf("x: %w, %v", errors.ErrUnsupported, v).Error() },
		"slog text": func(v any) string {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
			return b.String()
		},
		"slog json": func(v any) string {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v, slog.Group("g", "v", v))
			return b.String()
		},
	}
	// Not %p: of what is no pointer it prints all, and go vet finds it.
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%c", "%U", "%T", "%10.3s", "%t", "%z"} {
		all[verb] = func(v any) string { return fmt.Sprintf(verb, v) }
	}
	return all
}

func TestSecretsDoNotPrint(t *testing.T) {
	c := Credentials{AccessKeyID: "id", AccessKeySecret: canary, SecurityToken: canary, Expires: time.Unix(1e9, 0)}
	secret := Secret(canary)
	reader := New(Options{File: newKeyFile(t, "id").path, Getenv: environ()})
	wantKey(t, reader.Get, "id")
	values := map[string]any{
		"Secret": secret, "*Secret": &secret, "Credentials": c, "*Credentials": &c,
		"Profile": Profile{Name: "p", Credentials: c}, "[]Secret": []Secret{secret}, "[]Credentials": []Credentials{c},
		"map": map[string]Secret{"a": secret}, "struct": struct{ C Credentials }{c}, "Reader inside": struct{ r *Reader }{reader}, "Provider inside": struct{ p Provider }{reader}, "map of pointers": map[int]*Credentials{1: &c},
		"any":    []any{secret, c},
		"Reader": reader, "Reader by value": []*Reader{reader},
	}
	for what, v := range values {
		for how, print := range printers() {
			out := print(v)
			if strings.Contains(out, canary) || strings.Contains(strings.ToLower(out), fmt.Sprintf("%x", canary)) {
				t.Errorf("%s by %s: %s", what, how, out)
			}
		}
	}
}

func TestSecretForms(t *testing.T) {
	c := Credentials{AccessKeyID: "id", AccessKeySecret: canary}
	for _, v := range []struct{ got, want string }{
		{fmt.Sprint(Secret(canary)), "(secret)"},
		{fmt.Sprint(Secret("")), ""},
		{fmt.Sprintf("%#v", Secret(canary)), "(secret)"},
		{Secret(canary).GoString(), "(secret)"},
		{fmt.Sprint(c), "access key …"},
		{c.GoString(), "access key …"},
		{fmt.Sprint(Credentials{AccessKeyID: "id", SecurityToken: canary, Expires: time.Unix(1e9, 0)}), "access key … with a security token until 2001-09-09T01:46:40Z"},
	} {
		if v.got != v.want {
			t.Errorf("%q, want %q", v.got, v.want)
		}
	}
	if b, err := json.Marshal(Secret(canary)); string(b) != `"(secret)"` || err != nil {
		t.Errorf("%s, %v", b, err)
	}
	if string(Secret(canary)) != canary {
		t.Error("a conversion gives another text")
	}
}
