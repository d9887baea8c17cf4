package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// compare looks at both places, and prints what they got.
func (d demo) compare(_ context.Context, logs string) error {
	collector, err := readOutcome("V9", d.file("all-sent"), d.file("all-received"))
	if err != nil {
		return err
	}
	found, err := d.search(logs)
	if err != nil {
		return err
	}
	stored, err := readStored(d.file("all-sent.jsonl"), found)
	if err != nil {
		return err
	}
	printTop(d.out, found)
	return printPlaces(d.out, &collector, &stored)
}

// stored is what Log Service has of what was made.
type stored struct {
	sum
	equal, differ uint64
}

// readStored matches logs with the records that the device made.
func readStored(made string, logs []map[string]string) (s stored, err error) {
	records, err := readRecords(made)
	if err != nil {
		return s, err
	}
	open := map[record]int{}
	for _, r := range records {
		open[r.inSeconds()]++
	}
	for _, l := range logs {
		r, err := logRecord(l)
		if err != nil {
			return s, err
		}
		s.Records++
		s.Packets += r.Packets
		s.Octets += r.Octets
		if open[r] > 0 {
			open[r]--
			s.equal++
		} else {
			s.differ++
		}
	}
	return s, nil
}

// printTop prints the largest flows as Log Service answers them.
func printTop(out io.Writer, logs []map[string]string) {
	const shown = 5
	fmt.Fprintf(out, "\nThe largest of %d records in Log Service, as the official SDK finds them:\n", len(logs))
	largest := slices.Clone(logs)
	slices.SortStableFunc(largest, func(a, b map[string]string) int {
		return cmp.Or(cmp.Compare(len(b["bytes"]), len(a["bytes"])), cmp.Compare(b["bytes"], a["bytes"]))
	})
	keys := []string{"start", "end", "protocol", "srcaddr", "srcport", "dstaddr", "dstport", "packets", "bytes", "tcp-flags", "Instance_id", "snid"}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, key := range keys {
		fmt.Fprint(w, key, "\t")
	}
	fmt.Fprintln(w)
	for _, l := range largest[:min(shown, len(largest))] {
		for _, key := range keys {
			fmt.Fprint(w, l[key], "\t")
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // whoever reads it sees
}

// printPlaces prints the sums of both places and the verdict.
func printPlaces(out io.Writer, c *outcome, s *stored) error {
	fmt.Fprintf(out, "\n%-28s%12s%12s%12s\n", "", "device", "collector", "Log Service")
	for _, row := range []struct {
		text                      string
		device, collector, stored uint64
	}{
		{"records", c.made.Records, c.received.Totals.Records, s.Records},
		{"  equal in every field", c.made.Records, c.equal, s.equal},
		{"packets in them", c.made.Packets, c.received.Totals.Packets, s.Packets},
		{"octets in them", c.made.Octets, c.received.Totals.Octets, s.Octets},
	} {
		fmt.Fprintf(out, "%-28s%12d%12d%12d\n", row.text, row.device, row.collector, row.stored)
		if row.device != row.collector || row.device != row.stored {
			return errDiffers
		}
	}
	if !c.sent.Exact || c.sent.Counted != c.made.Packets || c.differ+s.differ != 0 {
		return errDiffers
	}
	fmt.Fprintf(out, "\n%d frames = %d packets counted + %d without IP; each packet is in one record, and each record in both places.\n", c.sent.Frames, c.sent.Counted, c.sent.NonIP)
	return nil
}
