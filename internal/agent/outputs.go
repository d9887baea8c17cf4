package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/ipfix"
	"github.com/sagflow/sagflow/exporter/netflow5"
	"github.com/sagflow/sagflow/exporter/netflow9"
	"github.com/sagflow/sagflow/exporter/udp"
)

// outputs are where a run's records go, and the goroutines that take them there.
type outputs struct {
	group *exporter.Group
	file  *recordFile // nil where there is none
	done  sync.WaitGroup
	err   error // of the group's Run
}

// sources are what sessions ask of the input: packets that were not metered, and the aging clock, nil
// for that of the last records.
type sources struct {
	statistics func() exporter.Statistics
	clock      func() int64
}

// openOutputs makes an output for each collector and for the record file, or the table of the top
// flows where there is neither.
func openOutputs(o *ReplayOptions, from sources) (*outputs, error) {
	var all []exporter.Output
	var file *recordFile
	fail := func(err error) (*outputs, error) {
		return nil, errors.Join(err, (&outputs{group: exporter.NewGroup(exporter.GroupOptions{}, all...)}).discard())
	}
	for _, collector := range o.Collectors {
		s, err := openSession(o, collector, from)
		if err != nil {
			return fail(err)
		}
		all = append(all, s)
	}
	if o.Records != "" {
		var err error
		if file, err = openRecordFile(o.Records, o.KeyVLAN, o.Stdout); err != nil {
			return fail(err)
		}
		all = append(all, file)
	}
	if len(all) == 0 {
		all = append(all, newTopTable(o.tableOut()))
	}
	return &outputs{group: exporter.NewGroup(exporter.GroupOptions{}, all...), file: file}, nil
}

func openSession(o *ReplayOptions, collector string, from sources) (*exporter.Session, error) {
	sink, err := udp.Dial(context.Background(), udp.Options{Address: collector, SourceAddress: o.SourceAddress, MTU: o.MTU})
	if err != nil {
		return nil, err
	}
	s, err := exporter.NewSession(encoderOf(o.Version), sink, exporter.SessionOptions{
		Name: fmt.Sprintf("%s %s", o.Version, collector),
		Encoder: exporter.EncoderOptions{
			Domain: o.Domain, TemplatePackets: o.TemplatePackets, TemplateInterval: o.TemplateInterval,
			StatisticsInterval: o.StatsInterval, KeyVLAN: o.KeyVLAN, Statistics: from.statistics,
		},
		Rate: o.ExportRate, Now: o.Now, Clock: from.clock, Logger: o.Log,
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

// start runs the outputs. When hurry ends they stop waiting.
func (o *outputs) start(hurry context.Context) {
	o.done.Go(func() { o.err = o.group.Run(hurry) })
	if o.file != nil {
		context.AfterFunc(hurry, o.file.giveUp)
	}
}

// finish sends all that is queued and waits for it.
func (o *outputs) finish(hurry context.Context) error {
	err := o.group.Finish(hurry)
	o.done.Wait()
	return errors.Join(err, o.err)
}

// discard ends outputs that never ran.
func (o *outputs) discard() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := o.group.Finish(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close outputs: %w", err)
	}
	return nil
}
