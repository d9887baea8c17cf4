package livetest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// record is a line of the records that sagflow wrote.
type record struct {
	Src      string `json:"srcaddr"`
	Dst      string `json:"dstaddr"`
	Protocol uint8  `json:"protocol"`
	SrcPort  uint16 `json:"srcport"`
	DstPort  uint16 `json:"dstport"`
	Packets  uint64 `json:"packets"`
	Octets   uint64 `json:"bytes"`
	Flags    uint8  `json:"tcp-flags"`
	ToS      uint8  `json:"tos"`
	InPort   uint32 `json:"inport"`
	OutPort  uint32 `json:"outport"`
	Start    int64  `json:"start_ms"`
	End      int64  `json:"end_ms"`
	Reason   string `json:"end_reason"`
	VLAN     uint16 `json:"vlan"`
}

func readRecords(t *testing.T, path string) []record {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for line := range strings.Lines(string(text)) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, r)
	}
	return all
}
