package keys

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/sagflow/sagflow/config/credentials"
)

var form = regexp.MustCompile(`^\[default\]\ntype = access_key\naccess_key_id = LTAI5t[A-Za-z0-9]{18}\naccess_key_secret = [A-Za-z0-9]{30}\n$`)

func TestAnAbsentFileIsMade(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "new", "credentials")
	s := open(t, Options{File: file})
	text, err := os.ReadFile(file)
	if err != nil || !form.Match(text) {
		t.Fatalf("%q %v", text, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	profiles, err := credentials.Parse(file, text)
	if err != nil || len(profiles) != 1 {
		t.Fatal(profiles, err)
	}
	if p, ok := s.Lookup(profiles[0].AccessKeyID); !ok || p.AccessKeySecret != profiles[0].AccessKeySecret {
		t.Error("the pair that was made is not known")
	}
	other := open(t, Options{File: filepath.Join(dir, "other")})
	if other.Pairs()[0].AccessKeyID == s.Pairs()[0].AccessKeyID {
		t.Error("two files have the same key")
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("%d files are left, want one: %v", len(entries), err)
	}
}

// Programs that start at once end up with one pair.
func TestOneOfManyMakesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	ids := make([]string, 20)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			s, err := Open(Options{File: file, Getenv: noEnvironment})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = s.Pairs()[0].AccessKeyID
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("%q", ids)
		}
	}
}

func TestAFileThatCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "file")
	write(t, blocked, "x")
	tests := map[string]Options{
		"look for credentials file":     {File: filepath.Join(blocked, "credentials")},
		"make a pair for":               {File: filepath.Join(dir, "a"), Random: iotest.ErrReader(errors.New("broken"))},
		"the random source gives no us": {File: filepath.Join(dir, "b"), Random: constant(0xff)},
	}
	for want, o := range tests {
		o.Getenv = noEnvironment
		if _, err := Open(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := os.Stat(o.File); err == nil {
			t.Errorf("%s: something was made", want)
		}
	}
}

// constant is a random source that is none.
type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

func TestRandomTextUsesTheWholeAlphabet(t *testing.T) {
	text, err := randomText(counting(), 2*len(alphabet))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range alphabet {
		if strings.Count(text, string(r)) != 2 {
			t.Errorf("%q comes %d times in two rounds of all bytes", r, strings.Count(text, string(r)))
		}
	}
}

// counting gives each byte in turn.
func counting() *counter { return new(counter) }

type counter byte

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(*c)
		*c++
	}
	return len(p), nil
}
