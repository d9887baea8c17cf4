package netflow5

import (
	"bytes"
	"encoding/binary"
	"testing"

	legacy "github.com/netsampler/goflow2/v2/decoders/netflowlegacy"

	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// decode reads a datagram with goflow2's decoder and checks what is true of every one.
func decode(t testing.TB, octets []byte) legacy.PacketNetFlowV5 {
	t.Helper()
	var p legacy.PacketNetFlowV5
	if err := legacy.DecodeMessageVersion(bytes.NewBuffer(octets), &p); err != nil {
		t.Fatalf("goflow2: %v", err)
	}
	if n := int(p.Count); n < 1 || n > 30 || len(octets) != 24+48*n {
		t.Fatalf("count %d in %d octets", n, len(octets))
	}
	if p.UnixNSecs != 0 || p.SysUptime%1000 != 0 || p.SamplingInterval != 0 {
		t.Fatalf("unix_nsecs %d, SysUptime %d, sampling %d", p.UnixNSecs, p.SysUptime, p.SamplingInterval)
	}
	for _, r := range p.Records {
		if r.Pad1 != 0 || r.Pad2 != 0 || r.NextHop != 0 || r.SrcAS != 0 || r.DstAS != 0 || r.SrcMask != 0 || r.DstMask != 0 {
			t.Fatalf("what is not known is not 0: %+v", r)
		}
		if r.First > r.Last || r.Last > p.SysUptime {
			t.Fatalf("First %d, Last %d, SysUptime %d", r.First, r.Last, p.SysUptime)
		}
	}
	return p
}

// boot is the boot time that a datagram shows, in milliseconds since 1970.
func boot(p legacy.PacketNetFlowV5) int64 { return int64(p.UnixSecs)*1000 - int64(p.SysUptime) }

// flow turns a V5 record back into a flow's record.
func flow(p legacy.PacketNetFlowV5, r legacy.RecordsNetFlowV5) flowtable.Record {
	out := flowtable.Record{
		Packets: uint64(r.DPkts), Octets: uint64(r.DOctets),
		First: (boot(p) + int64(r.First)) * 1e6, Last: (boot(p) + int64(r.Last)) * 1e6,
		Input: uint32(r.Input), Output: uint32(r.Output),
		SrcPort: r.SrcPort, DstPort: r.DstPort,
		IPVersion: 4, Protocol: r.Proto, ToS: r.Tos, TCPFlags: r.TCPFlags,
	}
	binary.BigEndian.PutUint32(out.Src[:], uint32(r.SrcAddr))
	binary.BigEndian.PutUint32(out.Dst[:], uint32(r.DstAddr))
	return out
}

// shown is what V5 must show of a record whose times it can carry.
func shown(r flowtable.Record) flowtable.Record {
	r = wiretest.Shown(r, false)
	r.Reason, r.Direction = 0, 0
	if r.Input > 65535 {
		r.Input = 0
	}
	if r.Output > 65535 {
		r.Output = 0
	}
	return r
}

// merged is the records that the datagrams decode to, the parts of each put together by their
// number: part i of n belongs to the same record as part i+1.
func merged(t testing.TB, sent []wiretest.Sent, records []flowtable.Record) []flowtable.Record {
	t.Helper()
	var flat []flowtable.Record
	for _, s := range sent {
		if len(s.Octets) == 0 {
			continue
		}
		p := decode(t, s.Octets)
		if int(p.Count) != s.FlowRecords {
			t.Fatalf("count %d, the encoder says %d", p.Count, s.FlowRecords)
		}
		for _, r := range p.Records {
			flat = append(flat, flow(p, r))
		}
	}
	var out []flowtable.Record
	for i := range records {
		if records[i].IPVersion != 4 {
			continue
		}
		n := int(parts(&records[i]))
		if n > len(flat) {
			t.Fatalf("record %d needs %d parts, %d are left", i, n, len(flat))
		}
		r := flat[0]
		for _, part := range flat[1:n] {
			r.Packets += part.Packets
			r.Octets += part.Octets
			part.Packets, part.Octets = 0, 0
			same := r
			same.Packets, same.Octets = 0, 0
			if part != same {
				t.Fatalf("parts differ: %+v and %+v", same, part)
			}
		}
		out = append(out, r)
		flat = flat[n:]
	}
	if len(flat) != 0 {
		t.Fatalf("%d records too many", len(flat))
	}
	return out
}
