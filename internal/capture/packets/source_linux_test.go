package packets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
	"github.com/sagflow/sagflow/internal/testutil"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

// longest is the longest frame that a cable with an MTU of 65535 carries.
const longest = 65535 + 14

// ethernetFrames are the Ethernet frames of a capture that were captured whole. What is wrong with
// the rest of it is of no interest here.
func ethernetFrames(t *testing.T, file string) (list [][]byte) {
	t.Helper()
	source := pcapfile.New(pcapfile.Options{Files: []string{file}})
	defer func() { _ = source.Close() }()
	frames := make([]capture.Frame, 64)
	for {
		n, err := source.Next(frames)
		for _, f := range frames[:n] {
			// The kernel frees frames whose tag has nothing behind it, and sends none without a header.
			if f.LinkType == 1 && int(f.Length) == len(f.Data) && len(f.Data) >= 20 && len(f.Data) <= longest {
				list = append(list, slices.Clone(f.Data))
			}
		}
		if err != nil {
			return list
		}
	}
}

// TestSameFrames sends the frames of captures: what comes out is what went in, with the tag that
// the kernel took out.
func TestSameFrames(t *testing.T) {
	for _, test := range []struct {
		name                  string
		folder                func() string
		leastFrames, leastTag int
	}{
		{"testdata", func() string { return filepath.Join(testutil.Root(t), "testdata") }, 500, 5},
		{"shared", func() string { return testutil.Shared(t, "pcaps") }, 10_000, 50},
	} {
		t.Run(test.name, func(t *testing.T) {
			cable(t, "ip link set v0 mtu 65535", "ip link set v1 mtu 65535")
			s := capturing(t, Options{Buffer: 64 << 20, SnapLength: longest})
			out := sending(t, "v0")
			total, tagged := 0, 0
			for _, file := range testutil.Captures(t, test.folder()) {
				for part := range slices.Chunk(ethernetFrames(t, file), 200) {
					out.send(part...)
					tagged += same(t, filepath.Base(file), must(t, s, len(part)), part)
					total += len(part)
				}
			}
			drained(t, s)
			counted(t, s, capture.Statistics{Received: uint64(total)})
			if total < test.leastFrames || tagged < test.leastTag {
				t.Errorf("%d frames, %d with a tag, were in the captures", total, tagged)
			}
		})
	}
}

// same compares what came with what was sent and returns how many frames had a tag.
func same(t *testing.T, file string, list []got, sent [][]byte) (tagged int) {
	t.Helper()
	for i, g := range list {
		want := sent[i]
		if g.Tagged {
			tagged++
			want = slices.Concat(want[:12], []byte{0x81, 0x00}, want[14:])
		}
		if got := restored(g); !bytes.Equal(got, want) || int(g.Length) != len(g.Data) || g.Egress || g.LinkType != 1 {
			t.Fatalf("%s: frame %d is %+v\nwant % x", file, i, g, want)
		}
	}
	return tagged
}

// TestTime: stamps are of CLOCK_REALTIME, from when the frame came or, soon after Open, was read.
func TestTime(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	out := sending(t, "v0")
	before := time.Now().UnixNano()
	for i := range uint32(100) {
		out.send(frame(60, i))
		g := must(t, s, 1)[0]
		after := time.Now().UnixNano()
		if g.Time < before || g.Time > after {
			t.Fatalf("frame %d at %d, sent and read from %d to %d", i, g.Time, before, after)
		}
		before = after
	}
}

func counted(t *testing.T, s *Source, want capture.Statistics) {
	t.Helper()
	if got, err := s.Statistics(); got != want || err != nil {
		t.Errorf("Statistics() = %+v, %v, want %+v", got, err, want)
	}
}

func TestVLAN(t *testing.T) {
	for _, test := range []struct {
		name   string
		tags   []byte
		tagged bool
		tci    uint16
		inner  uint16
	}{
		{"none", []byte{0x88, 0xb5}, false, 0, 0x88b5},
		{"802.1Q", []byte{0x81, 0x00, 0x00, 0x07, 0x88, 0xb5}, true, 7, 0x88b5},
		{"priority and a high id", []byte{0x81, 0x00, 0xef, 0xfe, 0x88, 0xb5}, true, 0xeffe, 0x88b5},
		{"priority 0 of no VLAN", []byte{0x81, 0x00, 0x00, 0x00, 0x88, 0xb5}, true, 0, 0x88b5},
		{"802.1ad", []byte{0x88, 0xa8, 0x00, 0x64, 0x88, 0xb5}, true, 100, 0x88b5},
		{"QinQ", []byte{0x88, 0xa8, 0x00, 0x64, 0x81, 0x00, 0x00, 0xc8, 0x88, 0xb5}, true, 100, 0x8100},
	} {
		t.Run(test.name, func(t *testing.T) {
			cable(t)
			s := capturing(t, Options{})
			b := frame(60, 1)
			sent := slices.Concat(b[:12], test.tags, b[14:])
			sending(t, "v0").send(sent, b)
			list := must(t, s, 2)
			g := list[0]
			if g.Tagged != test.tagged || g.VLAN != test.tci || binary.BigEndian.Uint16(g.Data[12:]) != test.inner {
				t.Errorf("%+v", g)
			}
			if list[1].Tagged || list[1].VLAN != 0 {
				t.Errorf("the tag stayed for the next frame: %+v", list[1])
			}
		})
	}
}

