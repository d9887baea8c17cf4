package collector

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	var out bytes.Buffer
	l := NewLines(&out, true)
	flows, _ := New(Options{}).Decode(exporterA, v5(0, v5Record(), v5Record()), nil)
	if err := errors.Join(l.Write(flows), l.Write(nil)); err != nil || out.Len() != 0 {
		t.Errorf("unflushed: %q, %v", &out, err)
	}
	if err := l.Flush(); err != nil {
		t.Error(err)
	}
	lines := strings.SplitAfter(out.String(), "\n")
	want := `{"srcaddr":"192.0.2.10","dstaddr":"198.51.100.1","protocol":6,"srcport":1000,"dstport":80,` +
		`"packets":3,"bytes":300,"start":1699999998,"end":1699999999,"tcp-flags":27,"tos":40,"inport":4,"outport":5,"vlan":0,` +
		`"start_ms":1699999998250,"end_ms":1699999999250,"end_reason":"unknown","exporter":"192.0.2.1:50000","domain":515,"version":5}` + "\n"
	equal(t, "lines", []string{want, want, ""}, lines)
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestLinesReportErrors(t *testing.T) {
	l := NewLines(fullDisk{}, false)
	flows := make([]Flow, 1000) // more than the buffer
	for i := range flows {
		flows[i].IPVersion = 4
	}
	if err := l.Write(flows); err == nil || err.Error() != "write records: no space left" {
		t.Errorf("Write: %v", err)
	}
	if err := l.Flush(); err == nil {
		t.Error("Flush forgot the error")
	}
}
