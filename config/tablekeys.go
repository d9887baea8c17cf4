package config

import (
	"fmt"
	"strconv"
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
			about: "What the process's anonymous memory (RssAnon in `/proc/PID/status`) stays below: flows, fragments, queues and heap; the rings of the capture and the program's text are not in it. It lowers `max-flows` and `export-queue` where need be.",
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
