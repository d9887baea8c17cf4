package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTableIsCurrent says whether the committed table is what the generator makes of the registry.
func TestTableIsCurrent(t *testing.T) {
	out := filepath.Join(t.TempDir(), "table.go")
	if err := run("../ipfix-information-elements.csv", out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("internal/ie/table.go is not what the registry says: run go generate ./internal/ie")
	}
}

func TestBadRegistry(t *testing.T) {
	const names = "elementId,name,dataType,semantics,status,units,range\n"
	tests := []struct{ name, csv, want string }{
		{"empty", "", "read column names"},
		{"columns", names + "1,octetDeltaCount,unsigned64\n", "wrong number of fields"},
		{"number", names + "x,octetDeltaCount,unsigned64,,current,,\n", `parse element number "x"`},
		{"number too large", names + "32768,big,unsigned64,,current,,\n", `parse element number "32768"`},
		{"no name", names + "1,,unsigned64,,current,,\n", "element 1 has no name"},
		{"status", names + "1,octetDeltaCount,unsigned64,,draft,,\n", `has status "draft", want current or deprecated`},
		{"order", names + "2,b,unsigned8,,current,,\n1,a,unsigned8,,current,,\n", "element 1 follows element 2"},
		{"type", names + "1,octetDeltaCount,unsigned65,,current,,\n", `unknown type "unsigned65"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			in := filepath.Join(dir, "in.csv")
			if err := os.WriteFile(in, []byte(tt.csv), 0o600); err != nil {
				t.Fatal(err)
			}
			err := run(in, filepath.Join(dir, "table.go"))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("run = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestMissingFiles(t *testing.T) {
	dir := t.TempDir()
	if err := run(filepath.Join(dir, "none.csv"), "table.go"); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("missing registry: %v", err)
	}
	if err := run("../ipfix-information-elements.csv", filepath.Join(dir, "none", "table.go")); err == nil || !strings.Contains(err.Error(), "write table") {
		t.Errorf("unwritable table: %v", err)
	}
}
