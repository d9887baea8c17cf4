package endtoend

import (
	"fmt"
	"os"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
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
	return eachGroup(storeOf(o.dir), o.stored.take)
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
		r, err := recordOf(&g.Logs[i])
		if err != nil {
			c.wrong = append(c.wrong, fmt.Sprintf("batch %v: %v", name, err))
		}
		c.flows[r.flow]++
	}
	return nil
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
