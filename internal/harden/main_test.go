package harden

import (
	"fmt"
	"os"
	"testing"
)

// programs is a folder for what children run.
var programs string

// TestMain runs the tests, or in their child processes what those are to do.
func TestMain(m *testing.M) {
	runChild()
	dir, err := os.MkdirTemp("", "sagflow-harden-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	programs = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}
