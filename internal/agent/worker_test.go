package agent

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/own"
	"github.com/sagflow/sagflow/internal/capture/steady"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// hand is a worker that a test turns by hand, with clocks that it sets, and one interface.
type hand struct {
	*worker
	t       *testing.T
	elapsed time.Duration // by the monotonic clock
	wall    time.Time     // at the start, and moved by steps
	wire    *wire
	kept    []*exporter.Batch
	ended   int // records in them
}

func newHand(t *testing.T, change func(*LiveOptions)) *hand {
	t.Helper()
	h := &hand{t: t, wall: time.Unix(1_700_000_000, 0), wire: newWire(t, 7)}
	o := LiveOptions{Options: defaults().Options}
	o.ActiveAging, o.InactiveAging, o.MaxFlows = 300*time.Second, 15*time.Second, 1<<17
	if change != nil {
		change(&o)
	}
	group := exporter.NewGroup(exporter.GroupOptions{}, newMember(&direct{handle: func([]flowtable.Record) error { return nil }}, ""), keeper{h})
	all, err := openLanes(&o.Options, group, 1)
	if err != nil {
		t.Fatal(err)
	}
	line := steady.New(h.clocks)
	if h.worker, err = newWorker(&o, 0, all.all[0], line); err != nil {
		t.Fatal(err)
	}
	all.all[0].leaves = &departure{timeline: line}
	h.attach(h.tapOf(h.wire))
	t.Cleanup(func() { _ = all.all[0].shard.Close(); h.poller.close() })
	return h
}

// tapOf makes a tap of a source, as Taps do.
func (h *hand) tapOf(source capture.Live) *tap.Tap {
	attached := make(chan *tap.Tap, 1)
	taps := tap.New(tap.Options{
		Follow: func(ctx context.Context, changed func([]tap.Link)) error {
			changed([]tap.Link{{Index: 7, Name: "eth0", Up: true}})
			<-ctx.Done()
			return nil
		},
		Open:   func(tap.Link) ([]capture.Live, error) { return []capture.Live{source}, nil },
		Attach: func(one *tap.Tap) { attached <- one },
	})
	go func() { _ = taps.Run(h.t.Context()) }()
	return <-attached
}

func (h *hand) clocks() (wall, monotonic, spread int64) {
	return h.wall.Add(h.elapsed).UnixNano(), int64(h.elapsed), 0
}

// now is what the kernel stamps frames with.
func (h *hand) now() time.Time { return h.wall.Add(h.elapsed) }

// pass lets time go by, in which the worker turns as long as there is something to do.
func (h *hand) pass(d time.Duration) (rounds int) {
	h.elapsed += d
	for h.round() {
		rounds++
	}
	return rounds
}

// keeper is an output that keeps copies of batches.
type keeper struct{ h *hand }

func (keeper) Name() string                 { return "keeper" }
func (keeper) Run(context.Context) error    { return nil }
func (keeper) Flush(context.Context) error  { return nil }
func (keeper) Finish(context.Context) error { return nil }
func (keeper) Counters() exporter.Counters  { return exporter.Counters{} }

func (k keeper) Put(_ context.Context, b *exporter.Batch) error {
	k.h.kept = append(k.h.kept, &exporter.Batch{Records: slices.Clone(b.Records), Clock: b.Clock, Epoch: b.Epoch})
	k.h.ended += len(b.Records)
	b.Release()
	return nil
}

func (h *hand) records() []flowtable.Record {
	var all []flowtable.Record
	for _, b := range h.kept {
		all = append(all, b.Records...)
	}
	return all
}

// A flow that falls due leaves within a second, though no packet comes; not before, though packets come.
func TestDueWithoutPackets(t *testing.T) {
	h := newHand(t, nil)
	h.wire.send(frameAt(h.now(), 1))
	began := h.elapsed
	for len(h.kept) == 0 && h.elapsed < began+time.Minute {
		h.pass(50 * time.Millisecond)
	}
	if took := h.elapsed - began; took < 15*time.Second || took > 16*time.Second {
		t.Errorf("the record left after %v", took)
	}
	if r := h.records(); len(r) != 1 || r[0].Reason != flowtable.IdleTimeout || r[0].Input != 7 || r[0].Output != 0 {
		t.Errorf("%+v", r)
	}
}

