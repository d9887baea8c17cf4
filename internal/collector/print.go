package collector

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes the account for a person to read: a line for each session, then what exporters announced of
// themselves, then what went wrong, if anything did.
func (s *ServerSummary) Print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "exporter\tversion\tdomain\tdatagrams\trecords\tpackets\toctets\tlost\t")
	for i := range s.Sessions {
		e := &s.Sessions[i]
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t\n", e.Exporter, versionName(e.Version), e.Domain,
			e.Datagrams, e.Records, e.Packets, e.Octets, e.Sequence.lostText())
	}
	a := &s.Totals
	fmt.Fprintf(t, "total\t\t\t%d\t%d\t%d\t%d\t%s\t\n", a.Datagrams, a.Records, a.Packets, a.Octets, a.lostText())
	_ = t.Flush() // a terminal that is gone is nobody's loss
	for _, line := range slices.Concat(s.announced(), s.troubles()) {
		fmt.Fprintln(w, line)
	}
}

func versionName(version uint16) string {
	if version == versionIPFIX {
		return "IPFIX"
	}
	return fmt.Sprintf("V%d", version)
}

func (q *SequenceSummary) lostText() string {
	if q.Lost == 0 {
		return "0"
	}
	return fmt.Sprintf("%d %s", q.Lost, q.Unit)
}

func (a *Totals) lostText() string {
	var parts []string
	if a.LostRecords > 0 {
		parts = append(parts, fmt.Sprintf("%d records", a.LostRecords))
	}
	if a.LostDatagrams > 0 {
		parts = append(parts, fmt.Sprintf("%d datagrams", a.LostDatagrams))
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, ", ")
}

// troubles are lines about what is not as it should be.
func (s *ServerSummary) troubles() []string {
	var lines []string
	note := func(n uint64, what string) {
		if n > 0 {
			lines = append(lines, fmt.Sprintf("%s: %d", what, n))
		}
	}
	a := &s.Totals
	note(s.Socket.Dropped.Datagrams, "datagrams dropped by the kernel (receive buffer full)")
	note(s.Evicted, "sessions displaced by newer ones")
	for _, name := range sortedNames(a.Malformed) {
		note(a.Malformed[name], "malformed datagrams, "+name)
	}
	note(a.Duplicates, "duplicate datagrams, not counted again")
	note(a.Reordered, "datagrams out of order")
	note(a.Restarts, "restarts of an exporter")
	note(a.SetsWithoutTemplate, "sets without a template, skipped")
	note(a.TemplatesRefused, "templates refused")
	note(a.RecordsWithoutAddresses, "records without IP addresses, skipped")
	note(a.RecordsWithoutTimes, "records without times, given the export time")
	note(a.CountMismatches, "datagrams whose header miscounts their records")
	return append(lines, s.unusualCounting()...)
}

// unusualCounting names exporters whose sequence does not follow their version's rule.
func (s *ServerSummary) unusualCounting() []string {
	var lines []string
	for i := range s.Sessions {
		e := &s.Sessions[i]
		if rule := conventionNames[standard(e.Version)]; e.Sequence.Counts != rule {
			lines = append(lines, fmt.Sprintf("%s domain %d: its sequence counts %s, not %s as %s asks for",
				e.Exporter, e.Domain, e.Sequence.Counts, rule, versionName(e.Version)))
		}
	}
	return lines
}

func sortedNames(m map[string]uint64) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
