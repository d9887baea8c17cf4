package filter

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		text string
		want []token
	}{
		{"", []token{{"", 1}}},
		{" \t\n", []token{{"", 4}}},
		{"ip", []token{{"ip", 1}, {"", 3}}},
		{" not  IP6 ", []token{{"not", 2}, {"IP6", 7}, {"", 11}}},
		{"not(ip)ip", []token{{"not", 1}, {"(", 4}, {"ip", 5}, {")", 7}, {"ip", 8}, {"", 10}}},
		{"port 80,443", []token{{"port", 1}, {"80,443", 6}, {"", 12}}},
		{"é ü", []token{{"é", 1}, {"ü", 3}, {"", 4}}},
		{"a\u00a0b", []token{{"a", 1}, {"b", 3}, {"", 4}}}, // a blank that doesn't break lines
		{"\xff (", []token{{"\xff", 1}, {"(", 3}, {"", 4}}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, split(test.text), cmp.AllowUnexported(token{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestWord(t *testing.T) {
	for text, want := range map[string]string{"PROTO": "proto", "Tcp": "tcp", "": "", "0xB8": "0xb8"} {
		if got := (token{text: text}).word(); got != want {
			t.Errorf("%q is compared as %q, want %q", text, got, want)
		}
	}
}