// When many flows fall due at once, a round takes one batch of them and then looks for packets.
func TestManyDueKeepNobodyWaiting(t *testing.T) {
	const flows = 20_000
	h := newHand(t, nil)
	for i := range flows {
		f := frameAt(h.now(), 1)
		f.Data = udpFrame(byte(i), uint16(i>>8))
		h.wire.send(f)
	}
	h.pass(time.Second)
	h.elapsed += 20 * time.Second
	for h.round(); h.expiring; {
		before := h.ended
		h.wire.send(frameAt(h.now(), 250))
		counted := h.decoder.Counters().Verdicts[packet.Counted]
		h.round()
		if got := h.decoder.Counters().Verdicts[packet.Counted]; got != counted+1 {
			t.Fatalf("a packet waited while flows ended: %d, %d", counted, got)
		}
		if n := h.ended - before; n > exporter.DefaultBatchRecords {
			t.Fatalf("%d records left in one round", n)
		}
	}
	h.pass(time.Second)
	if n := h.ended; n != flows {
		t.Errorf("%d of %d flows ended", n, flows)
	}
}

// Steps of the wall clock end no flow and stretch none; records have the times of the clock at their export.
func TestStepsOfTheWallClock(t *testing.T) {
	for _, step := range []time.Duration{time.Hour, -time.Hour} {
		h := newHand(t, nil)
		h.wire.send(frameAt(h.now(), 1))
		h.pass(5 * time.Second)
		h.wire.send(frameAt(h.now(), 1)) // stamped before the step, read after it
		h.wall = h.wall.Add(step)
		h.pass(0)
		h.pass(5 * time.Second)
		h.wire.send(frameAt(h.now(), 1))
		h.pass(0)
		for len(h.kept) == 0 {
			h.pass(100 * time.Millisecond)
		}
		r := h.records()
		if len(r) != 1 || r[0].Packets != 3 || r[0].Last-r[0].First != int64(10*time.Second) || r[0].Last != h.wall.Add(10*time.Second).UnixNano() {
			t.Errorf("step %v: %+v", step, r)
		}
		if e := h.kept[0].Epoch; e != 1 {
			t.Errorf("step %v: epoch %d", step, e)
		}
	}
}

// A process that was stopped reads what waits in the ring: no flow is split for it.
func TestStopped(t *testing.T) {
	h := newHand(t, nil)
	for range 50 {
		h.wire.send(frameAt(h.now(), 1))
		h.elapsed += time.Second // nobody reads
	}
	h.pass(0)
	h.pass(30 * time.Second)
	if r := h.records(); len(r) != 1 || r[0].Packets != 50 {
		t.Errorf("%+v", r)
	}
}

// What the device itself sends, what the filter refuses and what sampling passes over is counted as that.
func TestLiveVerdicts(t *testing.T) {
	mine := new(own.Set)
	h := newHand(t, func(o *LiveOptions) { o.Own, o.Sampling = mine, 2 })
	f := frameAt(h.now(), 1)
	var p flowtable.Packet
	if v := packet.New(packet.Options{}).Decode(&f, &p); v != packet.Counted {
		t.Fatal(v)
	}
	mine.Add(own.Connection{
		Protocol: own.UDP, Local: netip.AddrPortFrom(netip.AddrFrom4([4]byte(p.Src[:4])), p.SrcPort),
		Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte(p.Dst[:4])), p.DstPort),
	})
	h.wire.send(frameAt(h.now(), 1), frameAt(h.now(), 1), frameAt(h.now(), 2), frameAt(h.now(), 2))
	h.pass(time.Millisecond)
	c := h.decoder.Counters()
	if c.Verdicts[packet.Own] != 1 || c.Verdicts[packet.Unsampled] != 2 || c.Verdicts[packet.Counted] != 1 || c.Frames() != h.handled {
		t.Errorf("%v", verdictsOf(c))
	}
}

// What only the ring knows of a frame becomes part of the packet.
func TestRingFields(t *testing.T) {
	h := newHand(t, func(o *LiveOptions) { o.KeyVLAN = true })
	out, tagged := frameAt(h.now(), 1), frameAt(h.now(), 2)
	out.Egress = true
	tagged.Tagged, tagged.VLAN = true, 0xe00a // priority 7, VLAN 10
	h.wire.send(out, tagged)
	h.pass(0)
	h.pass(20 * time.Second)
	r := h.records()
	slices.SortFunc(r, func(a, b flowtable.Record) int { return int(a.VLAN) - int(b.VLAN) })
	if len(r) != 2 || r[0].Direction != flowtable.Egress || r[0].Output != 7 || r[0].Input != 0 || r[1].VLAN != 10 || r[1].Direction != flowtable.Ingress {
		t.Errorf("%+v", r)
	}
}
