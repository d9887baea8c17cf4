package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/manual"
	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestManual$ -update

// deploy/man and deploy/completion are what the command line says.
func TestManual(t *testing.T) {
	program := newProgram(io.Discard, io.Discard)
	model, err := program.Model(&commandLine{})
	if err != nil {
		t.Fatal(err)
	}
	files := manual.Files(model, manual.Ending{
		ExitStatus: [][2]string{{"0", "Done."}, {"1", "An error or a refusal."}, {"2", "Wrong usage."}, {"130", "Interrupted."}},
		SeeAlso:    "`sagflow`(1)",
	})
	if err := manual.Keep(filepath.Join(testutil.Root(t), "deploy"), files, *update); err != nil {
		t.Error(err)
	}
}
