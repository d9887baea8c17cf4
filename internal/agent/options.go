package agent

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/filter"
)

// Version is a NetFlow version by its name in the FlowLog: V5, V9 or V10 (IPFIX).
type Version string

// The versions.
const (
	V5  Version = "V5"
	V9  Version = "V9"
	V10 Version = "V10"
)

// DefaultExportRate is how many records a second go to a collector unless told otherwise: three
// runs of a million records and more into nfcapd with the system's default socket buffer lost
// nothing at it.
const DefaultExportRate = 50_000

// Options are what a Replay and a Live have in common. Times of aging are those of flowtable.Options.
type Options struct {
	// Filter passes what it matches; nil passes all.
	Filter *filter.Filter

	ActiveAging, InactiveAging time.Duration
	// MaxFlows is the total over all workers; 0 = as memory allows.
	MaxFlows  int
	Fragments flowtable.FragmentMode
	// FragmentMemory is how many first fragments each worker remembers; 0 = flowtable.DefaultFragmentMemory.
	FragmentMemory  int
	TCPEnd          bool
	KeyToS, KeyVLAN bool
	// Workers is the number of shards, 1 or more.
	Workers int

	// Device makes the run do what a FlowLog says. Then ActiveAging, InactiveAging, Collectors and
	// Version are the FlowLog's, and must be zero here.
	Device *DeviceOptions

	// Collectors are HOST:PORT; each gets all records as Version.
	Collectors []string
	Version    Version
	// ExportRate is in records a second for each collector; 0 = no limit.
	ExportRate int
	// Domain is the observation domain.
	Domain uint32
	// SourceAddress is where datagrams come from; invalid = the system's choice.
	SourceAddress netip.Addr
	// MTU is the size of the whole IP packet.
	MTU                             int
	TemplatePackets                 int
	TemplateInterval, StatsInterval time.Duration

	// Records is a file of JSON lines, "-" for Stdout, "" for none.
	Records string
	// Summary is a file for the JSON summary, "-" for Stdout, "" for none.
	Summary string
	// Quiet leaves the human summary and the progress bar out.
	Quiet bool

	Stdout, Stderr io.Writer
	Log            *slog.Logger
	// Now is the wall clock; nil = time.Now.
	Now func() time.Time
}

// ReplayOptions are the settings of a Replay, as the flags of `sagflow replay` give them.
type ReplayOptions struct {
	Options
	// Files are capture files, "-" is Stdin; they are read one after the other.
	Files []string
	Stdin io.Reader
	// Loop is how often the files are read, with times that go on rising; 0 = for ever.
	Loop int
	// Speed is how many times as fast as recorded; 0 = as fast as it goes.
	Speed float64
	// TimesNow moves all times so that the first packet is at the start of the run.
	TimesNow bool
	// Progress shows a progress bar on Stderr, which then is a terminal.
	Progress bool
}

func (o *ReplayOptions) validate() error {
	switch {
	case len(o.Files) == 0:
		return &OptionError{"FILE", "", "name at least one capture, or - for standard input"}
	case o.Loop < 0:
		return &OptionError{"--loop", fmt.Sprint(o.Loop), "want a number of rounds, or 0 for ever"}
	case o.Loop != 1 && hasStdin(o.Files):
		return &OptionError{"--loop", fmt.Sprint(o.Loop), "standard input can be read only once: name files"}
	}
	if err := o.Options.validate(); err != nil {
		return err
	}
	return o.checkFiles()
}

func (o *Options) validate() error {
	switch {
	case o.Device != nil && (len(o.Collectors) > 0 || o.Version != "" || o.ActiveAging != 0 || o.InactiveAging != 0):
		return &OptionError{"--config", "", "the FlowLog says where records go and how they age: leave --netflow, --netflow-version, --active-aging and --inactive-aging out"}
	case o.Workers < 1 || o.Workers > maxWorkers:
		return &OptionError{"--workers", fmt.Sprint(o.Workers), fmt.Sprintf("want 1 to %d", maxWorkers)}
	case o.MaxFlows < 0 || o.MaxFlows > flowtable.MaxShardFlows:
		return &OptionError{"--max-flows", fmt.Sprint(o.MaxFlows), fmt.Sprintf("want 1 to %d, or 0 for as memory allows", flowtable.MaxShardFlows)}
	case o.ExportRate < 0:
		return &OptionError{"--export-rate", fmt.Sprint(o.ExportRate), "want records a second, or 0 for no limit"}
	case o.MTU < minMTU || o.MTU > maxMTU:
		return &OptionError{"--mtu", fmt.Sprint(o.MTU), fmt.Sprintf("want the size of an IP packet, %d to %d octets", minMTU, maxMTU)}
	case o.TemplatePackets < 0:
		return &OptionError{"--template-packets", fmt.Sprint(o.TemplatePackets), "want a number of datagrams, or 0 for never by number"}
	case o.Records == "-" && o.Summary == "-":
		return &OptionError{"--summary", "-", "standard output already takes --records: give one of them a file"}
	}
	return nil
}

const (
	maxWorkers = 256
	minMTU     = 576 // RFC 791: what every host takes; below it a record may not fit
	maxMTU     = 65535
)

func hasStdin(files []string) bool {
	for _, f := range files {
		if f == "-" {
			return true
		}
	}
	return false
}

// tableOut is where the table of the top flows goes: standard output, unless the summary has it.
func (o *Options) tableOut() io.Writer {
	if o.Summary == "-" {
		return o.Stderr
	}
	return o.Stdout
}

// checkFiles refuses an output that would overwrite an input or the other output.
func (o *ReplayOptions) checkFiles() error {
	outputs := []struct{ flag, path string }{{"--records", o.Records}, {"--summary", o.Summary}}
	for i, out := range outputs {
		if out.path == "" || out.path == "-" {
			continue
		}
		if out.path == outputs[1-i].path && regular(out.path, true) {
			return &OptionError{out.flag, out.path, "the records and the summary need a file each"}
		}
		for _, in := range o.Files {
			if sameFile(out.path, in) {
				return &OptionError{out.flag, out.path, "this is a capture to read: it would be overwritten"}
			}
		}
	}
	return nil
}

// regular says that a path is, or would become, a regular file.
func regular(path string, ifNew bool) bool {
	info, err := os.Stat(path)
	if err != nil {
		return ifNew
	}
	return info.Mode().IsRegular()
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode().IsRegular() && os.SameFile(x, y)
}

// OptionError is a setting that can't be used: the command line was wrong.
type OptionError struct {
	// Option is the flag, Value what it was given, Want what would be right.
	Option, Value, Want string
}

// Error names the flag, the value and what would be right.
func (e *OptionError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %s", e.Option, e.Want)
	}
	return fmt.Sprintf("%s %s: %s", e.Option, e.Value, e.Want)
}