func TestDirection(t *testing.T) {
	for _, test := range []struct {
		direction Direction
		want      []uint32
		egress    []bool
		known     bool
	}{
		{In, []uint32{1, 3}, []bool{false, false}, true},
		{Out, []uint32{2, 4}, []bool{true, true}, true},
		{Both, []uint32{1, 2, 3, 4}, []bool{false, false, false, false}, false},
	} {
		cable(t)
		s := capturing(t, Options{Direction: test.direction})
		there, here := sending(t, "v0"), sending(t, "v1")
		there.send(frame(60, 1))
		here.send(frame(60, 2))
		there.send(frame(60, 3))
		here.send(frame(60, 4))
		list := must(t, s, len(test.want))
		for i, g := range list {
			if number(g) != test.want[i] || g.Egress != test.egress[i] {
				t.Errorf("direction %d: frame %d is %d, egress %v", test.direction, i, number(g), g.Egress)
			}
		}
		drained(t, s)
		if s.DirectionKnown() != test.known {
			t.Errorf("direction %d: known %v", test.direction, s.DirectionKnown())
		}
	}
}

// odd takes frames with an odd number, and so many octets of them; it takes none unless the
// accumulator is 0 at first, as it is for a filter by itself.
func odd(octets uint32) []bpf.RawInstruction {
	return []bpf.RawInstruction{
		{Op: 0x15, K: 0, Jt: 1},        // jeq #0, over the next
		{Op: 0x06, K: 0},               // ret #0
		{Op: 0x20, K: 14},              // ld [14]
		{Op: 0x45, K: 1, Jt: 0, Jf: 1}, // jset #1, else over the next
		{Op: 0x06, K: octets},          // ret #octets
		{Op: 0x06, K: 0},               // ret #0
	}
}

func TestFilter(t *testing.T) {
	for _, test := range []struct {
		direction Direction
		want      []uint32
	}{
		{In, []uint32{1}},
		{Out, []uint32{3}},
		{Both, []uint32{1, 3}},
	} {
		cable(t)
		s := capturing(t, Options{Direction: test.direction, Filter: odd(40)})
		there, here := sending(t, "v0"), sending(t, "v1")
		there.send(frame(60, 1), frame(60, 2))
		here.send(frame(60, 3), frame(60, 4))
		var got []uint32
		for _, g := range must(t, s, len(test.want)) {
			got = append(got, number(g))
			if len(g.Data) != 40 || g.Length != 60 {
				t.Errorf("%d octets of %d, the filter said 40 of 60", len(g.Data), g.Length)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("direction %d: %v, want %v", test.direction, got, test.want)
		}
		drained(t, s)
		counted(t, s, capture.Statistics{Received: uint64(len(test.want))})
	}
}

// TestFilterFromTheStart opens sources while frames come that aren't wanted, on this interface and
// on another: not one of them is handed out or counted.
func TestFilterFromTheStart(t *testing.T) {
	cable(t, "ip link add w0 type veth peer name w1", "ip link set w0 addrgenmode none up", "ip link set w1 addrgenmode none up")
	here, beside, elsewhere := sending(t, "v0"), sending(t, "v0"), sending(t, "w0")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_ = unix.Sendto(beside.fd, frame(60, 2), 0, &beside.to)
				_ = unix.Sendto(elsewhere.fd, frame(60, 1), 0, &elsewhere.to)
			}
		}
	}()
	for range 50 {
		s := capturing(t, Options{Filter: odd(60)})
		here.send(frame(60, 5))
		if list := must(t, s, 1); number(list[0]) != 5 {
			t.Errorf("frame %d came", number(list[0]))
		}
		drained(t, s)
		counted(t, s, capture.Statistics{Received: 1})
	}
	close(stop)
	<-stopped
}

