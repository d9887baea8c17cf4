package agent

import (
	"cmp"
	"container/heap"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/human"
)

// topRows is how many flows the table shows.
const topRows = 20

// topTable keeps the records with the most octets and prints them at the end.
type topTable struct {
	direct
	out  io.Writer
	all  exporter.Sum
	rows topHeap
}

func newTopTable(out io.Writer) *topTable {
	t := &topTable{out: out}
	t.direct = direct{name: "table", handle: t.keep, finish: t.print}
	return t
}

// topHeap has the smallest of the kept records in front.
type topHeap []flowtable.Record

// bigger orders by octets, then packets, then the earlier one, then addresses, so that the table is
// the same in each run.
func bigger(a, b *flowtable.Record) int {
	return cmp.Or(cmp.Compare(b.Octets, a.Octets), cmp.Compare(b.Packets, a.Packets), cmp.Compare(a.First, b.First),
		slices.Compare(a.Src[:], b.Src[:]), slices.Compare(a.Dst[:], b.Dst[:]), cmp.Compare(a.SrcPort, b.SrcPort), cmp.Compare(a.DstPort, b.DstPort))
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (h topHeap) Len() int           { return len(h) }
func (h topHeap) Less(i, j int) bool { return bigger(&h[i], &h[j]) > 0 }
func (h topHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *topHeap) Push(x any)        { *h = append(*h, x.(flowtable.Record)) }
func (h *topHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func (t *topTable) keep(records []flowtable.Record) error {
	t.all = t.all.Plus(exporter.SumOf(records))
	for i := range records {
		switch {
		case len(t.rows) < topRows:
			heap.Push(&t.rows, records[i])
		case bigger(&records[i], &t.rows[0]) < 0:
			t.rows[0] = records[i]
			heap.Fix(&t.rows, 0)
		}
	}
	return nil
}

func (t *topTable) print() error {
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(t.out, "no flows")
		return err
	}
	slices.SortFunc(t.rows, func(a, b flowtable.Record) int { return bigger(&a, &b) })
	g := grid{right: 5}
	g.add("octets", "packets", "proto", "start (UTC)", "duration", "flags", "end", "source", "destination")
	for i := range t.rows {
		r := &t.rows[i]
		g.add(human.Number(r.Octets), human.Number(r.Packets), protocolName(r.Protocol),
			time.Unix(0, r.First).UTC().Format("2006-01-02 15:04:05.000"), seconds(r.Last-r.First), flagNames(r.TCPFlags), r.Reason.String(),
			endpoint(r.SrcAddr(), r.SrcPort, r.Protocol, false), endpoint(r.DstAddr(), r.DstPort, r.Protocol, true))
	}
	if _, err := fmt.Fprintf(t.out, "%s%s of %s, by octets\n", g.String(), human.Count(uint64(len(t.rows)), "flow record"), human.Number(t.all.Records)); err != nil {
		return fmt.Errorf("print the table of flows: %w", err)
	}
	return nil
}

// seconds writes a duration to the millisecond.
func seconds(ns int64) string { return strconv.FormatFloat(float64(ns)/1e9, 'f', 3, 64) + "s" }

// endpoint writes address and port; ICMP has type and code in place of its destination port.
func endpoint(a netip.Addr, port uint16, protocol uint8, destination bool) string {
	switch {
	case protocol == 1 || protocol == 58:
		if destination {
			return fmt.Sprintf("%s type %d code %d", a, port>>8, port&255)
		}
		return a.String()
	case port == 0:
		return a.String()
	}
	return net.JoinHostPort(a.String(), strconv.Itoa(int(port)))
}

func protocolName(p uint8) string {
	switch p {
	case 1:
		return "icmp"
	case 2:
		return "igmp"
	case 6:
		return "tcp"
	case 17:
		return "udp"
	case 47:
		return "gre"
	case 50:
		return "esp"
	case 58:
		return "icmp6"
	case 89:
		return "ospf"
	case 132:
		return "sctp"
	}
	return strconv.Itoa(int(p))
}

// flagNames writes TCP flags as tcpdump and nfdump order them, a dot for each that is not set.
func flagNames(flags uint8) string {
	if flags == 0 {
		return "-"
	}
	const names = "CEUAPRSF"
	var b strings.Builder
	for i := range 8 {
		if flags&(128>>i) != 0 {
			b.WriteByte(names[i])
		} else {
			b.WriteByte('.')
		}
	}
	return b.String()
}
