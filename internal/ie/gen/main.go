// Command gen writes the element table of package ie from IANA's registry.
//
//	go run ./gen -csv ipfix-information-elements.csv -out table.go
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
)

func main() {
	csv := flag.String("csv", "ipfix-information-elements.csv", "the registry: elementId,name,dataType,semantics,status,…")
	out := flag.String("out", "table.go", "the Go file to write")
	flag.Parse()
	if err := run(*csv, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(csv, out string) error {
	in, err := os.ReadFile(csv)
	if err != nil {
		return fmt.Errorf("read registry: %w", err)
	}
	elements, err := parse(bytes.NewReader(in))
	if err != nil {
		return fmt.Errorf("parse registry %q: %w", csv, err)
	}
	src, err := render(elements)
	if err != nil {
		return fmt.Errorf("render table: %w", err)
	}
	if err := os.WriteFile(out, src, 0o644); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}
