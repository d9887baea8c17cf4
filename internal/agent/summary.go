package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// Summary is every counter of a run and the sums that must hold between them. Its JSON form is
// what --summary writes.
type Summary struct {
	// Files and Rounds are how many captures were read, and how often.
	Files  int `json:"files"`
	Rounds int `json:"rounds"`
	// Interfaces are those that were captured live.
	Interfaces []tap.Status `json:"interfaces,omitempty"`
	// Frames is what the captures held; Counted of them went to the flow table.
	Frames  uint64 `json:"frames"`
	Counted uint64 `json:"counted"`
	// NonIP, Malformed and Filtered are the frames that did not, by kind of verdict, and Verdicts
	// each kind by its name.
	NonIP     uint64            `json:"non-ip"`
	Malformed uint64            `json:"malformed"`
	Filtered  uint64            `json:"filtered"`
	Verdicts  map[string]uint64 `json:"verdicts"`
	// Inactive are packets that came while a device's FlowLog was Inactive or none was bound.
	Inactive uint64 `json:"inactive,omitempty"`
	// Own are packets of the program's own connections, Unsampled frames that sampling passed over.
	Own       uint64 `json:"own,omitempty"`
	Unsampled uint64 `json:"unsampled,omitempty"`
	// Notes are things noticed about frames and files that decided nothing.
	Notes map[string]uint64 `json:"notes"`
	// Octets are the layer-3 octets of the Counted packets.
	Octets uint64 `json:"octets"`

	Table   TableSummary        `json:"table"`
	Outputs []exporter.Counters `json:"outputs"`
	// Device is what a FlowLog changed in the course of the run, nil where none was followed.
	Device *DeviceSummary `json:"device,omitempty"`
	// Sums are the equations between the hops, Exact that all of them hold.
	Sums  []Sum `json:"sums"`
	Exact bool  `json:"exact"`
	// ElapsedSeconds is wall-clock time.
	ElapsedSeconds float64 `json:"elapsed-seconds"`
	// Errors are what the run ended with.
	Errors []string `json:"errors"`
}

// TableSummary is what the flow table counted.
type TableSummary struct {
	Packets            uint64            `json:"packets"`
	Octets             uint64            `json:"octets"`
	Records            uint64            `json:"records"`
	RecordPackets      uint64            `json:"record-packets"`
	RecordOctets       uint64            `json:"record-octets"`
	EndReasons         map[string]uint64 `json:"end-reasons"`
	FlowsLeft          int               `json:"flows-left"`
	MostFlows          int               `json:"most-flows"`
	FragmentsUnmatched uint64            `json:"fragments-unmatched"`
	FragmentsForgotten uint64            `json:"fragments-forgotten"`
}

// Sum is one equation: Left counts what came in at a hop, Right what came of it.
type Sum struct {
	What  string `json:"what"`
	Left  uint64 `json:"left"`
	Right uint64 `json:"right"`
	Holds bool   `json:"holds"`
}

func sum(what string, left, right uint64) Sum { return Sum{what, left, right, left == right} }

// summarize gathers all counters. The lanes are at rest.
func (e *engine) summarize(runErr error) *Summary {
	end, d := e.position(), e.reader.decoded()
	table := &end.table
	s := &Summary{
		Frames: end.frames, Counted: d.Verdicts[packet.Counted], NonIP: d.Class(packet.ClassNonIP),
		Malformed: d.Class(packet.ClassMalformed), Filtered: d.Verdicts[packet.Filtered], Inactive: d.Verdicts[packet.Inactive],
		Own: d.Verdicts[packet.Own], Unsampled: d.Verdicts[packet.Unsampled],
		Verdicts: map[string]uint64{}, Notes: map[string]uint64{}, Octets: d.Octets,
		Table: summarizeTable(table), Outputs: e.outputs.counters(),
		ElapsedSeconds: e.o.Now().Sub(e.started).Seconds(), Errors: errorTexts(runErr),
	}
	e.reader.describe(s)
	for _, detail := range d.Details() {
		s.Verdicts[detail.Text] += detail.Count
	}
	maps.Copy(s.Notes, notesOf(d))
	if n := table.FragmentsUnmatched; n > 0 {
		s.Notes["fragments without their first (ports given 0)"] = n
	}
	if e.device != nil {
		s.Device = e.device.summary()
	}
	s.addUp(d)
	return s
}

