package endtoend

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// mutant is a sagflow with a defect, which ordeals must find.
type mutant struct {
	name string
	// file has old instead of new.
	file, old, new string
	found          func(*ordeal) bool
}

const sending = "	octets, err := l.send(ctx, p, batch)\n"

func mutants() []mutant {
	lost := func(o *ordeal) bool { return len(o.lost) > 0 }
	says := func(text string) func(*ordeal) bool {
		return func(o *ordeal) bool {
			return slices.ContainsFunc(o.others, func(s string) bool { return strings.Contains(s, text) })
		}
	}
	return []mutant{
		{"marks a batch as delivered before the answer", "exporter/sls/deliver.go", sending, `
	if p.id != 0 {
		_ = l.s.o.Spool.Done(p.id)
		l.s.mu.Lock()
		delete(l.s.known, p.id)
		p.ledger.unspool(p.sum)
		p.id, p.batch, p.live = 0, batch, true
		l.s.mu.Unlock()
	}
` + sending, lost},
		{"forgets one batch in fifty", "exporter/sls/deliver.go", sending, `
	if batch.Number%50 == 49 {
		l.taken(p, len(batch.Payload))
		return
	}
` + sending, lost},
		{"takes a request that went out for one that arrived", "exporter/sls/deliver.go", sending, sending + `
	if e, ok := errors.AsType[*client.Error](err); ok && e.Kind == client.Network && e.Sent {
		err = nil
	}
`, lost},
		{"gives each start the same name", "exporter/sls/senderoptions.go", "		_, _ = rand.Read(b[:]) // it never fails\n", "		_ = rand.Reader\n", says("Conflicting")},
		{"counts no batch as sent again", "exporter/sls/deliver.go", "		p.ledger.c.ResentRecords += uint64(of.count)\n", "", says("the device counted 0 as resent")},
	}
}

// build builds a mutant. The tree is left as it is.
func (m *mutant) build(t *testing.T) string {
	t.Helper()
	dir, path := t.TempDir(), filepath.Join(testutil.Root(t), m.file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		t.Fatalf("%s has %d times, and not once:\n%s", m.file, n, m.old)
	}
	mutated, overlay := filepath.Join(dir, "mutated.go"), filepath.Join(dir, "overlay.json")
	plan, err := json.Marshal(map[string]any{"Replace": map[string]string{path: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{mutated: strings.Replace(string(text), m.old, m.new, 1), overlay: string(plan)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "sagflow")
	cmd := exec.Command("go", "build", "-overlay", overlay, "-o", out, "github.com/sagflow/sagflow/cmd/sagflow")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the mutant: %v\n%s", err, said)
	}
	return out
}

// enough is how many schedules may go by before a mutant is found.
const enough = 120

// The ordeals find what they are there to find.
func TestCrashSchedulesFindMutants(t *testing.T) {
	seed, all := seedOf(t), mutants()
	if few() {
		all = all[:2]
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			sagflow := m.build(t)
			var lived, found atomic.Int32
			t.Run("schedules", func(t *testing.T) {
				for i := range enough {
					t.Run(fmt.Sprint(i+1), func(t *testing.T) {
						t.Parallel()
						s := newSchedule(seed(i))
						if s.mount || found.Load() > 0 {
							return // this is not about disks, or it was found already
						}
						lived.Add(1)
						if o := s.live(t, sagflow); m.found(o) && found.Add(1) == 1 {
							t.Logf("found: %.300s", strings.Join(o.complaints(), "; "))
						}
					})
				}
			})
			if found.Load() == 0 {
				t.Errorf("%d schedules didn't find it", enough)
			}
			t.Logf("found within %d schedules", lived.Load())
		})
	}
}
