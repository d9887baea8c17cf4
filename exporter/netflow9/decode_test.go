package netflow9

import (
	"bytes"
	"testing"

	"github.com/netsampler/goflow2/v2/decoders/netflow"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/internal/ie"
)

// collector reads a session's datagrams with goflow2's decoder.
type collector struct {
	t         testing.TB
	templates netflow.NetFlowTemplateSystem
}

func newCollector(t testing.TB) *collector {
	return &collector{t: t, templates: netflow.CreateTemplateSystem()}
}

// packet is a datagram: its header, templates, options and flows in their order.
type packet struct {
	netflow.NFv9Packet
	templates []uint16
	sets      []uint16
	options   []wiretest.Option
	flows     []wiretest.Decoded
	// absolute are the flows without times since boot.
	absolute int
}

// boot is the boot time that the datagram shows, in milliseconds since 1970.
func (p *packet) boot() int64 { return int64(p.UnixSeconds)*1000 - int64(p.SystemUptime) }

// read decodes a datagram and checks what is true of every one.
func (c *collector) read(octets []byte) *packet {
	c.t.Helper()
	p := &packet{}
	if err := netflow.DecodeMessageVersion(bytes.NewBuffer(octets), c.templates, &p.NFv9Packet, &netflow.IPFIXPacket{}); err != nil {
		c.t.Fatalf("goflow2: %v", err)
	}
	length := 20
	for _, set := range p.FlowSets {
		switch set := set.(type) {
		case netflow.TemplateFlowSet:
			length += c.header(set.FlowSetHeader)
			for _, r := range set.Records {
				p.templates = append(p.templates, r.TemplateId)
			}
		case netflow.NFv9OptionsTemplateFlowSet:
			length += c.header(set.FlowSetHeader)
			for _, r := range set.Records {
				p.templates = append(p.templates, r.TemplateId)
			}
		case netflow.OptionsDataFlowSet:
			length += c.header(set.FlowSetHeader)
			for _, r := range set.Records {
				p.options = append(p.options, wiretest.Option{Set: set.Id, Scope: optionOctets(r.ScopesValues), Values: optionOctets(r.OptionsValues)})
			}
		case netflow.DataFlowSet:
			length += c.header(set.FlowSetHeader)
			p.sets = append(p.sets, set.Id)
			for _, r := range set.Records {
				p.add(c.t, r)
			}
		default:
			c.t.Fatalf("unexpected FlowSet %T", set)
		}
	}
	if length != len(octets) {
		c.t.Fatalf("FlowSets end at %d of %d octets", length, len(octets))
	}
	if got := len(p.templates) + len(p.options) + len(p.flows); int(p.Count) != got {
		c.t.Fatalf("count %d, the datagram has %d records with templates and options", p.Count, got)
	}
	return p
}

func (c *collector) header(h netflow.FlowSetHeader) int {
	c.t.Helper()
	if h.Length%4 != 0 {
		c.t.Fatalf("FlowSet %d has %d octets, no multiple of 4", h.Id, h.Length)
	}
	return int(h.Length)
}

// add turns a data record into a flow and checks its two pairs of times against one another.
func (p *packet) add(t testing.TB, r netflow.DataRecord) {
	t.Helper()
	var d wiretest.Decoded
	for _, f := range r.Values {
		if err := d.Set(ie.ID(f.Type), f.Value.([]byte)); err != nil {
			t.Fatal(err)
		}
	}
	if d.HasType && d.Type != d.DstPort {
		t.Fatalf("ICMP type and code %#x, port %#x", d.Type, d.DstPort)
	}
	if !d.HasUptimes {
		p.absolute++
	} else if first, last := p.boot()+int64(d.Start), p.boot()+int64(d.End); first*1e6 != d.First || last*1e6 != d.Last {
		t.Fatalf("since boot %d..%d ms, since 1970 %d..%d ms", first, last, d.First/1e6, d.Last/1e6)
	}
	p.flows = append(p.flows, d)
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
