package main

import (
	"fmt"
	"io"
)

// line is one row of the sums.
type line struct {
	text string
	of   func(o *outcome) uint64
}

// lines go from the frame to the received octet.
var lines = []line{
	{"frames in the capture", func(o *outcome) uint64 { return o.sent.Frames }},
	{"  without IP", func(o *outcome) uint64 { return o.sent.NonIP }},
	{"  malformed", func(o *outcome) uint64 { return o.sent.Malformed }},
	{"  packets counted", func(o *outcome) uint64 { return o.sent.Counted }},
	{"records made of them", func(o *outcome) uint64 { return o.made.Records }},
	{"  packets in them", func(o *outcome) uint64 { return o.made.Packets }},
	{"  octets in them", func(o *outcome) uint64 { return o.made.Octets }},
	{"  IPv6, which V5 can't carry", func(o *outcome) uint64 { return o.output().Unexportable.IPv6.Records }},
	{"  dropped", func(o *outcome) uint64 { return o.dropped().Records }},
	{"  sent", func(o *outcome) uint64 { return o.output().Acknowledged.Records }},
	{"records received", func(o *outcome) uint64 { return o.received.Totals.Records }},
	{"  equal in every field", func(o *outcome) uint64 { return o.equal }},
	{"  packets in them", func(o *outcome) uint64 { return o.received.Totals.Packets }},
	{"  octets in them", func(o *outcome) uint64 { return o.received.Totals.Octets }},
	{"datagrams sent", func(o *outcome) uint64 { return o.output().Datagrams }},
	{"datagrams received", func(o *outcome) uint64 { return o.received.Totals.Datagrams }},
	{"lost, by sequence number", func(o *outcome) uint64 { return o.received.Totals.LostRecords + o.received.Totals.LostDatagrams }},
}

// printSums prints the table and the verdict.
func printSums(out io.Writer, all []outcome) error {
	printTable(out, all)
	good := true
	fmt.Fprintln(out)
	for i := range all {
		for _, e := range all[i].equations() {
			if e.left != e.right {
				good = false
				fmt.Fprintf(out, "%s: %s: %d is not %d\n", all[i].version, e.text, e.left, e.right)
			}
		}
	}
	if !good {
		return errDiffers
	}
	fmt.Fprintln(out, "Nothing was lost: in each version every frame is counted or named, every packet is in a record,\nand every record that the version can carry arrived with all its fields unchanged.")
	return nil
}

// equation is a sum that must hold.
type equation struct {
	text        string
	left, right uint64
}

func (o *outcome) equations() []equation {
	s, out := &o.sent, o.output()
	carried := o.made.minus(out.Unexportable.IPv6)
	exact := uint64(0)
	if s.Exact {
		exact = 1
	}
	return []equation{
		{"frames = without IP + malformed + counted", s.Frames, s.NonIP + s.Malformed + s.Counted},
		{"packets counted = packets in records", s.Counted, o.made.Packets},
		{"octets counted = octets in records", s.Octets, o.made.Octets},
		{"all sums of replay hold", exact, 1},
		{"records made − unexportable = sent", carried.Records, out.Acknowledged.Records},
		{"records sent = received", out.Acknowledged.Records, o.received.Totals.Records},
		{"packets sent = received", carried.Packets, o.received.Totals.Packets},
		{"octets sent = received", carried.Octets, o.received.Totals.Octets},
		{"records received = equal ones", o.received.Totals.Records, o.equal},
		{"records that differ", o.differ, 0},
		{"datagrams sent = received", out.Datagrams, o.received.Totals.Datagrams},
		{"lost by sequence number", o.received.Totals.LostRecords + o.received.Totals.LostDatagrams, 0},
	}
}

// printTable prints the numbers, a column for each version.
func printTable(out io.Writer, all []outcome) {
	fmt.Fprintf(out, "\n%-28s", "")
	for _, o := range all {
		fmt.Fprintf(out, "%12s", o.version)
	}
	fmt.Fprintln(out)
	for _, l := range lines {
		fmt.Fprintf(out, "%-28s", l.text)
		for i := range all {
			fmt.Fprintf(out, "%12d", l.of(&all[i]))
		}
		fmt.Fprintln(out)
	}
}
