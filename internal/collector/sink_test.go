package collector

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	var out bytes.Buffer
	l := NewLines(&out, true)
	flows, _ := New(Options{}).Decode(exporterA, v5(0, v5Record(), v5Record()), nil)
	if err := errors.Join(l.Write(flows), l.Write(nil), l.Close()); err != nil {
		t.Error(err)
	}
	lines := strings.SplitAfter(out.String(), "\n")
	want := `{"srcaddr":"192.0.2.10","dstaddr":"198.51.100.1","protocol":6,"srcport":1000,"dstport":80,` +
		`"packets":3,"bytes":300,"start":1699999998,"end":1699999999,"tcp-flags":27,"tos":40,"inport":4,"outport":5,"vlan":0,` +
		`"start_ms":1699999998250,"end_ms":1699999999250,"end_reason":"unknown","exporter":"192.0.2.1:50000","domain":515,"version":5}` + "\n"
	equal(t, "lines", []string{want, want, ""}, lines)
}

func TestLinesOfNothing(t *testing.T) {
	var out bytes.Buffer
	l := NewLines(&out, false)
	if err := errors.Join(l.Flush(), l.Close()); err != nil || out.Len() != 0 {
		t.Errorf("%q, %v", &out, err)
	}
}

// numbered makes flows that tell in which order they were written.
func numbered(from, n int) []Flow {
	flows := make([]Flow, n)
	for i := range flows {
		flows[i].IPVersion, flows[i].Packets = 4, uint64(from+i)
	}
	return flows
}

// A flush reaches a reader while the Sink stays open.
func TestLinesFlush(t *testing.T) {
	r, w := io.Pipe()
	l := NewLines(w, false)
	buffer := make([]byte, chunkSize)
	for i := range 3 {
		if err := errors.Join(l.Write(numbered(i, 1)), l.Flush()); err != nil {
			t.Fatal(err)
		}
		n, err := r.Read(buffer)
		if err != nil || bytes.Count(buffer[:n], []byte("\n")) != 1 {
			t.Errorf("read %q, %v", buffer[:n], err)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// A writer that is held up holds up nobody else, and nothing is lost or turned around.
func TestLinesGoOnWhileTheWriterWaits(t *testing.T) {
	r, w := io.Pipe() // takes nothing until it is read
	l := NewLines(w, false)
	const batches, size = 100, 500 // about 10 MB
	for i := range batches {
		if err := l.Write(numbered(i*size, size)); err != nil {
			t.Fatal(err)
		}
	}
	closed := make(chan error, 1)
	go func() {
		closed <- errors.Join(l.Close(), w.Close())
	}()
	text, err := io.ReadAll(r)
	if err = errors.Join(err, wait(t, "the end", closed)); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	direct := NewLines(&want, false)
	if err := errors.Join(direct.Write(numbered(0, batches*size)), direct.Close()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want.Bytes()) {
		t.Errorf("%d octets differ from %d", len(text), want.Len())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestLinesReportErrors(t *testing.T) {
	l := NewLines(fullDisk{}, false)
	// More than can wait: a writer that has failed must not block.
	for range 2 * maxChunks {
		if l.Write(numbered(0, 300)) != nil {
			break
		}
	}
	if err := l.Close(); err == nil || err.Error() != "write records: no space left" {
		t.Errorf("Close: %v", err)
	}
	if l.Write(nil) == nil || l.failure() == nil {
		t.Error("the error was forgotten")
	}
}
