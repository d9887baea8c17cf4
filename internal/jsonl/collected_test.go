package jsonl

import (
	"net/netip"
	"strings"
	"testing"
)

func TestCollectedOrigin(t *testing.T) {
	r := record4()
	for _, exporter := range []string{
		"192.0.2.254:2055", "[::ffff:192.0.2.254]:2055", "[2001:db8::254]:4739", "[fe80::1%eth0]:65535",
		`[fe80::1%a"\b]:1`, "[fe80::1%\x01\x7f]:1",
	} {
		from := Origin{Exporter: netip.MustParseAddrPort(exporter), Domain: 4294967295, Version: 10}
		got := parse(t, Appender{}.AppendCollected(nil, &r, from))
		if got.Exporter != exporter || *got.Domain != from.Domain || *got.Version != 10 {
			t.Errorf("%q: got %q, domain %d, version %d", exporter, got.Exporter, *got.Domain, *got.Version)
		}
	}
}

func TestCollectedZoneNotUTF8(t *testing.T) {
	r := record4()
	from := Origin{Exporter: netip.AddrPortFrom(netip.MustParseAddr("fe80::1").WithZone("\xff"), 1)}
	if got := parse(t, Appender{}.AppendCollected(nil, &r, from)); got.Exporter != "[fe80::1%\u00ff]:1" {
		t.Errorf("got %q", got.Exporter)
	}
}

// Collected records are records with more at the end: readers of one format read both.
func TestCollectedIsARecordAndMore(t *testing.T) {
	r := record4()
	plain := AppendRecord(nil, &r)
	collected := Appender{}.AppendCollected(nil, &r, Origin{Version: 5})
	if !strings.HasPrefix(string(collected), strings.TrimSuffix(string(plain), "}\n")+`,"exporter":`) {
		t.Errorf("%s does not begin as %s", collected, plain)
	}
}
