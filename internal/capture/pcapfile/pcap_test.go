package pcapfile

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// TestPcapVariants writes the same packets in every variant and reads them back.
func TestPcapVariants(t *testing.T) {
	packets := []pcapwrite.Packet{
		{Time: 1_500_000_000_123_456_789, Length: 1500, Data: payload(9)},
		{Time: 0, Data: nil},
		{Time: 4_294_967_295_999_999_999, Length: 1, Data: payload(5)},
	}
	for _, version := range [][2]uint16{{2, 4}, {2, 3}, {2, 2}, {1, 9}, {2, 5}, {543, 0}} {
		for i := range 8 {
			w := pcapwrite.Pcap{
				BigEndian: i&1 != 0, Nano: i&2 != 0, Modified: i&4 != 0,
				Major: version[0], Minor: version[1], LinkType: 113,
			}
			t.Run(fmt.Sprintf("%+v", w), func(t *testing.T) { checkVariant(t, w, packets) })
		}
	}
}

func checkVariant(t *testing.T, w pcapwrite.Pcap, packets []pcapwrite.Packet) {
	file, unit := w.AppendHeader(nil), int64(1000)
	if w.Nano && !w.Modified {
		unit = 1
	}
	var want []frame
	for _, p := range packets {
		if w.Minor == 3 && p.Length > 0 && int(p.Length) < len(p.Data) {
			continue // of version 2.3 the smaller length is the captured one
		}
		file = w.AppendRecord(file, p)
		f := keep(&capture.Frame{Data: p.Data, Time: p.Time / unit * unit, Length: p.Length, LinkType: 113, BigEndian: w.BigEndian})
		f.Length = max(f.Length, 1)
		if p.Length == 0 {
			f.Length = uint32(len(p.Data))
		}
		want = append(want, f)
	}
	got, _, err := readBytes(t, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPcapLengthsOfVersion23 reads the larger of the two lengths as the one on the wire.
func TestPcapLengthsOfVersion23(t *testing.T) {
	w := pcapwrite.Pcap{Major: 2, Minor: 3}
	file := w.AppendRecordHeader(w.AppendHeader(nil), 1, 0, 60, 4)
	file = append(file, 1, 2, 3, 4)
	file = w.AppendRecordHeader(file, 1, 0, 2, 60)
	file = append(file, 5, 6)
	frames, _, err := readBytes(t, file)
	if err != nil || len(frames) != 2 {
		t.Fatalf("%d frames, error %v", len(frames), err)
	}
	for i, captured := range []int{4, 2} {
		if frames[i].Captured != captured || frames[i].Length != 60 {
			t.Errorf("frame %d: %+v", i, frames[i])
		}
	}
}

func TestPcapNotes(t *testing.T) {
	w := pcapwrite.Pcap{SnapLength: 50, LinkType: 1 | 0x2400_0000} // with an FCS length
	file := w.AppendHeader(nil)
	for _, p := range []pcapwrite.Packet{
		{Time: 5e9, Data: make([]byte, 50)},
		{Time: 4e9, Length: 60, Data: make([]byte, 50)},
		{Time: 5e9, Length: 40, Data: make([]byte, 51)},
		{Time: 1e9, Data: make([]byte, 51)},
	} {
		file = w.AppendRecord(file, p)
	}
	frames, s, err := readBytes(t, file)
	if err != nil || len(frames) != 4 || frames[0].LinkType != 1 {
		t.Fatalf("%+v, error %v", frames, err)
	}
	want := []Note{
		{"file: pcap little-endian us", 1}, {NoteLonger, 1}, {NoteSnap, 2}, {NoteCut, 1}, {NoteOlder, 2},
	}
	if diff := cmp.Diff(want, s.Notes()); diff != "" {
		t.Error(diff)
	}
	if c := s.Counters(); c.Frames != 4 || c.Older != 2 {
		t.Errorf("%+v", c)
	}
}

// TestPcapWithoutSnapLength has nothing to note where the header says no limit.
func TestPcapWithoutSnapLength(t *testing.T) {
	w := pcapwrite.Pcap{}
	file := w.AppendHeader(nil)
	copy(file[16:], []byte{0, 0, 0, 0})
	file = w.AppendRecord(file, pcapwrite.Packet{Data: make([]byte, usualCaptured)})
	_, s, err := readBytes(t, file)
	if err != nil || s.Counters().LongerThanSnapLength != 0 {
		t.Errorf("%+v, error %v", s.Counters(), err)
	}
}

func TestPcapErrors(t *testing.T) {
	w := pcapwrite.Pcap{LinkType: 1, SnapLength: 96}
	head := w.AppendHeader(nil)
	one := w.AppendRecord(bytes.Clone(head), pcapwrite.Packet{Data: make([]byte, 10)})
	with := func(w pcapwrite.Pcap, captured uint32) []byte {
		return w.AppendRecordHeader(w.AppendRecord(w.AppendHeader(nil), pcapwrite.Packet{}), 0, 0, captured, captured)
	}
	modified := pcapwrite.Pcap{Modified: true}
	for _, c := range []struct {
		name   string
		file   []byte
		frames int
		offset int64
		kind   error
		text   string
	}{
		{"magic alone", head[:4], 0, 0, io.ErrUnexpectedEOF, "file header cut short: 4 of 24 bytes"},
		{"file header cut", head[:23], 0, 0, io.ErrUnexpectedEOF, "file header cut short: 23 of 24 bytes"},
		{"record header cut", append(bytes.Clone(one), 1, 2, 3), 1, 50, io.ErrUnexpectedEOF, "record header cut short: 3 of 16 bytes"},
		{"modified record header cut", append(modified.AppendHeader(nil), make([]byte, 20)...), 0, 24, io.ErrUnexpectedEOF, "20 of 24 bytes"},
		{"packet cut", one[:len(one)-1], 0, 40, io.ErrUnexpectedEOF, "packet data cut short: 9 of 10 bytes"},
		{"packet cut, nothing there", with(w, 5), 1, 56, io.ErrUnexpectedEOF, "packet data cut short: 0 of 5 bytes"},
		{"above 262144", with(w, 262145), 1, 40, ErrDamaged, "at byte 40: captured length 262145 is above 262144, the larger of 262144 and the snap length"},
		{"above the snap length", with(pcapwrite.Pcap{SnapLength: 300000}, 300001), 1, 40, ErrDamaged, "captured length 300001 is above 300000"},
		{"above all", with(pcapwrite.Pcap{SnapLength: 1 << 31}, 0x8000001), 1, 40, ErrDamaged, "captured length 134217729 is above 134217728, the most that is read"},
		{"the largest number", with(w, 0xffffffff), 1, 40, ErrDamaged, "captured length 4294967295"},
		{"128 MiB that aren't there", with(pcapwrite.Pcap{SnapLength: 1 << 31}, 0x8000000), 1, 56, io.ErrUnexpectedEOF, "packet data cut short: 0 of 134217728 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			frames, _, err := readBytes(t, c.file)
			oneError(t, err, c.offset, c.kind, c.text)
			if len(frames) != c.frames {
				t.Errorf("%d frames, must be %d", len(frames), c.frames)
			}
		})
	}
}

// TestLongPackets reads packets of the greatest lengths allowed, across blocks.
func TestLongPackets(t *testing.T) {
	w := pcapwrite.Pcap{SnapLength: 5 << 20}
	file := w.AppendHeader(nil)
	var want []frame
	for i, size := range []int{100, 5 << 20, 3, usualCaptured, blockSize, blockSize + tailRoom, 7, 3 << 20, 0, 1} {
		data := slices.Repeat([]byte{byte(i)}, size)
		file = w.AppendRecord(file, pcapwrite.Packet{Data: data})
		want = append(want, keep(&capture.Frame{Data: data, Length: uint32(size)}))
	}
	got, _, err := readBytes(t, file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
