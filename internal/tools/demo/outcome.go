package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// record is one JSON line without what differs between replay and collect for good reason.
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
	StartMs  int64  `json:"start_ms"`
	EndMs    int64  `json:"end_ms"`
	Reason   string `json:"end_reason"`
}

// sent is what of the summary of `sagflow replay` is shown.
type sent struct {
	Frames    uint64   `json:"frames"`
	NonIP     uint64   `json:"non-ip"`
	Malformed uint64   `json:"malformed"`
	Counted   uint64   `json:"counted"`
	Octets    uint64   `json:"octets"`
	Exact     bool     `json:"exact"`
	Outputs   []output `json:"outputs"`
}

// output is what became of the records that were put to one output.
type output struct {
	Acknowledged sum `json:"acknowledged"`
	Unexportable struct {
		IPv6 sum `json:"ipv6"`
	} `json:"unexportable"`
	Dropped   map[string]sum `json:"dropped"`
	Datagrams uint64         `json:"datagrams"`
}

type sum struct {
	Records uint64 `json:"records"`
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
}

// received is what of the summary of `sagflow collect` is shown.
type received struct {
	Totals struct {
		sum
		Datagrams     uint64 `json:"datagrams"`
		LostRecords   uint64 `json:"lost-records"`
		LostDatagrams uint64 `json:"lost-datagrams"`
	} `json:"totals"`
}

// outcome is one version's trip.
type outcome struct {
	version  string
	sent     sent
	received received
	made     sum // in the records that were made
	equal    uint64
	differ   uint64
}

// readOutcome reads what a trip left: NAME.jsonl and NAME.json of either side.
func readOutcome(version, sentName, receivedName string) (outcome, error) {
	o := outcome{version: version}
	if err := readJSON(sentName+".json", &o.sent); err != nil {
		return o, err
	}
	if err := readJSON(receivedName+".json", &o.received); err != nil {
		return o, err
	}
	if len(o.sent.Outputs) < 1 {
		return o, fmt.Errorf("read %q: no output in it", sentName+".json")
	}
	made, err := readRecords(sentName + ".jsonl")
	if err != nil {
		return o, err
	}
	got, err := readRecords(receivedName + ".jsonl")
	if err != nil {
		return o, err
	}
	o.match(made, got)
	return o, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %q: %w", path, err)
	}
	return nil
}

func readRecords(path string) (all []record, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		all = append(all, r)
	}
	return all, lines.Err()
}

// match counts the records that were received exactly as they were made, and all others of either
// side. What the version can't carry is not expected: IPv6 and the end reason in V5.
func (o *outcome) match(made, got []record) {
	open := map[record]int{}
	for _, r := range made {
		o.made.Records++
		o.made.Packets += r.Packets
		o.made.Octets += r.Octets
		if o.version == "V5" && strings.Contains(r.Src, ":") {
			continue
		}
		open[o.travels(r)]++
	}
	for _, r := range got {
		if r = o.travels(r); open[r] > 0 {
			open[r]--
			o.equal++
		} else {
			o.differ++
		}
	}
	for _, n := range open {
		o.differ += uint64(n)
	}
}

// travels is the record as it can be received: an end of input travels as a forced end.
func (o *outcome) travels(r record) record {
	switch {
	case o.version == "V5":
		r.Reason = ""
	case r.Reason == "eof":
		r.Reason = "forced"
	}
	return r
}

// output is what became of the records on their way to the collector: the output that has sent
// datagrams, for the file of records is one, too.
func (o *outcome) output() *output {
	for i := range o.sent.Outputs {
		if o.sent.Outputs[i].Datagrams > 0 {
			return &o.sent.Outputs[i]
		}
	}
	return &o.sent.Outputs[0]
}

func (o *outcome) dropped() (d sum) {
	for _, s := range o.output().Dropped {
		d.Records += s.Records
		d.Packets += s.Packets
		d.Octets += s.Octets
	}
	return d
}

func (s sum) minus(t sum) sum {
	return sum{s.Records - t.Records, s.Packets - t.Packets, s.Octets - t.Octets}
}
