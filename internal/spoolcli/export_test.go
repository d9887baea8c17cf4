package spoolcli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

// filesIn is what is in a directory, and that others can't read it.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		files[e.Name()] = string(text)
	}
	return files
}

// TestExportToDirectory: a file for each batch, and a line for each file.
func TestExportToDirectory(t *testing.T) {
	c := open(t, fill(t))
	dir := filepath.Join(t.TempDir(), "new", "dir")
	s := newScreen()
	err := s.Export(t.Context(), c, ExportOptions{Selection: all, Directory: dir})
	if err == nil || !strings.Contains(err.Error(), "batch 4: ") || !strings.Contains(err.Error(), "batch 5: ") {
		t.Errorf("error %v, want one for batches 4 and 5", err)
	}
	files := filesIn(t, dir)
	lines := newScreen()
	_ = lines.Export(t.Context(), c, ExportOptions{Selection: all})
	if diff := cmp.Diff(lines.out.String(), files["1.jsonl"]+files["2.jsonl"]+files["3.jsonl"]); diff != "" {
		t.Errorf("(-standard output +files):\n%s", diff)
	}
	listed := newScreen()
	listed.JSON = true
	must(t, listed.List(t.Context(), c, ids(1, 2, 3)))
	if diff := cmp.Diff(listed.out.String(), files["batches.jsonl"]); diff != "" {
		t.Errorf("(-list +batches.jsonl):\n%s", diff)
	}
	if len(files) != 4 || s.out.Len() > 0 || s.err.String() != "3 batches (6 records) exported to "+dir+"\n" {
		t.Errorf("%d files; said %q and %q", len(files), s.out.String(), s.err.String())
	}
}

// TestExportRaw: the octets are those of the log groups.
func TestExportRaw(t *testing.T) {
	c := open(t, fill(t))
	dir := t.TempDir()
	must(t, newScreen().Export(t.Context(), c, ExportOptions{Selection: ids(2, 4), Directory: dir, Raw: true}))
	files := filesIn(t, dir)
	delete(files, "batches.jsonl")
	if diff := cmp.Diff(map[string]string{"2.pb": string(batch(31, 2).Payload), "4.pb": "<html>"}, files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s := newScreen()
	must(t, s.Export(t.Context(), c, ExportOptions{Selection: ids(2), Raw: true}))
	if s.out.String() != string(batch(31, 2).Payload) {
		t.Errorf("%q on standard output", s.out.String())
	}
}

// TestExportErrors: nothing is written over, and what was begun is not left as if it were whole.
func TestExportErrors(t *testing.T) {
	c := open(t, fill(t))
	dir := t.TempDir()
	must(t, newScreen().Export(t.Context(), c, ExportOptions{Selection: ids(1), Directory: dir}))
	before := filesIn(t, dir)
	err := newScreen().Export(t.Context(), c, ExportOptions{Selection: ids(2), Directory: dir})
	if err == nil || !strings.Contains(err.Error(), "export to a new or empty directory") {
		t.Errorf("error %v", err)
	}
	must(t, os.Remove(filepath.Join(dir, descriptionsName)))
	delete(before, descriptionsName)
	if err := newScreen().Export(t.Context(), c, ExportOptions{Selection: ids(1), Directory: dir}); err == nil {
		t.Error("a file was written over")
	}
	after := filesIn(t, dir)
	delete(after, descriptionsName)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	file := filepath.Join(dir, "1.jsonl")
	if err := newScreen().Export(t.Context(), c, ExportOptions{Selection: all, Directory: file}); err == nil || !strings.Contains(err.Error(), "make directory") {
		t.Errorf("error %v", err)
	}
}

// full is a disk, or a pipe, that takes no more.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestOutputEnds: every command ends with an error when its output does.
func TestOutputEnds(t *testing.T) {
	for name, do := range map[string]func(context.Context, *Printer, spoolctl.Control) error{
		"list":   func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.List(ctx, c, all) },
		"show":   func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Show(ctx, c, 1) },
		"totals": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Totals(ctx, c) },
		"export": func(ctx context.Context, p *Printer, c spoolctl.Control) error {
			return p.Export(ctx, c, ExportOptions{Selection: ids(1)})
		},
		"retry": func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Retry(ctx, c, ids(3)) },
		"drop":  func(ctx context.Context, p *Printer, c spoolctl.Control) error { return p.Drop(ctx, c, all) },
	} {
		for _, asJSON := range []bool{false, true} {
			s := newScreen()
			s.Out, s.JSON = &full{}, asJSON
			if err := do(t.Context(), &s.Printer, open(t, fill(t))); !errors.Is(err, errFull) {
				t.Errorf("%s, JSON %v: error %v", name, asJSON, err)
			}
		}
	}
}