func summarizeTable(c *flowtable.Counters) TableSummary {
	return TableSummary{
		Packets: c.Packets, Octets: c.Octets, Records: c.Ended(), RecordPackets: c.RecordPackets, RecordOctets: c.RecordOctets,
		EndReasons: endReasons(c), FlowsLeft: c.Flows, MostFlows: c.MostFlows,
		FragmentsUnmatched: c.FragmentsUnmatched, FragmentsForgotten: c.FragmentsForgotten,
	}
}

// addUp states the sums, hop by hop.
func (s *Summary) addUp(d *packet.Counters) {
	others := d.Class(packet.ClassExcluded)
	frames := "frames read = counted + non-IP + malformed + filtered"
	if s.Device != nil {
		frames += " + inactive"
	}
	if s.Interfaces != nil {
		frames += " + own + unsampled"
	}
	s.Sums = s.captured()
	s.Sums = append(s.Sums,
		sum(frames, s.Frames, s.Counted+s.NonIP+s.Malformed+others),
		sum("packets counted = packets in the table's records", s.Counted, s.Table.RecordPackets),
		sum("octets counted = octets in the table's records", s.Octets, s.Table.RecordOctets),
	)
	if s.Device != nil {
		s.Sums = append(s.Sums, s.Device.sums(&s.Table)...)
	} else {
		all := exporter.Sum{Records: s.Table.Records, Packets: s.Table.RecordPackets, Octets: s.Table.RecordOctets}
		for i := range s.Outputs {
			s.Sums = append(s.Sums, fates(s.Outputs[i].Output, all, &s.Outputs[i], false)...)
		}
	}
	s.Exact = allHold(s.Sums)
}

// captured states that the frames which the kernel captured were read, or dropped there.
func (s *Summary) captured() []Sum {
	if s.Interfaces == nil {
		return nil
	}
	var sums []Sum
	var read uint64
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		sums = append(sums, sum(one.Name+": frames received = read + dropped by the kernel", one.Received, one.Read+one.Dropped))
		read += one.Read
	}
	return append(sums, sum("frames read from the interfaces = frames", read, s.Frames))
}

// fates states that the records that were due to an output each have one fate. One that spools has more
// of them.
func fates(name string, due exporter.Sum, o *exporter.Counters, spools bool) []Sum {
	settled := o.Settled()
	what := name + ": records = acknowledged + unexportable + dropped"
	if spools {
		what = name + ": records = acknowledged + spooled + set aside + dropped"
	}
	return []Sum{
		sum(what, due.Records, settled.Records),
		sum(name+": packets likewise", due.Packets, settled.Packets),
		sum(name+": octets likewise", due.Octets, settled.Octets),
	}
}

// errorTexts takes joined errors apart.
func errorTexts(err error) []string {
	texts := []string{}
	if err == nil {
		return texts
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			texts = append(texts, errorTexts(e)...)
		}
		return texts
	}
	return append(texts, err.Error())
}

// reserveSummary makes sure before a long run that its summary can be written. What the file holds is
// left until then.
func reserveSummary(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, fileMode)
	if err != nil {
		return fmt.Errorf("write summary %q: %w", path, pathless(err))
	}
	return f.Close()
}

// write writes the summary as JSON to a file, or to stdout for "-".
func (s *Summary) write(path string, stdout io.Writer) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("make the summary: %w", err)
	}
	text = append(text, '\n')
	if path == "-" {
		_, err = stdout.Write(text)
	} else {
		err = os.WriteFile(path, text, fileMode)
	}
	if err != nil {
		return fmt.Errorf("write summary %q: %w", path, pathless(err))
	}
	return nil
}

// pathless drops the operation and the paths of a file error, which the caller names.
func pathless(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	if l := (*os.LinkError)(nil); errors.As(err, &l) {
		return l.Err
	}
	return err
}
