package peertest

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/ipfix"
	"github.com/sagflow/sagflow/exporter/netflow5"
	"github.com/sagflow/sagflow/exporter/netflow9"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/testutil"
)

// optioned makes the datagrams of a session: what its options announce, and a flow from interface 2 to
// interface 70000.
func optioned(version string, o exporter.EncoderOptions) [][]byte {
	var e exporter.Encoder = ipfix.New(o)
	switch version {
	case "V5":
		e = netflow5.New(o)
	case "V9":
		e = netflow9.New(o)
	}
	now := time.Now()
	flow := flowtable.Record{
		Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{198, 51, 100, 2}, SrcPort: 49152, DstPort: 443, Protocol: 6, IPVersion: 4,
		Packets: 3, Octets: 180, First: now.UnixNano(), Last: now.UnixNano(), Input: 2, Output: 70000, Reason: flowtable.IdleTimeout,
	}
	var all [][]byte
	at := exporter.Moment{Clock: now.UnixNano(), Wall: now}
	for records := []flowtable.Record{flow}; ; {
		enc := e.Append(nil, 1472, at, records)
		if len(enc.Datagram) == 0 {
			return all
		}
		e.Commit()
		all, records = append(all, enc.Datagram), records[enc.Taken:]
	}
}

// byTshark returns tshark's dissection of datagrams, and fails the test where it finds one malformed or
// complains otherwise.
func byTshark(t *testing.T, datagrams [][]byte) string {
	t.Helper()
	testutil.Programs(t, "tshark")
	path := filepath.Join(t.TempDir(), "datagrams.pcap")
	writeDatagrams(t, path, datagrams)
	tshark := func(args ...string) string {
		return string(testutil.MustRun(t, limit, "tshark", append([]string{"-r", path, "-d", "udp.port==2055,cflow"}, args...)...))
	}
	if bad := tshark("-Y", "_ws.malformed or _ws.expert"); bad != "" {
		t.Errorf("tshark complains:\n%s", bad)
	}
	return tshark("-V")
}

// writeDatagrams makes a capture of datagrams to port 2055.
func writeDatagrams(t *testing.T, path string, datagrams [][]byte) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := pcapgo.NewWriter(f)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	for _, d := range datagrams {
		ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: net.IPv4(127, 0, 0, 1), DstIP: net.IPv4(127, 0, 0, 1)}
		udp := &layers.UDP{SrcPort: 49999, DstPort: 2055}
		b := gopacket.NewSerializeBuffer()
		options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
		if err := udp.SetNetworkLayerForChecksum(ip); err != nil {
			t.Fatal(err)
		}
		if err := gopacket.SerializeLayers(b, options, ip, udp, gopacket.Payload(d)); err != nil {
			t.Fatal(err)
		}
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(b.Bytes()), Length: len(b.Bytes())}, b.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
}

// byNfdump sends datagrams to nfcapd and returns the file that it wrote.
func byNfdump(t *testing.T, datagrams [][]byte) string {
	t.Helper()
	testutil.Programs(t, "nfcapd", "nfdump")
	port := strconv.Itoa(ports(t, 1))
	dir := t.TempDir()
	stop := startNfcapd(t, dir, port)
	c, err := net.Dial("udp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, d := range datagrams {
		if _, err := c.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	files, err := filepath.Glob(filepath.Join(dir, "nfcapd.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("nfcapd wrote %q, want one file (%v)", files, err)
	}
	return files[0]
}

// contain fails the test for each of the texts that is not in all.
func contain(t *testing.T, all string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("no %q in\n%s", text, cut(all))
		}
	}
}

// The names of the interfaces: tshark shows them, and nfdump shows flows with them.
func TestInterfaceNames(t *testing.T) {
	names := []exporter.Interface{{Index: 1, Name: "lo"}, {Index: 2, Name: "enp0s31f6.1234"}, {Index: 70000, Name: "fifteen-octets!"}}
	for _, version := range []string{"V9", "V10"} {
		t.Run(version, func(t *testing.T) {
			datagrams := optioned(version, exporter.EncoderOptions{Interfaces: func() []exporter.Interface { return names }})
			contain(t, byTshark(t, datagrams),
				"InputInt: 1\n            IfName: lo\n", "InputInt: 2\n            IfName: enp0s31f6.1234\n", "InputInt: 70000\n            IfName: fifteen-octets!\n")
			shown := string(testutil.MustRun(t, limit, "nfdump", "-q", "-r", byNfdump(t, datagrams), "-o", "fmt:%in %out %inam %onam"))
			if got := strings.Join(strings.Fields(shown), " "); got != "2 70000 enp0s31f6.1234 fifteen-octets!" {
				t.Errorf("nfdump shows %q", got)
			}
		})
	}
}

// One in 100 packets: tshark shows it, and nfdump scales what came in V5 by it. In V9 and IPFIX nfdump 1.7.1
// takes no sampling from options, however they are laid out.
func TestSampling(t *testing.T) {
	for version, want := range map[string][]string{
		"V5":  {"= SamplingMode: Packet Interval sampling mode configured (1)", "= SampleRate: 100"},
		"V9":  {"ScopeSystem: 00000007", "Sampling interval: 100", "Sampling algorithm: Deterministic sampling (1)"},
		"V10": {"Selector Id: 1", "Selector Algorithm: Systematic count-based Sampling (1)", "Sampling Packet Interval: 1", "Sampling Packet Space: 99"},
	} {
		t.Run(version, func(t *testing.T) {
			datagrams := optioned(version, exporter.EncoderOptions{Domain: 7, Sampling: 100})
			contain(t, byTshark(t, datagrams), want...)
			if version != "V5" {
				return
			}
			file := byNfdump(t, datagrams)
			contain(t, string(testutil.MustRun(t, limit, "nfdump", "-E", file)), "algorithm: 1, packet interval: 1, packet space: 99")
			shown := string(testutil.MustRun(t, limit, "nfdump", "-q", "-r", file, "-o", "fmt:%pkt %byt"))
			if got := strings.Join(strings.Fields(shown), " "); got != "300 18000" {
				t.Errorf("nfdump shows %q, want 3 packets of 180 octets a hundred times", got)
			}
		})
	}
}
