package collector

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// eventful is an account in which a bit of everything happened.
func eventful() *ServerSummary {
	c := New(Options{MaxSessions: 5})
	c.Decode(port(9), v5(0, v5Record()), nil)
	for _, d := range [][]byte{
		sent{0, 3, 0}.ipfix(), sent{9, 3, 0}.ipfix(), sent{9, 3, 0}.ipfix(), sent{3, 1, 0}.ipfix(),
		ipfix(12, set(3, optionsTmpl(300, 1, spec{id: 149, length: 4}, spec{id: 41, length: 4})), set(300, u32(7), u32(4))),
		ipfix(13, set(2, tmpl(255, basic...)), set(500, u64(0)), set(2, tmpl(257, spec{id: 1, length: 8})), set(257, u64(1))),
		{0, 10, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7},
	} {
		c.Decode(exporterA, d, nil)
	}
	c.Decode(port(2055), v9(9, 4, set(0, tmpl(256, basic...)), set(256, basicRecord(1))), nil)
	c.Decode(port(2055), v9(6, 9,
		set(256, basicRecord(1)),
		set(1, v9OptionsTmpl(260, 1, spec{id: 2, length: 4}, spec{id: 82, length: 8}), u16(0)),
		set(260, u32(2), []byte("eth0\x00\x00\x00\x00"), u32(1), []byte("lo\x00\x00\x00\x00\x00\x00")),
		set(1, v9OptionsTmpl(261, 1, spec{id: 1, length: 4}, spec{id: 34, length: 4}, spec{id: 35, length: 1}), u16(0)),
		set(261, u32(7), u32(100), u8(1), u8(0), u16(0)),
	), nil)
	for i := range uint32(6) {
		c.Decode(port(2056), sent{i, 5, i}.v5(), nil)
	}
	c.Decode(port(1), v5(0, v5Record()), nil)
	c.Decode(port(2), v5(0, v5Record()), nil)
	c.Decode(port(3), []byte("GET / HTTP/1.1"), nil)
	return &ServerSummary{
		Socket:  SocketSummary{Listen: "127.0.0.1:9995", ReceiveBuffer: 1 << 20, Dropped: Drops{Known: true, Datagrams: 12}},
		Summary: c.Summary(),
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, path, string(want), string(got))
}

func TestPrint(t *testing.T) {
	var out bytes.Buffer
	eventful().Print(&out)
	golden(t, "summary.txt", out.Bytes())
}

func TestSummaryJSON(t *testing.T) {
	out, err := json.MarshalIndent(eventful(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.json", append(out, '\n'))
}

func TestPrintNothing(t *testing.T) {
	var out bytes.Buffer
	(&ServerSummary{Summary: New(Options{}).Summary()}).Print(&out)
	equal(t, "words", strings.Fields("exporter version domain datagrams records packets octets lost total 0 0 0 0 0"), strings.Fields(out.String()))
}
