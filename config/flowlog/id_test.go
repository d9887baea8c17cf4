package flowlog_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
)

func TestValidID(t *testing.T) {
	tests := []struct {
		id   string
		want bool
	}{
		{"fl-7a56mar1kfw9vj000", true},
		{"fl-00000000000000000", true},
		{"fl-zzzzzzzzzzzzzzzzz", true},
		{"", false},
		{"fl-", false},
		{"fl-7a56mar1kfw9vj00", false},
		{"fl-7a56mar1kfw9vj0000", false},
		{"fl-7a56mar1kfw9vj****", false},
		{"fl-7A56mar1kfw9vj000", false},
		{"FL-7a56mar1kfw9vj000", false},
		{"fl_7a56mar1kfw9vj000", false},
		{"7a56mar1kfw9vj000", false},
		{"fl-7a56mar1kfw9vj00-", false},
		{"fl-7a56mar1kfw9vj00\n", false},
		{" fl-7a56mar1kfw9vj000", false},
		{"sag-7a56mar1kfw9vj000", false},
		{"fl-" + strings.Repeat("é", 8) + "a", false},
	}
	for _, tt := range tests {
		if got := flowlog.ValidID(tt.id); got != tt.want {
			t.Errorf("ValidID(%q) = %v", tt.id, got)
		}
	}
}

func TestNewID(t *testing.T) {
	seed := bytes.Repeat([]byte{0x12, 0x34, 0xff}, 20)
	a, b := flowlog.NewID(bytes.NewReader(seed)), flowlog.NewID(bytes.NewReader(seed))
	if a != b || !flowlog.ValidID(a) {
		t.Errorf("the same bytes make %q and %q", a, b)
	}
	if got := flowlog.NewID(bytes.NewReader(make([]byte, 34))); got != "fl-aaaaaaaaaaaaaaaaa" {
		t.Errorf("zeros make %q", got)
	}
	seen := map[string]bool{}
	digits := map[rune]bool{}
	for range 1000 {
		id := flowlog.NewID(nil)
		if !flowlog.ValidID(id) || seen[id] {
			t.Fatalf("made %q", id)
		}
		seen[id] = true
		for _, c := range id[3:] {
			digits[c] = true
		}
	}
	if len(digits) != 36 {
		t.Errorf("1000 ids have %d of 36 characters", len(digits))
	}
}

// A source that runs dry does not make ids that repeat.
func TestNewIDOfTooLittle(t *testing.T) {
	a, b := flowlog.NewID(bytes.NewReader([]byte{1})), flowlog.NewID(bytes.NewReader([]byte{1}))
	if a == b || !flowlog.ValidID(a) || !flowlog.ValidID(b) {
		t.Errorf("made %q and %q", a, b)
	}
}
