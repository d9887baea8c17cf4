package endtoend

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/testutil"
)

// vault is a Log Service that runs, with its store.
type vault struct {
	*lab
	at, dir string
}

// startVault serves a Log Service from the store in a folder, in this process; its access keys are those of the API
// beside it.
func startVault(t *testing.T, dir, listen string) *vault {
	t.Helper()
	v := &vault{dir: filepath.Join(dir, "sls"), lab: new(lab)}
	var at sls.Location
	v.stop = testutil.Serve(t, &at, func(stdout io.Writer) (testutil.Server, error) {
		return sls.New(sls.Options{Listen: listen, Store: v.dir, Getenv: noEnvironment, Stdout: stdout})
	})
	v.at, v.Admin = at.SLS, at.Admin
	return v
}

// stock is what a store holds: each record once, and how many came again.
type stock struct {
	records map[string][]record // by PROJECT/LOGSTORE
	resent  int
	seen    map[string]bool // by (boot, batch, index)
}

func (h *stock) all() (all []record) {
	for _, some := range h.records {
		all = append(all, some...)
	}
	return all
}

func (h *stock) total() total {
	var sum total
	for _, r := range h.all() {
		sum.add(r.packets, r.octets)
	}
	return sum
}

// read reads the store, also while it is served.
func (v *vault) read(t *testing.T) *stock {
	t.Helper()
	if tally, err := sls.Dedup(v.dir); err != nil || tally.Conflicting+tally.Untagged+tally.Malformed+tally.Unreadable+tally.Lost != 0 {
		t.Errorf("the store is not in order: %+v, %v", tally, err)
	}
	h := &stock{records: map[string][]record{}, seen: map[string]bool{}}
	if err := eachGroup(v.dir, h.add); err != nil {
		t.Fatal(err)
	}
	return h
}

// add takes in a log group.
func (h *stock) add(raw []byte, where string) error {
	g, err := loggroup.Decode(raw)
	if err != nil {
		return err
	}
	batch, first, err := nameOf(g)
	if err != nil {
		return err
	}
	for i := range g.Logs {
		name := fmt.Sprint(batch, first+uint64(i))
		if h.seen[name] {
			h.resent++
			continue
		}
		h.seen[name] = true
		r, err := recordOf(&g.Logs[i])
		if err != nil {
			return err
		}
		h.records[where] = append(h.records[where], r)
	}
	return nil
}
