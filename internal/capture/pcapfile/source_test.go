package pcapfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// TestSeveralFiles reads good and bad files in a row: each bad one is an error, none stops the others.
func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	writeTo(t, path("a.pcap"), somePcap(10))
	writeTo(t, path("empty"), nil)
	writeTo(t, path("text"), []byte("hello, world"))
	writeTo(t, path("short"), []byte("hi"))
	writeTo(t, path("cut.pcap"), somePcap(10)[:len(somePcap(10))-1])
	writeTo(t, path("none.pcap"), somePcap(0))
	writeTo(t, path("b.pcapng.gz"), gz(t, somePcapng(5)))
	s := New(Options{
		Files: []string{
			path("a.pcap"), path("missing"), dir, path("empty"), path("text"), path("short"),
			path("cut.pcap"), path("none.pcap"), path("b.pcapng.gz"), "-",
		},
		Stdin: bytes.NewReader(zst(t, somePcap(7))),
	})
	frames, err := drain(t, s, 4)
	if len(frames) != 10+9+10+7 {
		t.Errorf("%d frames", len(frames))
	}
	all := fileErrors(t, err)
	if diff := cmp.Diff(all, s.Errors(), cmp.Comparer(func(a, b *FileError) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	want := []struct {
		file, text string
		kind       error
	}{
		{path("missing"), "open: no such file or directory", fs.ErrNotExist},
		{dir, "is a directory", syscall.EISDIR},
		{path("empty"), "file of 0 bytes: even a capture without packets has a header", ErrEmpty},
		{path("text"), "at byte 0: not a pcap or pcapng capture: it begins with 68 65 6c 6c", ErrNotCapture},
		{path("short"), "it begins with 68 69", ErrNotCapture},
		{path("cut.pcap"), "packet data cut short: 62 of 63 bytes", io.ErrUnexpectedEOF},
	}
	for i, w := range want {
		if i >= len(all) || all[i].File != w.file || !strings.Contains(all[i].Error(), w.text) || !errors.Is(all[i], w.kind) {
			t.Errorf("error %d of %d is not about %s: %s\n%v", i, len(all), w.file, w.text, err)
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d errors, must be %d:\n%v", len(all), len(want), err)
	}
}

// TestOlderIsPerFile compares a packet with those of its own file only.
func TestOlderIsPerFile(t *testing.T) {
	path := writeFile(t, "a.pcap", somePcap(10))
	s := New(Options{Files: []string{path, path}})
	if _, err := drain(t, s, 64); err != nil || s.Counters().Older != 0 || s.Counters().Frames != 20 {
		t.Errorf("%+v, error %v", s.Counters(), err)
	}
}

func TestLinkTypes(t *testing.T) {
	unknown := pcapwrite.Pcap{LinkType: 281}
	interfaces := func(types ...uint16) []byte {
		file := ngLittle.AppendSection(nil)
		for _, linkType := range types {
			file = ngLittle.AppendInterface(file, pcapwrite.Interface{LinkType: linkType})
		}
		return file
	}
	packet := pcapwrite.Packet{Data: five}
	for _, c := range []struct {
		name   string
		file   []byte
		frames int
		text   string
	}{
		{"known", somePcap(3), 3, ""},
		{"unknown", unknown.AppendRecord(unknown.AppendHeader(nil), packet), 1, "no interface has a link type that can be decoded: found 281"},
		{"unknown, without packets", unknown.AppendHeader(nil), 0, "found 281"},
		{"no interface", ngBig.AppendSection(nil), 0, ""},
		{"known and unknown", interfaces(1, 281), 0, ""},
		{"unknown and known", interfaces(281, 1), 0, ""},
		{"known in one section", slices.Concat(interfaces(281), interfaces(1)), 0, ""},
		{"several unknown", interfaces(281, 282, 281, 281), 0, "found 281, 282"},
		{"many unknown", interfaces(8, 7, 6, 5, 4, 3, 2, 300, 301, 302), 0, "found 8, 7, 6, 5, 4, 3, 2, 300 and others"},
	} {
		t.Run(c.name, func(t *testing.T) { checkLinkType(t, c.file, c.frames, c.text) })
	}
}

func checkLinkType(t *testing.T, file []byte, want int, text string) {
	t.Helper()
	s := New(Options{
		Files: []string{"-"}, Stdin: bytes.NewReader(file),
		KnownLinkType: func(linkType uint16) bool { return linkType == 1 },
	})
	frames, err := drain(t, s, 8)
	if len(frames) != want {
		t.Errorf("%d frames, must be %d", len(frames), want)
	}
	if text != "" {
		oneError(t, err, -1, ErrLinkType, text)
	} else if err != nil {
		t.Error(err)
	}
}

// TestDamageAndUnknownLinkType tells both.
func TestDamageAndUnknownLinkType(t *testing.T) {
	s := New(Options{
		Files: []string{"-"}, Stdin: bytes.NewReader(somePcap(3)[:30]),
		KnownLinkType: func(uint16) bool { return false },
	})
	_, err := drain(t, s, 8)
	if !errors.Is(err, ErrLinkType) || !errors.Is(err, io.ErrUnexpectedEOF) || len(s.Errors()) != 2 {
		t.Errorf("errors %v", err)
	}
}

// TestFramesComeBeforeTheRest passes on what a pipe has brought, without waiting for more.
func TestFramesComeBeforeTheRest(t *testing.T) {
	r, w := io.Pipe()
	s := New(Options{Files: []string{"-"}, Stdin: r})
	frames := make([]capture.Frame, 64)
	file := somePcap(4)
	for _, part := range [][]byte{file[:60], file[60:]} {
		go func() { _, _ = w.Write(part) }()
		if n, err := s.Next(frames); n == 0 || err != nil {
			t.Fatalf("%d frames and error %v", n, err)
		}
	}
	down := errors.New("line is down")
	_ = w.CloseWithError(down)
	_, err := s.Next(frames)
	oneError(t, err, -1, down, "read: line is down")
}

func TestReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, file := range map[string][]byte{
		"nothing": nil, "magic": somePcap(3)[:4], "pcap": somePcap(3), "pcapng": somePcapng(3),
		"gz": gz(t, somePcap(3)), "half a gz": gz(t, somePcap(30))[:200],
		"zstd": zst(t, somePcap(3)), "half a zstd": zst(t, somePcap(30))[:200],
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Options{Files: []string{"-"}, Stdin: io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken))})
			_, err := drain(t, s, 8)
			oneError(t, err, -1, broken, "read: disk on fire")
		})
	}
}

