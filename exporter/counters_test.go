package exporter

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountersJSON(t *testing.T) {
	c := Counters{
		Output: "V9 192.0.2.1:2055",
		Put:    Sum{10, 100, 1000}, Acknowledged: Sum{5, 50, 500}, Queued: Sum{1, 10, 100},
		Unexportable: Unexportable{IPv6: Sum{2, 20, 200}},
		Dropped:      DropSums{DropRefused: {1, 15, 150}, DropShutdown: {1, 5, 50}},
		Datagrams:    3, DatagramOctets: 400, FlowRecords: 6, DatagramsDropped: 2, Resent: 7, Shortened: 8, Clamped: 9,
		PayloadLimit: 1472,
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"output":"V9 192.0.2.1:2055",` +
		`"put":{"records":10,"packets":100,"octets":1000},` +
		`"acknowledged":{"records":5,"packets":50,"octets":500},` +
		`"queued":{"records":1,"packets":10,"octets":100},` +
		`"unexportable":{"ipv6":{"records":2,"packets":20,"octets":200}},` +
		`"dropped":{"refused":{"records":1,"packets":15,"octets":150},"shutdown":{"records":1,"packets":5,"octets":50}},` +
		`"datagrams":3,"datagram-octets":400,"flow-records":6,"datagrams-dropped":2,"resent":7,"shortened":8,"clamped":9,` +
		`"payload-limit":1472}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	var back Counters
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	if !c.Balanced() {
		t.Error("the sums should hold")
	}
	c.Acknowledged.Octets++
	if c.Balanced() {
		t.Error("one octet too many should show")
	}
}

// An output with a spool shows it; the others' JSON doesn't have these fields.
func TestSpooledCounters(t *testing.T) {
	c := Counters{
		Output: "SLS flows/records", Put: Sum{10, 100, 1000}, Recovered: Sum{5, 50, 500},
		Acknowledged: Sum{8, 80, 800}, Queued: Sum{1, 10, 100}, Spooled: Sum{2, 20, 200}, SetAside: Sum{1, 10, 100},
		Dropped: DropSums{DropSpoolFull: {1, 10, 100}, DropTooOld: {1, 10, 100}, DropOperator: {1, 10, 100}},
		Batches: 4, BatchOctets: 5, BatchesResent: 6, ResentRecords: 7,
	}
	if !c.Balanced() {
		t.Error("the sums should hold")
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back Counters
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	want := Counters{
		Output: c.Output, Put: Sum{20, 200, 2000}, Recovered: Sum{10, 100, 1000},
		Acknowledged: Sum{16, 160, 1600}, Queued: Sum{2, 20, 200}, Spooled: Sum{4, 40, 400}, SetAside: Sum{2, 20, 200},
		Dropped: DropSums{DropSpoolFull: {2, 20, 200}, DropTooOld: {2, 20, 200}, DropOperator: {2, 20, 200}},
		Batches: 8, BatchOctets: 10, BatchesResent: 12, ResentRecords: 14,
	}
	if diff := cmp.Diff(want, c.Plus(c)); diff != "" {
		t.Errorf("doubled (-want +got):\n%s", diff)
	}
}

func TestDropSumsFromJSON(t *testing.T) {
	var d DropSums
	if err := json.Unmarshal([]byte(`{"lost-at-sea":{"records":2},"failed":{"records":1}}`), &d); err != nil {
		t.Fatal(err)
	}
	if d[DropFailed].Records != 3 {
		t.Errorf("%+v, want reasons of other versions under failed", d)
	}
	if err := json.Unmarshal([]byte(`[]`), &d); err == nil {
		t.Error("an array was read as drops")
	}
}

func TestDropReasons(t *testing.T) {
	seen := make(map[string]bool)
	for r := range DropReason(dropReasons) {
		if name := r.String(); name == "" || seen[name] {
			t.Errorf("reason %d has the name %q, which is empty or taken", r, name)
		} else {
			seen[name] = true
		}
		if r != NotDropped && r.hint() == "" {
			t.Errorf("reason %v has no hint", r)
		}
	}
	for _, r := range []DropReason{-1, dropReasons} {
		if r.String() != "failed" {
			t.Errorf("reason %d is called %q", r, r.String())
		}
	}
}

func TestErrorTexts(t *testing.T) {
	if got := (&TooLongError{Limit: 1252}).Error(); got != "datagram longer than the path allows: at most 1252 octets of payload" {
		t.Errorf("TooLongError: %q", got)
	}
	cause := errors.New("connection refused")
	err := &SendError{Reason: DropRefused, Err: cause}
	if err.Error() != "refused: connection refused" || !errors.Is(err, cause) {
		t.Errorf("SendError: %q", err)
	}
}

// The sum of two outputs has every field of both, and what is given up is dropped.
func TestCountersPlus(t *testing.T) {
	one := Counters{
		Output: "a", Put: Sum{1, 2, 3}, Acknowledged: Sum{4, 5, 6}, Queued: Sum{7, 8, 9}, Unexportable: Unexportable{IPv6: Sum{1, 1, 1}},
		Dropped: DropSums{DropRefused: {2, 2, 2}}, Datagrams: 1, DatagramOctets: 2, FlowRecords: 3, DatagramsDropped: 4, Resent: 5, Shortened: 6,
		Clamped: 7, PayloadLimit: 1472,
	}
	other := one
	other.Output, other.PayloadLimit = "b", 1000
	want := Counters{
		Output: "a", Put: Sum{2, 4, 6}, Acknowledged: Sum{8, 10, 12}, Queued: Sum{14, 16, 18}, Unexportable: Unexportable{IPv6: Sum{2, 2, 2}},
		Dropped: DropSums{DropRefused: {4, 4, 4}}, Datagrams: 2, DatagramOctets: 4, FlowRecords: 6, DatagramsDropped: 8, Resent: 10, Shortened: 12,
		Clamped: 14, PayloadLimit: 1000,
	}
	sum := one.Plus(other)
	if d := cmp.Diff(want, sum); d != "" {
		t.Error(d)
	}
	if one.Plus(Counters{}).PayloadLimit != 1472 {
		t.Error("an unknown payload limit replaced a known one")
	}
	given := sum.GivenUp()
	if given.Queued != (Sum{}) || given.Dropped[DropShutdown] != (Sum{14, 16, 18}) || given.Settled() != sum.Settled().Plus(sum.Queued) {
		t.Errorf("given up: %+v", given)
	}
}
