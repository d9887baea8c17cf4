package keys

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/credentials"
)

const two = `[default]
type = access_key
access_key_id = LTAIone
access_key_secret = secretOne
[guest]
type = sts
access_key_id = STS.two
access_key_secret = secretTwo
security_token = tokenTwo
expiration = 2026-11-23T13:00:00Z
`

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func noEnvironment(string) string { return "" }

func environ(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	if o.Getenv == nil {
		o.Getenv = noEnvironment
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPairsOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	write(t, file, two)
	s := open(t, Options{File: file})
	want := []Pair{
		{Name: "default", Credentials: credentials.Credentials{AccessKeyID: "LTAIone", AccessKeySecret: "secretOne"}},
		{Name: "guest", Credentials: credentials.Credentials{
			AccessKeyID: "STS.two", AccessKeySecret: "secretTwo", SecurityToken: "tokenTwo", Expires: noon.Add(time.Hour),
		}},
	}
	if diff := cmp.Diff(want, s.Pairs()); diff != "" {
		t.Error(diff)
	}
	if got, ok := s.Lookup("STS.two"); !ok || cmp.Diff(want[1], got) != "" {
		t.Errorf("%v %v", got, ok)
	}
	for _, id := range []string{"", "ltaione", "LTAIone "} {
		if _, ok := s.Lookup(id); ok {
			t.Errorf("%q was found", id)
		}
	}
	if s.Origin() != "file "+file || s.File() != file {
		t.Errorf("%q %q", s.Origin(), s.File())
	}
}

func TestTheEnvironmentComesFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	s := open(t, Options{File: file, Getenv: environ(map[string]string{envID: "LTAIenv", envSecret: "s", envToken: "t"})})
	want := []Pair{{Name: "environment", Credentials: credentials.Credentials{AccessKeyID: "LTAIenv", AccessKeySecret: "s", SecurityToken: "t"}}}
	if diff := cmp.Diff(want, s.Pairs()); diff != "" {
		t.Error(diff)
	}
	if s.Origin() != "environment" || s.File() != "" {
		t.Errorf("%q %q", s.Origin(), s.File())
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the file was made")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, text string
		mode       os.FileMode
		env        map[string]string
		want       string
	}{
		{"half a pair", "", 0, map[string]string{envID: "x"}, envID + " is set and " + envSecret + " is not"},
		{"the other half", "", 0, map[string]string{envSecret: "hidden"}, envSecret + " is set and " + envID + " is not"},
		{"an open file", two, 0o644, nil, "its mode is 0644, which lets others read the secrets: chmod 600 it"},
		{"an empty file", "\n", 0o600, nil, ""},
		{"a broken file", "[default\nhidden", 0o600, nil, ""},
		{"a large file", strings.Repeat("#\n", maxFile), 0o600, nil, "larger than 1048576 bytes"},
		{"one key twice", two + strings.ReplaceAll(two, "[", "[x"), 0o600, nil, `access key "LTAIone" is in the sections "default" and "xdefault"`},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(dir, fmt.Sprint(i))
			if test.mode != 0 {
				write(t, file, test.text)
				if err := os.Chmod(file, test.mode); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Open(Options{File: file, Getenv: environ(test.env)})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden") {
				t.Fatalf("%v, want %q", err, test.want)
			}
			if test.mode != 0 && !strings.Contains(err.Error(), file) {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
	if _, err := Open(Options{Getenv: noEnvironment}); err == nil || !strings.Contains(err.Error(), "neither") {
		t.Errorf("neither environment nor file: %v", err)
	}
	if _, err := Open(Options{File: dir, Getenv: noEnvironment}); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a folder: %v", err)
	}
}

func TestAChangedFileIsReadAgain(t *testing.T) {
	var log bytes.Buffer
	file := filepath.Join(t.TempDir(), "credentials")
	write(t, file, two)
	s := open(t, Options{File: file, Log: slog.New(slog.NewTextHandler(&log, nil))})
	known := func(id string) bool { _, ok := s.Lookup(id); return ok }
	write(t, file, strings.ReplaceAll(two, "LTAIone", "LTAInew"))
	if known("LTAIone") || !known("LTAInew") {
		t.Error("a file written in place, of the same length, was not read again")
	}
	write(t, file+".new", strings.ReplaceAll(two, "LTAIone", "LTAInewest"))
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
	if known("LTAInew") || !known("LTAInewest") {
		t.Error("a file put in its place was not read again")
	}
	for _, damage := range []func(){
		func() { write(t, file, "[broken\nsecretOne") },
		func() { _ = os.Chmod(file, 0o666) },
		func() { _ = os.Remove(file) },
	} {
		log.Reset()
		damage()
		if !known("LTAInewest") || !known("STS.two") || !known("LTAInewest") {
			t.Error("the last good pairs are gone")
		}
		if n := strings.Count(log.String(), "\n"); n != 1 || strings.Contains(log.String(), "secretOne") {
			t.Errorf("%d lines in the log, want one without a secret: %s", n, log.String())
		}
	}
	write(t, file, two)
	if !known("LTAIone") {
		t.Error("a repaired file was not read again")
	}
}

func TestRevokeExpireRestore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	write(t, file, two)
	s := open(t, Options{File: file, Now: func() time.Time { return noon }})
	state := func(id string) [2]bool {
		p, ok := s.Lookup(id)
		if !ok {
			t.Fatalf("%q is gone", id)
		}
		return [2]bool{p.Revoked, p.Expired(noon)}
	}
	steps := []struct {
		name string
		do   func(string) error
		want [2]bool
	}{
		{"revoked", s.Revoke, [2]bool{true, false}},
		{"and expired", s.Expire, [2]bool{true, true}},
		{"restored", s.Restore, [2]bool{false, false}},
		{"expired", s.Expire, [2]bool{false, true}},
	}
	for _, id := range []string{"LTAIone", "STS.two"} {
		for _, step := range steps {
			if err := step.do(id); err != nil || state(id) != step.want {
				t.Errorf("%s %s: %v, %v", id, step.name, state(id), err)
			}
		}
		write(t, file, "# changed\n"+two)
		if state(id) != [2]bool{false, true} {
			t.Errorf("%s: a re-read undid it", id)
		}
	}
	if err := s.Revoke("nobody"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestExpiredAtItsEnd(t *testing.T) {
	p := Pair{Credentials: credentials.Credentials{Expires: noon}}
	for d, want := range map[time.Duration]bool{-1: false, 0: true, 1: true} {
		if p.Expired(noon.Add(d)) != want {
			t.Errorf("%v: want %v", d, want)
		}
	}
	if (Pair{}).Expired(noon) {
		t.Error("a pair without an end has ended")
	}
}

func TestManyReadersAndOneWriter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	write(t, file, two)
	s := open(t, Options{File: file})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				if _, ok := s.Lookup("STS.two"); !ok {
					t.Error("lost")
				}
				s.Pairs()
			}
		})
	}
	for i := range 20 {
		write(t, file+".new", fmt.Sprintf("# %d\n%s", i, two))
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
		if err := s.Revoke("LTAIone"); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
}