func TestNoFiles(t *testing.T) {
	s := New(Options{})
	if n, err := s.Next(make([]capture.Frame, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("%d frames and error %v", n, err)
	}
}

func TestNoRoom(t *testing.T) {
	s := New(Options{Files: []string{writeFile(t, "a.pcap", somePcap(3))}})
	if n, err := s.Next(nil); n != 0 || err != nil {
		t.Errorf("%d frames and error %v", n, err)
	}
	if frames, err := drain(t, s, 1); len(frames) != 3 || err != nil {
		t.Errorf("%d frames and error %v", len(frames), err)
	}
}

func TestClose(t *testing.T) {
	for _, reads := range []int{0, 1, 100} {
		s := New(Options{Files: []string{writeFile(t, "a.pcap.zst", zst(t, somePcap(50)))}})
		for range reads {
			_, _ = s.Next(make([]capture.Frame, 3))
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if n, err := s.Next(make([]capture.Frame, 3)); n != 0 || err == nil || errors.Is(err, io.EOF) {
			t.Errorf("after Close: %d frames and error %v", n, err)
		}
	}
}

// TestDescriptors closes each file when it is read, be it good or bad.
func TestDescriptors(t *testing.T) {
	before := openFiles(t)
	path := writeFile(t, "a.pcap", somePcap(3))
	bad := writeFile(t, "b.pcap", somePcap(3)[:27])
	s := New(Options{Files: []string{path, bad, filepath.Dir(path), path}})
	_, _ = drain(t, s, 2)
	if after := openFiles(t); after != before {
		t.Errorf("%d open files, before %d", after, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// TestNextAllocatesNothing once its buffer is there, whatever the format.
func TestNextAllocatesNothing(t *testing.T) {
	for name, file := range map[string][]byte{"pcap": somePcap(40_000), "pcapng": somePcapng(20_000)} {
		s := New(Options{Files: []string{writeFile(t, name, file)}})
		frames := make([]capture.Frame, 16)
		if _, err := s.Next(frames); err != nil {
			t.Fatal(err)
		}
		allocs := testing.AllocsPerRun(1000, func() {
			if n, err := s.Next(frames); n == 0 || err != nil {
				t.Fatal(n, err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations per call of Next", name, allocs)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFramesStayValid until the next call: also those at the end of a file, and of a block.
func TestFramesStayValid(t *testing.T) {
	path := writeFile(t, "a.pcap", somePcap(30_000))
	s := New(Options{Files: []string{path, path}})
	frames := make([]capture.Frame, 50_000)
	seen := 0
	for {
		n, err := s.Next(frames)
		for i := range frames[:n] {
			if !bytes.Equal(frames[i].Data, payload((seen+i)%30_000)) {
				t.Fatalf("frame %d differs", seen+i)
			}
		}
		if seen += n; errors.Is(err, io.EOF) {
			break
		}
	}
	if seen != 60_000 {
		t.Errorf("%d frames", seen)
	}
}