func TestSnapLength(t *testing.T) {
	// The handle's own length is the MTU's, which is without the Ethernet header.
	const mtu = 1500
	for _, test := range []struct{ snap, sent, want int }{
		{0, mtu + 14, mtu + 14},
		{0, 60, 60},
		{96, mtu + 14, 96},
		{96, 60, 60},
		{1, 60, 1},
		{MaxSnapLength, mtu + 14, mtu + 14},
	} {
		cable(t, "ip link set v0 mtu 1500", "ip link set v1 mtu 1500")
		s := capturing(t, Options{SnapLength: test.snap})
		sent := frame(test.sent, 1)
		sending(t, "v0").send(sent)
		g := must(t, s, 1)[0]
		if !bytes.Equal(g.Data, sent[:test.want]) || int(g.Length) != test.sent {
			t.Errorf("snap length %d: %d octets of %d, want %d of %d", test.snap, len(g.Data), g.Length, test.want, test.sent)
		}
	}
}

// TestLongFrames has batches that end because their octets are many.
func TestLongFrames(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	sent := numbered(100, 9014, 0)
	sending(t, "v0").send(sent...)
	for i, g := range must(t, s, len(sent)) {
		if !bytes.Equal(g.Data, sent[i]) {
			t.Fatalf("frame %d is another", i)
		}
	}
}

// TestBatch: all frames of a batch are there at once, of as many as the caller has room for.
func TestBatch(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	sent := numbered(10, 60, 0)
	sending(t, "v0").send(sent...)
	frames := make([]capture.Frame, 7)
	received(t, s, uint64(len(sent)))
	for i, first := range []int{0, 7} {
		n, err := s.Next(frames)
		if want := []int{7, 3}[i]; n != want || err != nil {
			t.Fatalf("%d frames, %v, want %d", n, err, want)
		}
		for j, f := range frames[:n] {
			if !bytes.Equal(f.Data, sent[first+j]) || cap(f.Data) != len(f.Data) {
				t.Errorf("frame %d: % x", first+j, f.Data)
			}
		}
	}
	if n, err := s.Next(nil); n != 0 || err != nil {
		t.Errorf("Next without room: %d, %v", n, err)
	}
}

func TestDescriptor(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	if poll(t, s, 0) {
		t.Error("readable before anything came")
	}
	drained(t, s)
	sending(t, "v0").send(frame(60, 1))
	if !poll(t, s, limit) {
		t.Error("not readable")
	}
	must(t, s, 1)
	if poll(t, s, 0) {
		t.Error("readable when all was read")
	}
}

// TestDropped sends more than the buffer holds: what was received is what was sent, and what was not
// dropped of it is handed out.
func TestDropped(t *testing.T) {
	cable(t)
	s := capturing(t, Options{Buffer: 100_000})
	out := sending(t, "v0")
	const n = 3000
	var total capture.Statistics
	for round := range uint64(2) {
		out.send(numbered(n, 60, 0)...)
		now := received(t, s, n*(round+1))
		if now.Dropped <= total.Dropped {
			t.Errorf("round %d: %+v", round, now)
		}
		kept := int(now.Received - now.Dropped - (total.Received - total.Dropped))
		for i, g := range must(t, s, kept) {
			if int(number(g)) != i {
				t.Fatalf("frame %d is %d", i, number(g))
			}
		}
		drained(t, s)
		total = now
	}
	counted(t, s, total)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	counted(t, s, total)
}

// TestStatisticsFromAnotherGoroutine is for the race detector, and for the sum of what several asked.
func TestStatisticsFromAnotherGoroutine(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	done := make(chan capture.Statistics)
	go func() {
		var last capture.Statistics
		for last.Received < 500 {
			last, _ = s.Statistics()
			runtime.Gosched()
		}
		done <- last
	}()
	out := sending(t, "v0")
	for i := range uint32(500) {
		out.send(frame(60, i))
		must(t, s, 1)
	}
	if last := <-done; last != (capture.Statistics{Received: 500}) {
		t.Errorf("%+v", last)
	}
}

// TestDown: what came before the interface's end is handed out, then the end, which stays.
func TestDown(t *testing.T) {
	for _, test := range []struct {
		name    string
		frames  int
		command []string
	}{
		{"down, nothing in the queue", 0, []string{"ip link set v1 down"}},
		{"down", 10, []string{"ip link set v1 down"}},
		{"down, a batch in the queue", 64, []string{"ip link set v1 down"}},
		{"down, several batches", 200, []string{"ip link set v1 down"}},
		{"deleted", 10, []string{"ip link del v1"}},
		{"its peer deleted", 10, []string{"ip link del v0"}},
		{"down and up again", 10, []string{"ip link set v1 down", "ip link set v1 up"}},
		{"deleted and made again", 10, []string{"ip link del v1", "ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cable(t)
			s := capturing(t, Options{Direction: Both})
			sending(t, "v0").send(numbered(test.frames, 60, 0)...)
			received(t, s, uint64(test.frames))
			for _, c := range test.command {
				netns.Run(t, c)
			}
			if !poll(t, s, limit) {
				t.Error("the descriptor doesn't say so")
			}
			list, err := read(t, s, test.frames+1)
			if len(list) != test.frames || !errors.Is(err, capture.ErrDown) {
				t.Errorf("%d frames and %v, want %d", len(list), err, test.frames)
			}
			if n, again := s.Next(make([]capture.Frame, 8)); n != 0 || !errors.Is(again, capture.ErrDown) {
				t.Errorf("then %d, %v", n, again)
			}
			counted(t, s, capture.Statistics{Received: uint64(test.frames)})
		})
	}
}

