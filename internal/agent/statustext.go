package agent

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/human"
)

// Print writes the status for people.
func (s *Status) Print(out io.Writer, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	s.printDevice(w, now)
	s.printConfiguration(w)
	s.printSource(w, now)
	s.printCapture(w)
	for i := range s.Outputs {
		s.Outputs[i].print(w)
	}
	s.LogService.print(w, now, !s.Ended.IsZero())
	s.printSums(w)
	complaints := s.Complaints(now)
	if len(complaints) == 0 {
		fmt.Fprintln(w, "health\tgood")
	}
	for _, c := range complaints {
		fmt.Fprintf(w, "TROUBLE\t%s\n", c)
	}
	if s.LastError != "" {
		fmt.Fprintf(w, "last error\t%s, %s\n", stamp(s.LastErrorAt), s.LastError)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the status: %w", err)
	}
	return nil
}

func (s *Status) printDevice(w io.Writer, now time.Time) {
	name := s.SmartAccessGateway
	if s.SerialNumber != "" {
		name += ", serial number " + s.SerialNumber
	}
	fmt.Fprintf(w, "device\t%s\n", name)
	if s.Ended.IsZero() {
		fmt.Fprintf(w, "process\t%d, sagflow %s, started %s, updated %s ago\n", s.PID, s.Program, stamp(s.Started), round(now.Sub(s.Updated)))
	} else {
		fmt.Fprintf(w, "process\t%d, sagflow %s, started %s, ended %s\n", s.PID, s.Program, stamp(s.Started), stamp(s.Ended))
	}
	state := s.State
	if !s.Ended.IsZero() {
		state = "ended, was " + state
	}
	fmt.Fprintf(w, "state\t%s since %s: %s\n", state, stamp(s.Since), s.Why)
}

func (s *Status) printConfiguration(w io.Writer) {
	fmt.Fprintf(w, "generation\t%d since %s: %s\n", s.Generation, stamp(s.GenerationSince), s.Changed)
	if f := s.FlowLog; f != nil {
		fmt.Fprintf(w, "FlowLog\t%s\n", flowLogText(f))
	}
}

// flowLogText is what a FlowLog says, in a line.
func flowLogText(f *flowlog.FlowLog) string {
	text := fmt.Sprintf("%s, %s, ActiveAging %d, InactiveAging %d", f.Status, f.OutputType, f.ActiveAging, f.InactiveAging)
	if f.FlowLogId != "" {
		text = f.FlowLogId + " " + text
	}
	if f.OutputType.Netflow() {
		text += fmt.Sprintf(", %s to %s port %d", f.NetflowVersion, f.NetflowServerIp, f.NetflowServerPort)
	}
	if f.OutputType.SLS() {
		text += fmt.Sprintf(", to %s/%s in %s", f.ProjectName, f.LogstoreName, f.SlsRegionId)
	}
	return text
}

func (s *Status) printSource(w io.Writer, now time.Time) {
	c := &s.Source
	text := "no answer yet"
	if c.Origin != "" {
		text = string(c.Origin)
	}
	if c.Endpoint != "" {
		text = fmt.Sprintf("%s, %s: %s, %s failed", text, c.Endpoint, human.Count(c.Polls, "poll"), human.Number(c.Failed))
	}
	if !c.LastGood.IsZero() {
		text += fmt.Sprintf(", last good %s ago", round(now.Sub(c.LastGood)))
	}
	fmt.Fprintf(w, "source\t%s\n", text)
}

// printCapture writes the interfaces, and what the process has given up.
func (s *Status) printCapture(w io.Writer) {
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		text := fmt.Sprintf("%s %s", one.Name, one.State)
		if one.State == tap.Capturing && one.Direction != "" {
			text += ", direction " + one.Direction
		}
		if one.Why != "" {
			text += ": " + one.Why
		}
		fmt.Fprintf(w, "interface\t%s; %s received, %s dropped by the kernel\n", text, human.Count(one.Received, "frame"), human.Number(one.Dropped))
	}
	for _, line := range s.Hardening {
		fmt.Fprintf(w, "hardening\t%s\n", line)
	}
}

