package endtoend

import (
	"io"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/api"
	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/faultcli"
	"github.com/sagflow/sagflow/internal/testutil"
)

// anyPort lets the system choose.
const anyPort = "127.0.0.1:0"

// lab is a running Smartag API.
type lab struct {
	api.Location
	stop func()
}

// startLab serves the API from the store in a folder, in this process.
func startLab(t *testing.T, dir, listen string) *lab {
	t.Helper()
	l := new(lab)
	l.stop = testutil.Serve(t, &l.Location, func(stdout io.Writer) (testutil.Server, error) {
		return api.New(api.Options{Listen: listen, Store: filepath.Join(dir, "lab.db"), Getenv: noEnvironment, Stdout: stdout})
	})
	return l
}

// listens is the HOST:PORT of the API.
func (l *lab) listens(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(l.API)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// faults is the admin listener's client.
func (l *lab) faults(t *testing.T) *faultcli.Client {
	t.Helper()
	c, err := faultcli.New(l.Admin)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fail has calls fail from now on. It returns the rule's id.
func (l *lab) fail(t *testing.T, r fault.Rule) string {
	t.Helper()
	added, err := l.faults(t).Add(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return added.ID
}

// failed waits until a call has failed by request from now on.
func (l *lab) failed(t *testing.T) {
	t.Helper()
	before := l.injected(t)
	until(t, "a call fails", func() bool { return l.injected(t) > before }, func() string { return "" })
}

// injected is how many calls failed by request so far.
func (l *lab) injected(t *testing.T) (all uint64) {
	t.Helper()
	log, err := l.faults(t).Log(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range log.Faults {
		all += n
	}
	return all
}

// heal ends the fault of a rule, or all for "".
func (l *lab) heal(t *testing.T, rule string) {
	t.Helper()
	if _, err := l.faults(t).Remove(t.Context(), rule); err != nil {
		t.Fatal(err)
	}
}
