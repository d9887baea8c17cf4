package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// element is one line of the registry.
type element struct {
	id                     uint16
	name, dataType, status string
}

// The registry's columns that the table needs.
const (
	columnID     = 0
	columnName   = 1
	columnType   = 2
	columnStatus = 4
	columns      = 7
)

// parse reads the registry; its numbers must rise.
func parse(r io.Reader) ([]element, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = columns
	if _, err := lines.Read(); err != nil {
		return nil, fmt.Errorf("read column names: %w", err)
	}
	var all []element
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		e, err := parseLine(line)
		if err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && e.id <= all[n-1].id {
			return nil, fmt.Errorf("element %d follows element %d, the numbers must rise", e.id, all[n-1].id)
		}
		all = append(all, e)
	}
}

func parseLine(line []string) (element, error) {
	id, err := strconv.ParseUint(line[columnID], 10, 15)
	if err != nil {
		return element{}, fmt.Errorf("parse element number %q: %w", line[columnID], err)
	}
	e := element{id: uint16(id), name: line[columnName], dataType: line[columnType], status: line[columnStatus]}
	if e.name == "" {
		return element{}, fmt.Errorf("element %d has no name", id)
	}
	if e.status != "current" && e.status != "deprecated" {
		return element{}, fmt.Errorf("element %d (%s) has status %q, want current or deprecated", id, e.name, e.status)
	}
	return e, nil
}
