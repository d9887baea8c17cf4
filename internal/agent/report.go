package agent

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/internal/human"
)

// errInexact says that the sums do not hold: a defect, never the input's fault.
var errInexact = errors.New("the sums do not hold: this is a defect of the program, please report it with the summary")

// report writes the summary where it is wanted.
func (e *engine) report() error {
	var errs []error
	if e.o.Summary != "" {
		errs = append(errs, e.summary.write(e.o.Summary, e.o.Stdout))
	}
	if !e.o.Quiet {
		errs = append(errs, e.summary.Print(e.o.Stderr))
	}
	if !e.summary.Exact {
		errs = append(errs, errInexact)
	}
	return errors.Join(errs...)
}

// Print writes the summary for people.
func (s *Summary) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	s.printInterfaces(w)
	rate := float64(s.Frames) / max(s.ElapsedSeconds, 1e-9)
	fmt.Fprintf(w, "read\t%s in %.2f s: %s a second\n", human.Count(s.Frames, "frame"), s.ElapsedSeconds, human.Number(uint64(rate)))
	fmt.Fprintf(w, "frames\t%s = %s counted + %s non-IP + %s malformed + %s filtered", human.Number(s.Frames),
		human.Number(s.Counted), human.Number(s.NonIP), human.Number(s.Malformed), human.Number(s.Filtered))
	if s.Device != nil {
		fmt.Fprintf(w, " + %s inactive", human.Number(s.Inactive))
	}
	if s.Interfaces != nil {
		fmt.Fprintf(w, " + %s own", human.Number(s.Own))
	}
	if s.Unsampled > 0 {
		fmt.Fprintf(w, " + %s unsampled", human.Number(s.Unsampled))
	}
	fmt.Fprintln(w)
	printCounts(w, "not counted", s.Verdicts)
	printCounts(w, "noted", s.Notes)
	fmt.Fprintf(w, "packets\t%s counted = %s in records\n", human.Number(s.Counted), human.Number(s.Table.RecordPackets))
	fmt.Fprintf(w, "octets\t%s counted = %s in records\n", human.Number(s.Octets), human.Number(s.Table.RecordOctets))
	fmt.Fprintf(w, "records\t%s%s\n", human.Number(s.Table.Records), reasons(s.Table.EndReasons))
	s.printOutputs(w)
	if s.Exact {
		fmt.Fprintf(w, "sums\tall %d hold\n", len(s.Sums))
	}
	for _, e := range s.Sums {
		if !e.Holds {
			fmt.Fprintf(w, "SUM FAILS\t%s: %s is not %s\n", e.What, human.Number(e.Left), human.Number(e.Right))
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the summary: %w", err)
	}
	return nil
}

// printInterfaces writes a line for each interface that was captured live.
func (s *Summary) printInterfaces(w io.Writer) {
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		fmt.Fprintf(w, "%s\t%s received = %s read + %s dropped by the kernel", one.Name,
			human.Count(one.Received, "frame"), human.Number(one.Read), human.Number(one.Dropped))
		if one.Opened > 1 {
			fmt.Fprintf(w, "; opened %d times", one.Opened)
		}
		fmt.Fprintln(w)
	}
}

func printCounts(w io.Writer, what string, counts map[string]uint64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "  %s\t%s: %s\n", what, name, human.Number(counts[name]))
	}
}

func reasons(counts map[string]uint64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, human.Number(counts[name])+" "+name)
	}
	if len(parts) == 0 {
		return ""
	}
	return " = " + strings.Join(parts, " + ")
}

// printOutputs writes the outputs, of a device with their times in force, and its generations.
func (s *Summary) printOutputs(w io.Writer) {
	if s.Device == nil {
		for i := range s.Outputs {
			printOutput(w, s.Outputs[i].Output, &s.Outputs[i])
		}
		return
	}
	s.Device.print(w)
	for i := range s.Device.Outputs {
		o := &s.Device.Outputs[i]
		if o.spools() {
			printSpooling(w, o.name(), human.Count(o.Counters.Put.Records, "record"), &o.Counters)
		} else {
			printOutput(w, o.name(), &o.Counters)
		}
	}
	if l := s.Device.LogService; l != nil && l.Earlier.Recovered.Records > 0 {
		printSpooling(w, sls.SpoolName, human.Count(l.Earlier.Recovered.Records, "record")+" left by outputs and earlier runs", &l.Earlier)
	}
}

// printSpooling writes an output to Log Service, or what became of what it left behind.
func printSpooling(w io.Writer, name, records string, o *exporter.Counters) {
	fmt.Fprintf(w, "%s\t%s = %s acknowledged + %s spooled + %s set aside + %s dropped; %s\n", name, records, human.Number(o.Acknowledged.Records),
		human.Number(o.Spooled.Records), human.Number(o.SetAside.Records), human.Number(o.Dropped.Total().Records), batches(o))
	printDropped(w, o)
}

func printOutput(w io.Writer, name string, o *exporter.Counters) {
	dropped := o.Dropped.Total()
	fmt.Fprintf(w, "%s\t%s = %s acknowledged + %s unexportable + %s dropped", name,
		human.Count(o.Put.Records, "record"), human.Number(o.Acknowledged.Records), human.Number(o.Unexportable.IPv6.Records), human.Number(dropped.Records))
	if o.Datagrams > 0 {
		fmt.Fprintf(w, "; %s, %s", human.Count(o.Datagrams, "datagram"), human.Octets(o.DatagramOctets))
	}
	fmt.Fprintln(w)
	if o.Resent > 0 {
		fmt.Fprintf(w, "  refused\t%s sent again: as many earlier ones did not arrive\n", human.Count(o.Resent, "datagram"))
	}
	printDropped(w, o)
}

func printDropped(w io.Writer, o *exporter.Counters) {
	for reason, lost := range o.Dropped {
		if lost.Records > 0 {
			fmt.Fprintf(w, "  dropped\t%s: %s\n", exporter.DropReason(reason), human.Count(lost.Records, "record"))
		}
	}
}
