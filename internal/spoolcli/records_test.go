package spoolcli

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/flowtable"
)

func checkString(t *testing.T, text []byte) {
	t.Helper()
	var back string
	if err := json.Unmarshal(appendString(nil, text), &back); err != nil || back != string([]rune(string(text))) {
		t.Errorf("%q comes back as %q, error %v", text, back, err)
	}
}

// FuzzAppendRecords: whatever the octets are, there is no panic, and each line is an object of strings.
func FuzzAppendRecords(f *testing.F) {
	name := sls.BatchName{Boot: "b", Count: 2}
	f.Add(sls.AppendLogGroup(nil, &device, &name, []flowtable.Record{record(1), record(2)}), true)
	f.Add([]byte("<html>"), false)
	f.Fuzz(func(t *testing.T, raw []byte, group bool) {
		lines, err := appendRecords(nil, raw, group)
		if err != nil {
			return
		}
		for line := range bytes.Lines(lines) {
			var object map[string]string
			if err := json.Unmarshal(line, &object); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
		}
	})
}
