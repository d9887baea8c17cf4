package spoolcli

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ want, got string }{
		{"1 record", records(1)},
		{"2,000 records", records(2000)},
		{"0s", age(-time.Hour)},
		{"59s", age(59*time.Second + 999*time.Millisecond)},
		{"1m00s", age(time.Minute)},
		{"59m59s", age(time.Hour - 1)},
		{"23h59m", age(24*time.Hour - 1)},
		{"3d02h", age(74 * time.Hour)},
		{"a\uFFFDb", printable("a\tb")},
		{"ä漢", printable("ä漢")},
		{"abc", shorten("abc", 3)},
		{"ab…", shorten("abcd", 3)},
		{"ää…", shorten("ääää", 3)},
		{"", shorten("", 3)},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestManyProblems(t *testing.T) {
	var p problems
	if p.err(nil) != nil {
		t.Error("an error without problems")
	}
	for i := range maxProblems + 1500 {
		p.add(fmt.Sprint("problem ", i))
	}
	end := errors.New("the end")
	err := p.err(end)
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxProblems+2 || lines[maxProblems] != "and 1,500 more problems" || !errors.Is(err, end) {
		t.Errorf("%d lines, of which the last are %q", len(lines), lines[len(lines)-2:])
	}
}

// TestProgress: on a terminal, long work is seen; elsewhere, nothing is written beside the result.
func TestProgress(t *testing.T) {
	now := made
	s := newScreen()
	s.Progress, s.Now = true, func() time.Time { now = now.Add(progressEvery); return now }
	must(t, s.Drop(t.Context(), open(t, fill(t)), spoolctl.Selection{SetAside: true}))
	if got := s.err.String(); got != "\r\x1b[K1 of 2 batches\r\x1b[K2 of 2 batches\r\x1b[K" {
		t.Errorf("progress %q", got)
	}
	s.err.Reset()
	s.Out = &s.err
	must(t, s.Drop(t.Context(), open(t, fill(t)), spoolctl.Selection{IDs: []spool.ID{1, 2, 3}}))
	if got := s.err.String(); !strings.Contains(got, "3 of 3 batches") || !strings.HasSuffix(got, "3 batches (6 records) dropped\n") {
		t.Errorf("progress %q", got)
	}
}

// FuzzAppendString: any text is a string of JSON.
func FuzzAppendString(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\"\\\x00\xff<ä>\u2028"))
	f.Fuzz(func(t *testing.T, text []byte) { checkString(t, text) })
}
