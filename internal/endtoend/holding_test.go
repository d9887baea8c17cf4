package endtoend

import (
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
	"github.com/sagflow/sagflow/internal/testutil"
)

// holding is the records of batches by their index.
type holding struct {
	batches map[batchName]map[uint64]bool
	// place is the logstore of a batch.
	place   map[batchName]string
	records int
	flows   map[flow]int
	// wrong is what no device of these tests writes.
	wrong []string
}

func newHolding() holding {
	return holding{batches: map[batchName]map[uint64]bool{}, place: map[batchName]string{}, flows: map[flow]int{}}
}

func (c *holding) has(name batchName, index uint64) bool { return c.batches[name][index] }

// readStore reads what a Log Service has on disk.
func (o *ordeal) readStore() error {
	s, err := store.Read(storeOf(o.dir))
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // it is only read
	for _, p := range s.Projects() {
		names, err := s.Logstores(p.Name)
		if err != nil {
			return err
		}
		for _, name := range names {
			logs, err := s.Logstore(p.Name, name)
			if err != nil {
				return err
			}
			for _, ref := range logs.Groups {
				raw, err := s.Raw(ref)
				if err != nil {
					return err
				}
				if err := o.stored.take(raw, p.Name+"/"+name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// take takes in a log group.
func (c *holding) take(raw []byte, place string) error {
	g, err := loggroup.Decode(raw)
	if err != nil {
		return err
	}
	name, first, err := nameOf(g)
	if err != nil {
		return err
	}
	if before, again := c.place[name]; again && before != place {
		c.wrong = append(c.wrong, fmt.Sprintf("batch %v is in %s and in %s", name, before, place))
	}
	c.place[name] = place
	if c.batches[name] == nil {
		c.batches[name] = map[uint64]bool{}
	}
	for i := range g.Logs {
		if index := first + uint64(i); !c.batches[name][index] {
			c.batches[name][index] = true
			c.records++
		}
		f, err := flowOf(&g.Logs[i])
		if err != nil {
			c.wrong = append(c.wrong, fmt.Sprintf("batch %v: %v", name, err))
		}
		c.flows[f]++
	}
	return nil
}

// nameOf reads the tags of a log group.
func nameOf(g *loggroup.Group) (name batchName, first uint64, err error) {
	var numbers [3]uint64
	for i, key := range []string{"batch", "first", "count"} {
		text, _ := g.Tag(key)
		if numbers[i], err = strconv.ParseUint(text, 10, 64); err != nil {
			return name, 0, fmt.Errorf("tag %q: %w", key, err)
		}
	}
	device, _ := g.Tag("device")
	boot, _ := g.Tag("boot")
	if device != gateway || g.Source != gateway || g.Topic != "sag-flowlog" || boot == "" || numbers[2] != uint64(len(g.Logs)) {
		return name, 0, fmt.Errorf("a log group of %q from %q, topic %q, boot %q, %d logs, count %d", device, g.Source, g.Topic, boot, len(g.Logs), numbers[2])
	}
	return batchName{boot, numbers[0]}, numbers[1], nil
}

// logKeys are those of a record, in their order.
const logKeys = "Instance_id snid ali-uid start end protocol srcaddr srcport dstaddr dstport packets bytes tcp-flags tos inport outport"

// flowOf reads a record.
func flowOf(l *loggroup.Log) (f flow, err error) {
	values, keys := map[string]string{}, make([]string, 0, len(l.Contents))
	for _, c := range l.Contents {
		values[c.Key] = c.Value
		keys = append(keys, c.Key)
	}
	if got := strings.Join(keys, " "); got != logKeys || values["Instance_id"] != gateway || values["snid"] != "sag1000lab0001" || values["ali-uid"] != "1234567890123456" {
		return f, fmt.Errorf("a record of %q, keys %q", values["Instance_id"], got)
	}
	numbers := map[string]uint64{}
	for _, key := range []string{"start", "end", "protocol", "srcport", "dstport", "packets", "bytes"} {
		if numbers[key], err = strconv.ParseUint(values[key], 10, 64); err != nil {
			return f, err
		}
	}
	if numbers["start"] > numbers["end"] || numbers["end"] != uint64(l.Time) || numbers["packets"] == 0 || numbers["bytes"] < numbers["packets"] {
		return f, fmt.Errorf("a record of %v", values)
	}
	f.protocol, f.srcPort, f.dstPort = uint8(numbers["protocol"]), uint16(numbers["srcport"]), uint16(numbers["dstport"])
	if f.src, err = netip.ParseAddr(values["srcaddr"]); err == nil {
		f.dst, err = netip.ParseAddr(values["dstaddr"])
	}
	return f, err
}

// checkInvented looks for records that are of no flow of the capture, and for other things that no device writes.
func (o *ordeal) checkInvented(c *holding) {
	o.others = append(o.others, c.wrong...)
	known := capturedFlows(o.t)
	for f, n := range c.flows {
		if !known[f] {
			o.find("%d records are of %+v, which is no flow of the capture", n, f)
		}
	}
}

// capturedFlows are those of the capture.
func capturedFlows(t *testing.T) map[flow]bool {
	t.Helper()
	text, err := os.ReadFile(testutil.Testdata(t, capture+".truth.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	truth, err := testutil.ParseTruth(text)
	if err != nil {
		t.Fatal(err)
	}
	known := map[flow]bool{}
	for _, f := range truth.Flows {
		known[flow{src: f.Src, dst: f.Dst, protocol: f.Protocol, srcPort: f.SrcPort, dstPort: f.DstPort}] = true
	}
	return known
}
