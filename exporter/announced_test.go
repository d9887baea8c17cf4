package exporter_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	protoproducer "github.com/netsampler/goflow2/v2/producer/proto"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
)

// TestIdleAnnouncesInTime: without records the names of 250 interfaces take eleven datagrams; they go out within
// two ticks, and none follows.
func TestIdleAnnouncesInTime(t *testing.T) {
	all := make([]exporter.Interface, 250)
	want := map[uint32]string{}
	for i := range all {
		all[i] = exporter.Interface{Index: uint32(i + 1), Name: fmt.Sprintf("eth%d", i)}
		want[all[i].Index] = all[i].Name
	}
	for _, version := range []uint16{9, 10} {
		synctest.Test(t, func(t *testing.T) {
			sink, begin := &kept{}, time.Now()
			s, err := exporter.NewSession(versions[version], sink, exporter.SessionOptions{
				QueueRecords: 1000,
				Encoder:      exporter.EncoderOptions{Interfaces: func() []exporter.Interface { return all }},
				Clock:        func() (int64, uint32) { return time.Now().UnixNano(), 0 },
			})
			if err != nil {
				t.Fatal(err)
			}
			go func() { _ = s.Run(context.Background()) }()
			time.Sleep(2 * exporter.DefaultTick)
			synctest.Wait()
			sent := len(sink.sent)
			time.Sleep(time.Minute)
			synctest.Wait()
			if len(sink.sent) != sent {
				t.Errorf("%d datagrams within two ticks, and %d until %v", sent, len(sink.sent)-sent, time.Since(begin))
			}
			c := collector.New(collector.Options{})
			for _, d := range sink.sent {
				if _, verdict := c.Decode(netip.MustParseAddrPort("127.0.0.1:9"), d, nil); verdict != collector.Good {
					t.Errorf("collector: %v", verdict)
				}
			}
			report := c.Summary().Sessions[0].Report
			for index, name := range want {
				if got := report.Interfaces[index]; got != name {
					t.Fatalf("version %d: interface %d is %q, want %q", version, index, got, name)
				}
			}
			if err := s.Finish(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSampling: what two decoders take the flows to be sampled by. In IPFIX goflow2 takes 305, of which RFC
// 5476 §6.5.2.1 says that it is the number of packets selected in a row.
func TestSampling(t *testing.T) {
	for version, want := range map[uint16]uint64{5: 100, 9: 100, 10: 1} {
		e, err := versions[version](exporter.EncoderOptions{Sampling: 100})
		if err != nil {
			t.Fatal(err)
		}
		at, c := exporter.Moment{Clock: wiretest.Start().UnixNano()}, collector.New(collector.Options{})
		for _, s := range wiretest.Drive(t, e, 1472, at, []flowtable.Record{wiretest.TCP()}, nil) {
			c.Decode(netip.MustParseAddrPort("127.0.0.1:9"), s.Octets, nil)
			for _, h := range goflow2(t, version, [][]byte{s.Octets}) {
				for _, m := range h.flows {
					if f := m.(*protoproducer.ProtoProducerMessage); f.SamplingRate != want || f.Packets != 3 {
						t.Errorf("version %d: %d packets, sampled one in %d; want 3, one in %d", version, f.Packets, f.SamplingRate, want)
					}
				}
			}
		}
		report := c.Summary().Sessions[0].Report
		if report == nil || report.Sampling == nil || *report.Sampling != (collector.Sampling{Algorithm: 1, Selected: 1, Of: 100}) {
			t.Errorf("version %d: the collector reports %+v", version, report)
		}
	}
}
