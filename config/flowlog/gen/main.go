// Command gen writes the reference page of the FlowLog's parameters and error codes from the tables
// of package flowlog.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "flowlog.md", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	if err := os.WriteFile(out, []byte(page()), 0o644); err != nil {
		return fmt.Errorf("write page %q: %w", out, err)
	}
	return nil
}
