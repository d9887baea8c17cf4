package wiretest

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Golden compares a datagram with a file that has one field a line: its octets in hex, then # and
// what they are. Lines that begin with # belong to the reader. With update the octets are written
// anew, line by line in the same lengths; the comments stay, and whoever updates reads them again.
func Golden(t testing.TB, path string, got []byte, update bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read golden datagram: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	offset := 0
	for i, line := range lines {
		field, comment, _ := strings.Cut(line, "#")
		want, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(field), " ", ""))
		if err != nil {
			t.Fatalf("%s:%d: %v", path, i+1, err)
		}
		end := offset + len(want)
		if end > len(got) {
			t.Fatalf("%s:%d: the datagram ends after %d octets, before %s", path, i+1, len(got), comment)
		}
		if have := got[offset:end]; string(have) != string(want) {
			if !update {
				t.Errorf("%s:%d: offset %d: have %x, want %x:%s", path, i+1, offset, have, want, comment)
			}
			lines[i] = fmt.Sprintf("%-34s#%s", hex.EncodeToString(have), comment)
		}
		offset = end
	}
	if offset != len(got) {
		t.Fatalf("%s has %d octets, the datagram %d: %x is left", path, offset, len(got), got[offset:])
	}
	if update {
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatalf("write golden datagram: %v", err)
		}
	}
}
