package agent

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/ipfix"
	"github.com/sagflow/sagflow/exporter/netflow5"
	"github.com/sagflow/sagflow/exporter/netflow9"
	"github.com/sagflow/sagflow/exporter/udp"
)

// sources are what sessions ask of the input: packets that were not metered, and the aging clock, nil
// for that of the last records.
type sources struct {
	statistics func() exporter.Statistics
	clock      func() (int64, uint32)
	queue      int           // records that wait for a collector, the oldest of which are dropped; 0 = the reader waits
	delay      time.Duration // how long a record waits for its datagram to fill up; 0 = until it is flushed
	sampling   int           // one in so many packets; 0 and 1 = all
	interfaces func() []exporter.Interface
	// noDirection says that nobody knows which way packets went.
	noDirection bool
	trains      bool // unpaced datagrams may share a system call: nobody need see them on this host
	opened      func(local, remote netip.AddrPort) (closed func())
}

// openSession makes a session to a collector: its own socket, templates and sequence numbers.
func openSession(ctx context.Context, o *Options, version Version, collector string, from sources) (*exporter.Session, error) {
	sink, err := udp.Dial(ctx, udp.Options{Address: collector, SourceAddress: o.SourceAddress, MTU: o.MTU, Opened: from.opened, Trains: from.trains})
	if err != nil {
		return nil, err
	}
	s, err := exporter.NewSession(encoderOf(version), sink, exporter.SessionOptions{
		Name: fmt.Sprintf("%s %s", version, collector),
		Encoder: exporter.EncoderOptions{
			Domain: o.Domain, TemplatePackets: o.TemplatePackets, TemplateInterval: o.TemplateInterval,
			StatisticsInterval: o.StatsInterval, KeyVLAN: o.KeyVLAN, Statistics: from.statistics,
			Sampling: from.sampling, Interfaces: from.interfaces, NoDirection: from.noDirection,
		},
		Rate: o.ExportRate, Now: o.Now, Clock: from.clock, Logger: o.Log, QueueRecords: from.queue, MaxDelay: from.delay,
	})
	if err != nil {
		return nil, errors.Join(err, sink.Close())
	}
	return s, nil
}

// encoderOf returns the constructor of a version's encoder.
func encoderOf(v Version) func(exporter.EncoderOptions) (exporter.Encoder, error) {
	return func(eo exporter.EncoderOptions) (exporter.Encoder, error) {
		switch v {
		case V5:
			return netflow5.New(eo), nil
		case V9:
			return netflow9.New(eo), nil
		case V10:
			return ipfix.New(eo), nil
		}
		return nil, &OptionError{"--netflow-version", string(v), "want V5, V9 or V10"}
	}
}