// TestDownWithTheLastBatch: where the frames just fill the batch, the end comes with them, for
// poll(2) will not speak of it.
func TestDownWithTheLastBatch(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	sending(t, "v0").send(numbered(8, 60, 0)...)
	received(t, s, 8)
	netns.Run(t, "ip link set v1 down")
	if n, err := s.Next(make([]capture.Frame, 8)); n != 8 || !errors.Is(err, capture.ErrDown) {
		t.Errorf("%d frames, %v", n, err)
	}
}

// TestUpAgain: a source that is down counts nothing that its socket might still get.
func TestUpAgain(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	netns.Run(t, "ip link set v1 down")
	if _, err := read(t, s, 1); !errors.Is(err, capture.ErrDown) {
		t.Errorf("%v", err)
	}
	netns.Run(t, "ip link set v1 up")
	netns.Settle(t)
	second := capturing(t, Options{})
	sending(t, "v0").send(frame(60, 1))
	must(t, second, 1)
	counted(t, s, capture.Statistics{})
}

func TestClose(t *testing.T) {
	cable(t)
	before := descriptors(t)
	goroutines := runtime.NumGoroutine()
	s := capturing(t, Options{})
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, were %d", n, goroutines)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, were %d", after, before)
	}
	if n, err := s.Next(make([]capture.Frame, 1)); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("Next after Close: %d, %v", n, err)
	}
	counted(t, s, capture.Statistics{})
}

// descriptors counts those of the process.
func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestRaw captures on a tunnel, whose frames are bare IP packets.
func TestRaw(t *testing.T) {
	netns.New(t, "ip tuntap add tun0 mode tun", "ip link set tun0 addrgenmode none")
	tun := tunnel(t, "tun0")
	netns.Run(t, "ip link set tun0 up")
	s := capturing(t, Options{Interface: "tun0"})
	packet := slices.Concat([]byte{0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}, make([]byte, 8))
	if _, err := unix.Write(tun, packet); err != nil {
		t.Fatal(err)
	}
	g := must(t, s, 1)[0]
	if !bytes.Equal(g.Data, packet) || g.LinkType != 101 {
		t.Errorf("link type %d: % x", g.LinkType, g.Data)
	}
}

// tunnel opens the other end of a tunnel.
func tunnel(t *testing.T, name string) int {
	t.Helper()
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		testutil.Missing(t, "/dev/net/tun ("+err.Error()+")", "Load the module tun.")
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	request, err := unix.NewIfreq(name)
	if err != nil {
		t.Fatal(err)
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		t.Fatal(err)
	}
	return fd
}

// TestAllocations: a batch costs the texts of its last error, its frames cost nothing.
func TestAllocations(t *testing.T) {
	cable(t)
	s := capturing(t, Options{})
	out := sending(t, "v0")
	frames := make([]capture.Frame, 128)
	const runs, most = 20, 100
	// AllocsPerRun runs once more than it is told.
	out.send(numbered((runs+1)*most, 60, 0)...)
	received(t, s, (runs+1)*most)
	total := 0
	many := testing.AllocsPerRun(runs, func() {
		n, _ := s.Next(frames[:most])
		total += n
	})
	none := testing.AllocsPerRun(runs, func() { _, _ = s.Next(frames) })
	if many > 0 || none > 12 || total != (runs+1)*most {
		t.Errorf("%v allocations with %d frames of %d, %v without", many, total, (runs+1)*most, none)
	}
}

// BenchmarkNext is a frame's way from the socket.
func BenchmarkNext(b *testing.B) {
	cable(b)
	s := capturing(b, Options{})
	out := sending(b, "v0")
	frames := make([]capture.Frame, 64)
	list := numbered(64, 128, 0)
	total := uint64(0)
	for b.Loop() {
		b.StopTimer()
		out.send(list...)
		total += uint64(len(list))
		received(b, s, total)
		b.StartTimer()
		if n, err := s.Next(frames); n != len(list) || err != nil {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/frame")
}
