package config

import (
	"net/netip"
	"time"
)

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
