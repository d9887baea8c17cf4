package sls

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each batch is said to be made before it is written, and to be accepted only where it was.
func TestLedgerOfDebugLines(t *testing.T) {
	for _, test := range []struct {
		level slog.Level
		full  bool
		want  []string
	}{
		{slog.LevelDebug, false, []string{"made 0 0 16", "accepted 0 0 16", "made 1 0 4", "accepted 1 0 4"}},
		{slog.LevelDebug, true, []string{"made 0 0 16", "made 1 0 4"}},
		{slog.LevelInfo, false, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			lines := new(logLines)
			w := newWorld(1)
			w.log, w.options.Policy, w.options.Boot = slog.New(slog.NewTextHandler(lines, &slog.HandlerOptions{Level: test.level})), Always, "b"
			d, err := w.start()
			if err == nil {
				err = d.export("first")
			}
			w.disk.setFull(test.full)
			if err == nil {
				err = d.putRecords(20)
			}
			if err != nil {
				t.Fatal(err)
			}
			sleep(2 * time.Second)
			d.kill()
			var got []string
			for _, line := range lines.all {
				if _, text, ok := strings.Cut(line, `level=DEBUG msg="batch `); ok {
					got = append(got, strings.NewReplacer(`" boot=b batch=`, " ", "first=", "", "count=", "").Replace(text))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("level %v, disk full %v (-want +got):\n%s", test.level, test.full, diff)
			}
		})
	}
}
