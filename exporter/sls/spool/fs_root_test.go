//go:build unix

package spool

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestRootMakesNothingOfItsOwn: what root writes into another user's spool belongs to that user.
func TestRootMakesNothingOfItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		testutil.Missing(t, "the right to be another user", "Run the tests as root.")
	}
	const uid, gid = 4321, 4322
	dir := t.TempDir()
	o := options(dir)
	must(t, os.Chown(dir, uid, gid))
	s := mustOpen(t, o)
	id := mustAppend(t, s, batch(shanghai, 1, 10))
	mustAppend(t, s, batch(shanghai, 2, 10))
	must(t, s.SetAside(id, "refused"))
	names, err := osFS{}.ReadDir(dir)
	must(t, err)
	if len(names) != 5 {
		t.Errorf("files %q, want lock, totals, a segment, its marks and a batch set aside", names)
	}
	for _, name := range names {
		var st unix.Stat_t
		must(t, unix.Stat(filepath.Join(dir, name), &st))
		if st.Uid != uid || st.Gid != gid || st.Mode&0o777 != 0o600 {
			t.Errorf("%s belongs to %d:%d with mode %#o", name, st.Uid, st.Gid, st.Mode&0o777)
		}
	}
	must(t, s.Close())
	if _, err := (osFS{}).Create(filepath.Join(dir, "no", "where")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
