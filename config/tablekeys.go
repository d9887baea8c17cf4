package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// The total of flows, on machines of 64 and of 32 bits, whose address space is the limit. They are the flow
// table's own numbers.
const (
	defaultFlows64, mostFlows64 = 4_000_000, 1 << 30
	defaultFlows32, mostFlows32 = 1_000_000, 1 << 24

	wide         = ^uint(0) >> 63 // 1 on a machine of 64 bits
	defaultFlows = defaultFlows32 + (defaultFlows64-defaultFlows32)*int(wide)
	mostFlows    = mostFlows32 + (mostFlows64-mostFlows32)*int(wide)
)

// tableKeys are the rows of the flow table.
func tableKeys() []key {
	flows := number(fmt.Sprintf("a whole number from 0 to %d, on 32-bit machines to %d", mostFlows64, mostFlows32), 0, mostFlows)
	return []key{
		{
			path: "workers", value: "1", field: one(func(d *draft) *int { return &d.Live.Workers }, integer(1, 256)),
			about: "Shards of the flow table, each with its goroutine, and a ring an interface. Records don't depend on it.",
		},
		{
			path: "max-flows", value: strconv.Itoa(defaultFlows), field: one(func(d *draft) *int { return &d.Live.MaxFlows }, orWord("memory", flows)),
			about: "Flows in the table at once, over all workers; then the oldest idle one is ended. `memory` or 0 is as many as memory allows.",
		},
		{
			path: "memory-limit", field: one(func(d *draft) *int64 { return &d.Live.MemoryLimit }, size[int64](64<<20, 1<<40)),
			about: "Memory that the process keeps within, rings apart; it lowers `max-flows` where need be.",
		},
		{
			path: "fragments", value: "zero", field: one(func(d *draft) *string { return &d.Live.Fragments }, oneOf([]string{"zero", "first"})),
			about: "Ports of later fragments: 0, or those of the datagram's first fragment.",
		},
		{
			path: "tcp-end", value: "false", field: one(func(d *draft) *bool { return &d.Live.TCPEnd }, truth()),
			about: "End a TCP record with the packet that carries FIN or RST.",
		},
		{
			path: "key", field: many(func(d *draft) *[]string { return &d.Live.Key }, oneOf([]string{"tos", "vlan"})),
			about: "Additional parts of the flow key: type of service, id of the outermost VLAN.",
		},
	}
}

// exportKeys are the rows of how records go to collectors.
func exportKeys() []key {
	return []key{
		{
			path: "export-rate", value: "50000", field: one(func(d *draft) *int { return &d.Live.ExportRate }, integer(0, 1_000_000_000)),
			about: "Records a second to each collector; 0 is no limit. What is more waits in the queue.",
		},
		{
			path: "export-queue", value: "1000000", field: one(func(d *draft) *int { return &d.Live.ExportQueue }, integer(1000, 16_000_000)),
			about: "Records that wait for each NetFlow output. When it is full the oldest are dropped and counted.",
		},
		{
			path: "mtu", value: "1500", field: one(func(d *draft) *int { return &d.Live.MTU }, integer(576, 65535)),
			about: "Octets of the largest IP packet that is sent, headers included; discovery only lowers it.",
		},
		{
			path: "template-packets", value: "64", field: one(func(d *draft) *int { return &d.Live.TemplatePackets }, integer(0, 1_000_000_000)),
			about: "Repeat the templates after so many datagrams; 0 is never by number.",
		},
		{
			path: "template-interval", value: "1m", field: one(func(d *draft) *time.Duration { return &d.Live.TemplateInterval }, duration(0, 24*time.Hour)),
			about: "Repeat the templates after so long; 0s is never by time.",
		},
		{
			path: "stats-interval", value: "1m", field: one(func(d *draft) *time.Duration { return &d.Live.StatsInterval }, duration(0, 24*time.Hour)),
			about: "Send IPFIX statistics at this interval, and at the end; 0s is at the end alone.",
		},
		{
			path: "observation-domain", value: "0", field: one(func(d *draft) *uint32 { return &d.Live.ObservationDomain }, integer[uint32](0, 1<<32-1)),
			about: "Observation domain (IPFIX), source id (V9); its low 16 bits are V5's engine type and id.",
		},
		{
			path: "source-address", field: one(func(d *draft) *netip.Addr { return &d.Live.SourceAddress }, ownAddress()),
			about: "Address of this machine that datagrams are sent from; the system's choice without it.",
		},
	}
}
