package livetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
	"github.com/sagflow/sagflow/internal/packet"
	"github.com/sagflow/sagflow/internal/testutil"
)

// mtu is veth's largest, and what its frames may hold.
const mtu = 65535

// framesOf are the Ethernet frames of a capture that can be sent: whole ones.
func framesOf(t *testing.T, path string) [][]byte {
	t.Helper()
	s := pcapfile.New(pcapfile.Options{Files: []string{path}, KnownLinkType: packet.KnownLinkType})
	defer func() { _ = s.Close() }()
	var all [][]byte
	var frames [256]capture.Frame
	for {
		n, err := s.Next(frames[:])
		for _, f := range frames[:n] {
			if f.LinkType == 1 && len(f.Data) == int(f.Length) && len(f.Data) >= 14 && len(f.Data) <= mtu+14 && !cutTag(f.Data) {
				all = append(all, slices.Clone(f.Data))
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Logf("%s: %v", path, err) // damaged on purpose: what came before is sent
			}
			return all
		}
	}
}

// cutTag says that a frame ends within its first VLAN tag: the kernel drops it before it shows it to anybody
// (skb_vlan_untag).
func cutTag(f []byte) bool {
	et := binary.BigEndian.Uint16(f[12:])
	return (et == 0x8100 || et == 0x88a8) && len(f) < 18
}

// send sends frames, and returns those that the kernel took.
func send(from *testutil.FrameSender, frames [][]byte) [][]byte {
	var sent [][]byte
	for _, f := range frames {
		if from.Try(f) == nil {
			sent = append(sent, f)
		}
	}
	return sent
}

// truthOf is what the oracle makes of frames.
func truthOf(t *testing.T, frames [][]byte) testutil.Truth {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sent.pcap")
	w := pcapwrite.Pcap{Nano: true, LinkType: 1}
	b := w.AppendHeader(nil)
	for i, f := range frames {
		b = w.AppendRecord(b, pcapwrite.Packet{Time: 1_700_000_000e9 + int64(i), Data: f})
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return testutil.Oracle(t, "--frag", "zero", path)
}

// line is what is compared of a flow: all but its times.
func line(src, dst string, protocol uint8, srcPort, dstPort uint16, packets, octets uint64, flags, tos uint8) string {
	return fmt.Sprintf("%s %s proto %d ports %d %d packets %d octets %d flags %#x tos %#x", src, dst, protocol, srcPort, dstPort, packets, octets, flags, tos)
}

func linesOf(records []record) []string {
	var all []string
	for _, r := range records {
		all = append(all, line(r.Src, r.Dst, r.Protocol, r.SrcPort, r.DstPort, r.Packets, r.Octets, r.Flags, r.ToS))
	}
	slices.Sort(all)
	return all
}

func linesOfTruth(truth testutil.Truth) []string {
	var all []string
	for _, f := range truth.Flows {
		all = append(all, line(f.Src.String(), f.Dst.String(), f.Protocol, f.SrcPort, f.DstPort, f.Packets, f.Octets, f.Flags, f.ToS))
	}
	slices.Sort(all)
	return all
}

// checkTruth holds records against the oracle's.
func checkTruth(t *testing.T, truth testutil.Truth, records []record) {
	t.Helper()
	if diff := cmp.Diff(linesOfTruth(truth), linesOf(records)); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}
