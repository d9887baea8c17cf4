package ipfix

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/netsampler/goflow2/v2/decoders/netflow"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

// collector reads a session's messages with goflow2's decoder.
type collector struct {
	t         testing.TB
	templates netflow.NetFlowTemplateSystem
	// sequence is the number that the next message must have.
	sequence uint32
}

func newCollector(t testing.TB) *collector {
	return &collector{t: t, templates: netflow.CreateTemplateSystem()}
}

// message is a message: its header, templates, statistics and flows in their order.
type message struct {
	netflow.IPFIXPacket
	templates  []uint16
	flowSets   int
	flows      []wiretest.Decoded
	statistics []statistic
	options    []wiretest.Option
}

// statistic is an options record.
type statistic struct {
	set    uint16
	scope  []value
	values []value
}

// value is an element and its number.
type value struct {
	ID ie.ID
	N  uint64
}

// read decodes a message and checks what is true of every one, the sequence number among it.
func (c *collector) read(octets []byte) *message {
	c.t.Helper()
	m := &message{}
	if err := netflow.DecodeMessageVersion(bytes.NewBuffer(octets), c.templates, &netflow.NFv9Packet{}, &m.IPFIXPacket); err != nil {
		c.t.Fatalf("goflow2: %v", err)
	}
	if int(m.Length) != len(octets) {
		c.t.Fatalf("length %d in %d octets", m.Length, len(octets))
	}
	if m.SequenceNumber != c.sequence {
		c.t.Fatalf("sequence %d, want %d", m.SequenceNumber, c.sequence)
	}
	length := 16
	for _, set := range m.FlowSets {
		length += c.set(m, set)
	}
	if length != len(octets) {
		c.t.Fatalf("sets end at %d of %d octets", length, len(octets))
	}
	c.sequence += uint32(len(m.flows) + len(m.statistics) + len(m.options))
	return m
}

// set adds what is in a set to the message and returns its length.
func (c *collector) set(m *message, set any) int {
	c.t.Helper()
	switch set := set.(type) {
	case netflow.TemplateFlowSet:
		for _, r := range set.Records {
			m.templates = append(m.templates, r.TemplateId)
		}
		return int(set.Length)
	case netflow.IPFIXOptionsTemplateFlowSet:
		for _, r := range set.Records {
			m.templates = append(m.templates, r.TemplateId)
		}
		return int(set.Length)
	case netflow.OptionsDataFlowSet:
		for _, r := range set.Records {
			if r.ScopesValues[0].Type != uint16(ie.ObservationDomainId) && r.ScopesValues[0].Type != uint16(ie.ExportingProcessId) {
				m.options = append(m.options, wiretest.Option{Set: set.Id, Scope: optionOctets(r.ScopesValues), Values: optionOctets(r.OptionsValues)})
				continue
			}
			m.statistics = append(m.statistics, statistic{set.Id, numbers(r.ScopesValues), numbers(r.OptionsValues)})
		}
		return int(set.Length)
	case netflow.DataFlowSet:
		m.flowSets++
		for _, r := range set.Records {
			m.flows = append(m.flows, c.flow(r))
		}
		return int(set.Length)
	default:
		c.t.Fatalf("unexpected set %T", set)
		return 0
	}
}

func (c *collector) flow(r netflow.DataRecord) wiretest.Decoded {
	c.t.Helper()
	var d wiretest.Decoded
	for _, f := range r.Values {
		if err := d.Set(ie.ID(f.Type), f.Value.([]byte)); err != nil {
			c.t.Fatal(err)
		}
	}
	if d.HasType && d.Type != d.DstPort {
		c.t.Fatalf("ICMP type and code %#x, port %#x", d.Type, d.DstPort)
	}
	return d
}

// numbers turns fields of 4 or 8 octets into numbers.
func numbers(fields []netflow.DataField) []value {
	var out []value
	for _, f := range fields {
		b := f.Value.([]byte)
		n := uint64(0)
		if len(b) == 4 {
			n = uint64(binary.BigEndian.Uint32(b))
		} else {
			n = binary.BigEndian.Uint64(b)
		}
		out = append(out, value{ie.ID(f.Type), n})
	}
	return out
}

func optionOctets(fields []netflow.DataField) []wiretest.Octets {
	var all []wiretest.Octets
	for _, f := range fields {
		all = append(all, wiretest.Octets{Type: f.Type, Value: string(f.Value.([]byte))})
	}
	return all
}

// options are the settings of a session that repeats nothing.
func options() exporter.EncoderOptions { return exporter.EncoderOptions{Domain: 258} }

// received is the records of the flows.
func received(flows []wiretest.Decoded) []flowtable.Record {
	var out []flowtable.Record
	for _, f := range flows {
		out = append(out, f.Record)
	}
	return out
}