func (o *OutputStatus) print(w io.Writer) {
	c := &o.Counters
	fmt.Fprintf(w, "output\t%s, %s: %s put, %s acknowledged, %s queued, ", o.name(), o.State,
		human.Count(c.Put.Records, "record"), human.Number(c.Acknowledged.Records), human.Number(c.Queued.Records)+o.waits())
	if o.spools() {
		fmt.Fprintf(w, "%s spooled, %s set aside, %s dropped; %s\n", human.Number(c.Spooled.Records), human.Number(c.SetAside.Records),
			human.Number(c.Dropped.Total().Records), batches(c))
		return
	}
	fmt.Fprintf(w, "%s unexportable, %s dropped; %s\n", human.Number(c.Unexportable.IPv6.Records), human.Number(c.Dropped.Total().Records), human.Count(c.Datagrams, "datagram"))
}

// waits says for how long the oldest record waits, where that is worth a word.
func (o *OutputStatus) waits() string {
	if o.OldestQueued < 1 {
		return ""
	}
	return fmt.Sprintf(" (the oldest for %s)", round(time.Duration(o.OldestQueued*float64(time.Second))))
}

// batches says how many batches were acknowledged, and what may be there twice.
func batches(c *exporter.Counters) string {
	text := fmt.Sprintf("%s, %s", human.Plural(c.Batches, "batch", "batches"), human.Octets(c.BatchOctets))
	if c.ResentRecords > 0 {
		text += fmt.Sprintf("; %s sent again", human.Count(c.ResentRecords, "record"))
	}
	return text
}

// print writes what is delivered to Log Service apart from the outputs in force.
func (s *LogServiceStatus) print(w io.Writer, now time.Time, ended bool) {
	if s == nil {
		return
	}
	for i := range s.Destinations {
		d := &s.Destinations[i]
		if ended && d.State == sls.Healthy {
			continue // what stayed stands below
		}
		text := d.State
		if !d.Since.IsZero() {
			text += fmt.Sprintf(" for %s, tried again in %s", round(now.Sub(d.Since)), round(max(0, d.NextTry.Sub(now))))
		}
		if !d.Current {
			text += ", only what is spooled goes there"
		}
		fmt.Fprintf(w, "Log Service\t%s: %s\n", d.Destination, text)
	}
	if c := &s.Earlier; c.Recovered.Records > 0 {
		fmt.Fprintf(w, "left behind\t%s of earlier runs and outputs: %s acknowledged, %s spooled, %s set aside, %s dropped; %s\n", human.Count(c.Recovered.Records, "record"),
			human.Number(c.Acknowledged.Records), human.Number(c.Spooled.Records), human.Number(c.SetAside.Records), human.Number(c.Dropped.Total().Records), batches(c))
	}
	if p := s.Spool; p != nil && (p.Queued.Batches > 0 || p.Aside.Batches > 0) {
		fmt.Fprintf(w, "spool\t%s of %s queued, the oldest %s old, %s set aside; %s on disk\n", human.Plural(p.Queued.Batches, "batch", "batches"),
			human.Count(p.Queued.Records, "record"), round(p.OldestAge), human.Plural(p.Aside.Batches, "batch", "batches"), human.Octets(uint64(p.Bytes)))
	}
}

// liveVerdicts are the verdicts that only live capture has.
func (s *Status) liveVerdicts() string {
	if s.Interfaces == nil {
		return ""
	}
	return fmt.Sprintf(" + %s own + %s unsampled", human.Number(s.Sums.Own), human.Number(s.Sums.Unsampled))
}

func (s *Status) printSums(w io.Writer) {
	a := s.Sums
	if a == nil {
		return
	}
	fmt.Fprintf(w, "frames\t%s = %s counted + %s non-IP + %s malformed + %s filtered + %s inactive%s\n", human.Number(a.Frames),
		human.Number(a.Counted), human.Number(a.NonIP), human.Number(a.Malformed), human.Number(a.Filtered), human.Number(a.Inactive), s.liveVerdicts())
	fmt.Fprintf(w, "packets\t%s counted = %s in records + %s in the table (%s)\n", human.Number(a.Counted),
		human.Number(a.Records.Packets), human.Number(a.InTable), human.Count(uint64(a.Flows), "flow"))
	for _, e := range a.Sums {
		if !e.Holds {
			fmt.Fprintf(w, "SUM FAILS\t%s: %s is not %s\n", e.What, human.Number(e.Left), human.Number(e.Right))
		}
	}
}

// stamp writes a wall-clock time to the second.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format("2006-01-02 15:04:05 MST")
}
