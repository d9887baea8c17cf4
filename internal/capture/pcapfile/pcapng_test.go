package pcapfile

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// ngCase is a pcapng file and the frames that are in it.
type ngCase struct {
	name  string
	file  []byte
	want  []capture.Frame
	notes []Note
}

// The writers of both byte orders, and a packet of five octets, which needs padding.
var (
	ngLittle, ngBig = pcapwrite.Pcapng{}, pcapwrite.Pcapng{BigEndian: true}
	five            = []byte{1, 2, 3, 4, 5}
)

// oneInterface begins a section with one interface.
func oneInterface(w pcapwrite.Pcapng, i pcapwrite.Interface) []byte {
	return w.AppendInterface(w.AppendSection(nil), i)
}

func TestPcapng(t *testing.T) {
	for _, c := range append(ngPacketCases(), append(ngInterfaceCases(), ngBlockCases()...)...) {
		t.Run(c.name, func(t *testing.T) {
			var want []frame
			for i := range c.want {
				want = append(want, keep(&c.want[i]))
			}
			got, s, err := readBytes(t, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.notes, s.Notes()); c.notes != nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

// ngPacketCases are the three kinds of packet blocks.
func ngPacketCases() []ngCase {
	plain := oneInterface(ngLittle, pcapwrite.Interface{LinkType: 1})
	snap4 := oneInterface(ngBig, pcapwrite.Interface{LinkType: 113, SnapLength: 4})
	two := ngLittle.AppendInterface(bytes.Clone(plain), pcapwrite.Interface{LinkType: 228})
	return []ngCase{
		{
			"enhanced, of the second interface",
			ngLittle.AppendEnhanced(bytes.Clone(two), 1, 1_500_000_000_000_001, 60, five),
			[]capture.Frame{{Data: five, Time: 1_500_000_000_000_001_000, Length: 60, LinkType: 228}},
			[]Note{{"file: pcapng interface linktype 1", 1}, {"file: pcapng interface linktype 228", 1}, {"file: pcapng section little-endian", 1}, {NoteCut, 1}},
		},
		{
			"enhanced, with options behind the octets",
			ngLittle.AppendBlock(bytes.Clone(plain), pcapwrite.BlockEnhancedPacket, bytes.Join([][]byte{
				{0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0}, five, {0, 0, 0}, {2, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0},
			}, nil)),
			[]capture.Frame{{Data: five, Time: 7000, Length: 5, LinkType: 1}},
			nil,
		},
		{
			"enhanced, longer than the snap length and than on the wire",
			ngBig.AppendEnhanced(bytes.Clone(snap4), 0, 0, 3, five),
			[]capture.Frame{{Data: five, Length: 3, LinkType: 113, BigEndian: true}},
			[]Note{{"file: pcapng interface linktype 113", 1}, {"file: pcapng section big-endian", 1}, {NoteLonger, 1}, {NoteSnap, 1}},
		},
		{
			"enhanced, of no octets",
			ngLittle.AppendEnhanced(bytes.Clone(plain), 0, 1, 0, nil),
			[]capture.Frame{{Time: 1000, LinkType: 1}},
			nil,
		},
		{
			"obsolete, whose drop count is no part of the interface",
			ngBig.AppendObsolete(bytes.Clone(snap4), 0, 0xffff, 9, 5, five[:4]),
			[]capture.Frame{{Data: five[:4], Time: 9000, Length: 5, LinkType: 113, BigEndian: true}},
			nil,
		},
		{
			"simple, cut by the snap length",
			ngBig.AppendSimple(bytes.Clone(snap4), 5, five),
			[]capture.Frame{{Data: five[:4], Length: 5, LinkType: 113, BigEndian: true}},
			[]Note{{"file: pcapng interface linktype 113", 1}, {"file: pcapng section big-endian", 1}, {NoteCut, 1}, {NoteNoTime, 1}},
		},
		{
			"simple, without padding, without snap length",
			ngLittle.AppendSimple(bytes.Clone(two), 5, five),
			[]capture.Frame{{Data: five, Length: 5, LinkType: 1}},
			nil,
		},
		{
			"simple, cut though the snap length has room",
			ngLittle.AppendSimple(bytes.Clone(two), 500, five[:4]),
			[]capture.Frame{{Data: five[:4], Length: 500, LinkType: 1}},
			nil,
		},
	}
}

// ngInterfaceCases are the options of interfaces.
func ngInterfaceCases() []ngCase {
	with := func(w pcapwrite.Pcapng, options ...pcapwrite.Option) []byte {
		return oneInterface(w, pcapwrite.Interface{LinkType: 1, Options: options})
	}
	one := func(name string, head []byte, w pcapwrite.Pcapng, count uint64, time int64) ngCase {
		return ngCase{name, w.AppendEnhanced(head, 0, count, 5, five), []capture.Frame{{Data: five, Time: time, Length: 5, LinkType: 1, BigEndian: w.BigEndian}}, nil}
	}
	name := pcapwrite.Option{Code: 2, Value: []byte("wan0")}
	return []ngCase{
		one("resolution 10^-9", with(ngBig, name, ngBig.Resolution(9)), ngBig, 1_500_000_000_000_000_001, 1_500_000_000_000_000_001),
		one("resolution 10^-3", with(ngLittle, ngLittle.Resolution(3)), ngLittle, 1_500_000_000_001, 1_500_000_000_001_000_000),
		one("resolution 2^-20", with(ngLittle, ngLittle.Resolution(0x80|20)), ngLittle, 1<<20+1, 1_000_000_953),
		one("resolution of whole seconds", with(ngLittle, ngLittle.Resolution(0)), ngLittle, 7, 7*nanosecond),
		one("offset", with(ngBig, ngBig.Offset(1_500_000_000), ngBig.Resolution(9)), ngBig, 1, 1_500_000_000_000_000_001),
		one("offset below 0", with(ngLittle, ngLittle.Offset(-10)), ngLittle, 1, -10*nanosecond+1000),
		one("last of two resolutions", with(ngLittle, ngLittle.Resolution(9), ngLittle.Resolution(0)), ngLittle, 2, 2*nanosecond),
		one("out of range", with(ngLittle, ngLittle.Resolution(0)), ngLittle, 1<<60, flowtable.MaxTime),
		one("options too short for their value", with(ngLittle, pcapwrite.Option{Code: 9}, pcapwrite.Option{Code: 14, Value: five}), ngLittle, 2, 2000),
		one("options behind the end mark", with(ngLittle, pcapwrite.Option{Code: 0}, ngLittle.Resolution(0)), ngLittle, 2, 2000),
		one("option that doesn't fit", ngLittle.AppendBlock(ngLittle.AppendSection(nil), pcapwrite.BlockInterface,
			[]byte{1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0xff, 0, 0, 0, 0, 0}), ngLittle, 2, 2000),
	}
}

// ngBlockCases are sections and blocks that are skipped.
func ngBlockCases() []ngCase {
	mixed := ngBig.AppendEnhanced(oneInterface(ngBig, pcapwrite.Interface{LinkType: 1, Options: []pcapwrite.Option{ngBig.Resolution(9)}}), 0, 1, 5, five)
	mixed = append(mixed, ngLittle.AppendEnhanced(oneInterface(ngLittle, pcapwrite.Interface{LinkType: 113}), 0, 2, 5, five)...)
	skipped := oneInterface(ngLittle, pcapwrite.Interface{LinkType: 1})
	for i, kind := range []uint32{4, 5, 7, 8, 9, 10, 0xbad, 0x40000bad, 0xffffffff, 0} {
		skipped = ngLittle.AppendBlock(skipped, kind, make([]byte, i))
		skipped = ngLittle.AppendEnhanced(skipped, 0, uint64(i), 5, five)
	}
	var between []capture.Frame
	for i := range 10 {
		between = append(between, capture.Frame{Data: five, Time: int64(i) * 1000, Length: 5, LinkType: 1})
	}
	huge := ngLittle.AppendBlock(oneInterface(ngLittle, pcapwrite.Interface{LinkType: 1}), 0xbad, make([]byte, 5<<20))
	return []ngCase{
		{
			"sections of both byte orders", mixed,
			[]capture.Frame{{Data: five, Time: 1, Length: 5, LinkType: 1, BigEndian: true}, {Data: five, Time: 2000, Length: 5, LinkType: 113}},
			[]Note{
				{"file: pcapng interface linktype 1", 1},
				{"file: pcapng interface linktype 113", 1},
				{"file: pcapng section big-endian", 1},
				{"file: pcapng section little-endian", 1},
			},
		},
		{"blocks of other kinds", skipped, between, nil},
		{"a huge one", ngLittle.AppendSimple(huge, 5, five), []capture.Frame{{Data: five, Length: 5, LinkType: 1}}, nil},
		{"a section alone", ngBig.AppendSection(nil), nil, []Note{{"file: pcapng section big-endian", 1}}},
	}
}

func TestPcapngErrors(t *testing.T) {
	head := oneInterface(ngLittle, pcapwrite.Interface{LinkType: 1}) // 28 + 20 octets
	good := ngLittle.AppendEnhanced(bytes.Clone(head), 0, 0, 5, five)
	block := func(kind uint32, body ...byte) []byte { return ngLittle.AppendBlock(bytes.Clone(good), kind, body) }
	size := func(n uint32) []byte {
		b := block(6, make([]byte, 24)...)
		binary.LittleEndian.PutUint32(b[len(good)+4:], n)
		return b
	}
	const at = 48 + 40 // the block behind the good packet
	for _, c := range []struct {
		name   string
		file   []byte
		offset int64
		kind   error
		text   string
	}{
		{"length not a multiple of 4", size(34), at, ErrDamaged, "at byte 88: block length 34: must be a multiple of 4 and at least 12"},
		{"length below 12", size(8), at, ErrDamaged, "block length 8"},
		{"length at the end differs", size(32), at, ErrDamaged, "block length 32 at its beginning, 0 at its end"},
		{"length above all", size(1 << 31), at, ErrDamaged, "block length 2147483648 is above 134283264"},
		{"length beyond the end", size(64), at, io.ErrUnexpectedEOF, "block cut short: 36 of 64 bytes"},
		{"skipped block cut", block(5, five...)[:at+19], at, io.ErrUnexpectedEOF, "block cut short: 19 of 20 bytes"},
		{"skipped block's lengths differ", differ(block(5, five...)), at, ErrDamaged, "block length 20 at its beginning, 21 at its end"},
		{"block header cut", block(5)[:at+11], at, io.ErrUnexpectedEOF, "block header cut short: 11 of 12 bytes"},
		{"byte order", block(pcapwrite.BlockSectionHeader, five...), at, ErrDamaged, "byte-order magic 01020304: must be 1a2b3c4d or 4d3c2b1a"},
		{"section too short", block(pcapwrite.BlockSectionHeader)[:at+12], at, ErrDamaged, "byte-order magic 0c000000"},
		{"interface too short", block(1, 1, 2, 3, 4), at, ErrDamaged, "interface block of 16 bytes: must have at least 20"},
		{"packet too short", block(6, make([]byte, 16)...), at, ErrDamaged, "packet block of 28 bytes: must have at least 32"},
		{"obsolete packet too short", block(2, make([]byte, 16)...), at, ErrDamaged, "packet block of 28 bytes"},
		{"simple packet too short", block(3), at, ErrDamaged, "simple packet block of 12 bytes: must have at least 16"},
		{"packet longer than its block", captured(ngLittle.AppendEnhanced(bytes.Clone(good), 0, 0, 5, five), at, 9), at, ErrDamaged, "captured length 9 is above the 8 bytes that the block has for it"},
		{"packet of the greatest length", captured(ngLittle.AppendEnhanced(bytes.Clone(good), 0, 0, 5, five), at, 0xffffffff), at, ErrDamaged, "captured length 4294967295"},
		{"unknown interface", ngLittle.AppendEnhanced(bytes.Clone(good), 1, 0, 5, five), at, ErrDamaged, "packet of interface 1: the section has described 1"},
		{"unknown interface, obsolete", ngLittle.AppendObsolete(bytes.Clone(good), 0xffff, 0, 0, 5, five), at, ErrDamaged, "packet of interface 65535"},
		{"interface of the section before", ngBig.AppendEnhanced(ngBig.AppendSection(bytes.Clone(good)), 0, 0, 5, five), at + 28, ErrDamaged, "packet of interface 0: the section has described 0"},
		{"simple without interface", ngBig.AppendSimple(ngBig.AppendSection(bytes.Clone(good)), 5, five), at + 28, ErrDamaged, "simple packet: the section has described no interface"},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames, _, err := readBytes(t, c.file)
			oneError(t, err, c.offset, c.kind, c.text)
			if len(frames) != 1 {
				t.Errorf("%d frames, must be 1", len(frames))
			}
		})
	}
}

// captured overwrites the captured length of the packet block at this place.
func captured(file []byte, at int, length uint32) []byte {
	binary.LittleEndian.PutUint32(file[at+20:], length)
	return file
}

// differ makes the length at the end of the file's last block wrong.
func differ(file []byte) []byte {
	file[len(file)-4]++
	return file
}

// TestTooManyInterfaces bounds the memory that a section's interfaces take.
func TestTooManyInterfaces(t *testing.T) {
	block := ngLittle.AppendInterface(nil, pcapwrite.Interface{LinkType: 1})
	head := ngLittle.AppendSection(nil)
	file := io.MultiReader(bytes.NewReader(head), &repeat{block: block, times: maxInterfaces + 1})
	s := New(Options{Files: []string{"-"}, Stdin: file})
	_, err := drain(t, s, 8)
	oneError(t, err, int64(len(head)+maxInterfaces*len(block)), ErrDamaged, "more than 1048576 interfaces")
}

// repeat reads as one block again and again.
type repeat struct {
	block []byte
	times int
	at    int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && r.times > 0 {
		took := copy(p[n:], r.block[r.at:])
		n += took
		if r.at += took; r.at == len(r.block) {
			r.at = 0
			r.times--
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
