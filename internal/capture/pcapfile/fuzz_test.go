package pcapfile

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// readHostile reads a file of any content: it must end, with frames that lie within what the file
// has, and with a buffer that is no larger than what arrived allows.
func readHostile(t *testing.T, file []byte, most int) {
	s := New(Options{Files: []string{"-"}, Stdin: bytes.NewReader(file), KnownLinkType: func(l uint16) bool { return l == 1 }})
	frames := make([]capture.Frame, 7)
	octets := 0
	var err error
	for err == nil && octets <= most {
		var n int
		n, err = s.Next(frames)
		if n == 0 && err == nil {
			t.Fatal("neither frames nor an error")
		}
		for i := range frames[:n] {
			f := &frames[i]
			octets += len(f.Data) + recordHeaderSize
			if f.Time > flowtable.MaxTime || f.Time < -flowtable.MaxTime || cap(f.Data) != len(f.Data) {
				t.Fatalf("frame %+v", f)
			}
		}
	}
	if octets > most {
		t.Fatalf("%d octets of frames in at most %d", octets, most)
	}
	if size := len(s.buf.data); size > 2*most+blockSize+tailRoom {
		t.Fatalf("buffer of %d octets for at most %d", size, most)
	}
	if !errors.Is(err, io.EOF) {
		for _, e := range fileErrors(t, err) {
			if e.File != "-" || e.Reason == "" || e.Err == nil || e.Offset > int64(most) {
				t.Fatalf("error %+v", e)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzPcap(f *testing.F) {
	for i := range 8 {
		w := pcapwrite.Pcap{BigEndian: i&1 != 0, Nano: i&2 != 0, Modified: i&4 != 0, Minor: uint16(i / 2), Major: 2, LinkType: uint32(i)}
		file := w.AppendHeader(nil)
		for j := range i {
			file = w.AppendRecord(file, pcapwrite.Packet{Time: 1e18, Data: payload(j)})
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) { readPlain(t, file) })
}

func FuzzPcapng(f *testing.F) {
	f.Add(everyPcapng())
	for _, c := range append(ngPacketCases(), append(ngInterfaceCases(), ngBlockCases()...)...) {
		if len(c.file) < maxSmall {
			f.Add(c.file)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) { readPlain(t, file) })
}

// readPlain reads a file that isn't compressed; those that are belong to other targets.
func readPlain(t *testing.T, file []byte) {
	if kind := detect(file); kind != formatGzip && kind != formatZstd {
		readHostile(t, file, len(file))
	}
}

func FuzzGzip(f *testing.F) {
	f.Add(gz(f, somePcap(30)))
	f.Add(gz(f, somePcap(30))[:300])
	f.Add(append(gz(f, somePcap(3)), gz(f, somePcap(3))...))
	f.Fuzz(func(t *testing.T, file []byte) {
		// Deflate makes at most 1032 octets of one.
		readHostile(t, append([]byte{0x1f, 0x8b}, file[min(2, len(file)):]...), 1032*(len(file)+2))
	})
}

func FuzzZstd(f *testing.F) {
	f.Add(zst(f, somePcap(30)))
	f.Add(zst(f, somePcap(30))[:300])
	f.Add(append(zst(f, somePcap(3)), zst(f, somePcap(3))...))
	f.Fuzz(func(t *testing.T, file []byte) {
		// A block of three octets and one more can stand for 128 KiB.
		readHostile(t, append([]byte{0x28, 0xb5, 0x2f, 0xfd}, file[min(4, len(file)):]...), (len(file)/4+1)<<17)
	})
}
