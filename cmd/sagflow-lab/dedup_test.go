package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

func TestPrintTally(t *testing.T) {
	for name, c := range map[string]struct {
		tally sls.Tally
		want  string
	}{
		"nothing": {
			sls.Tally{},
			"received 0 records in 0 log groups\nunique   0 by boot, batch and index; devices 0, boots 0, batches 0\nresent   0 came again\n",
		},
		"everything": {
			sls.Tally{
				Groups: 1, Received: 20, Unique: 13, Resent: 7, Conflicting: 1, Untagged: 2, Malformed: 3, Unreadable: 4, Lost: 5,
				Devices: 6, Boots: 7, Batches: 8,
			},
			"received    20 records in 1 log groups\n" +
				"unique      13 by boot, batch and index; devices 6, boots 7, batches 8\n" +
				"resent      7  came again\n" +
				"conflicting 1  of them with other contents\n" +
				"untagged    2  logs of other clients\n" +
				"malformed   3  logs whose tags are incomplete or wrong\n" +
				"unreadable  4  log groups that are damaged\n" +
				"lost        5  entries of the store that are not there\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := printTally(&out, c.tally); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Counts that can't be printed are an error, whatever they are.
func TestDedupToAClosedPipe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	empty, err := store.Open(dir, nil)
	if err == nil {
		err = empty.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"text", "json"} {
		var errs bytes.Buffer
		code := run(t.Context(), []string{"sls", "dedup", "--store", dir, "-o", output}, closedPipe{}, &errs)
		if code != 1 || !strings.Contains(errs.String(), "print what store") || !strings.Contains(errs.String(), os.ErrClosed.Error()) {
			t.Errorf("%s: exit code %d, %s", output, code, &errs)
		}
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }
