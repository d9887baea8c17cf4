package collector

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/testutil"
)

const peerLimit = time.Minute

// flowSum is what a key's records add up to.
type flowSum struct{ packets, octets uint64 }

type flowKey struct {
	src, dst         netip.Addr
	protocol         uint8
	srcPort, dstPort uint16
}

func sumRecords(records []flowtable.Record) map[flowKey]flowSum {
	sums := map[flowKey]flowSum{}
	for i := range records {
		r := &records[i]
		k := flowKey{r.SrcAddr(), r.DstAddr(), r.Protocol, r.SrcPort, r.DstPort}
		sums[k] = flowSum{sums[k].packets + r.Packets, sums[k].octets + r.Octets}
	}
	return sums
}

// sumTruth adds up the oracle's flows, those of IPv4 alone if V5 can't carry the others.
func sumTruth(t *testing.T, path string, onlyIPv4 bool) map[flowKey]flowSum {
	t.Helper()
	sums := map[flowKey]flowSum{}
	for _, f := range testutil.Oracle(t, path).Flows {
		if !onlyIPv4 || f.Src.Is4() {
			sums[flowKey{f.Src, f.Dst, f.Protocol, f.SrcPort, f.DstPort}] = flowSum{f.Packets, f.Octets}
		}
	}
	return sums
}

// collectFrom runs an exporter against a Server and returns what it received until it fell silent.
func collectFrom(t *testing.T, export func(address netip.AddrPort)) ([]flowtable.Record, ServerSummary) {
	t.Helper()
	sink := newRecorder()
	sink.written, sink.flushed = make(chan int, 100_000), make(chan int, 100_000)
	s := start(t, ServerOptions{Sink: sink})
	export(netip.MustParseAddrPort(s.conn.RemoteAddr().String()))
	s.cancel()
	if err := wait(t, "the end", s.ended); err != nil {
		t.Error(err)
	}
	return sink.records, s.Summary()
}

// On these captures softflowd counts exactly.
func TestSoftflowd(t *testing.T) {
	testutil.Programs(t, "softflowd")
	for _, name := range []string{"nfstream-KakaoTalk_chat.pcap", "ndpi-ocs.pcap", "zeek-dns-edns-ecs.pcap"} {
		path := testutil.Shared(t, "pcaps", name)
		for version, counting := range map[string]convention{"5": countsRecords, "9": countsDatagrams, "10": countsRecords} {
			records, sum := collectFrom(t, func(address netip.AddrPort) {
				testutil.MustRun(t, peerLimit, "softflowd", "-d", "-N", "-a", "-v", version, "-c", "none",
					"-p", filepath.Join(t.TempDir(), "pid"), "-n", address.String(), "-r", path)
			})
			equal(t, name+" version "+version, sumTruth(t, path, version == "5"), sumRecords(records))
			checkNothingLost(t, &sum, counting)
		}
	}
}

// checkNothingLost also checks that short sessions are not taken for unusual ones; softflowd's
// IPFIX sequence includes the datagram's own records, which shows from a few datagrams on.
func checkNothingLost(t *testing.T, sum *ServerSummary, counting convention) {
	t.Helper()
	for _, s := range sum.Sessions {
		if s.Version == versionIPFIX {
			if s.Datagrams >= 5 && s.Sequence.Counts == conventionNames[countsRecords] {
				t.Errorf("taken for a sequence by the rule: %+v", s.Sequence)
			}
			continue
		}
		if s.Sequence.Lost != 0 || s.Sequence.Restarts != 0 || s.Sequence.Counts != conventionNames[counting] {
			t.Errorf("%+v", s.Sequence)
		}
	}
	if a := sum.Totals; a.Malformed != nil || a.SetsWithoutTemplate != 0 || a.RecordsWithoutTimes != 0 || a.RecordsWithoutAddresses != 0 {
		t.Errorf("%+v", a)
	}
}

// nfdump's probe makes flows of a capture, and its player sends them.
func TestNfreplay(t *testing.T) {
	testutil.Programs(t, "nfpcapd", "nfreplay")
	path := testutil.Shared(t, "pcaps", "nfstream-KakaoTalk_chat.pcap")
	dir := t.TempDir()
	testutil.MustRun(t, peerLimit, "nfpcapd", "-r", path, "-w", dir)
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatalf("nfpcapd left nothing: %v", err)
	}
	for version, counting := range map[string]convention{"5": countsRecords, "9": countsDatagrams} {
		records, sum := collectFrom(t, func(address netip.AddrPort) {
			for _, f := range files {
				testutil.MustRun(t, peerLimit, "nfreplay", "-r", filepath.Join(dir, f.Name()), "-v", version,
					"-H", address.Addr().String(), "-p", strconv.Itoa(int(address.Port())))
			}
		})
		equal(t, "version "+version, sumTruth(t, path, version == "5"), sumRecords(records))
		checkNothingLost(t, &sum, counting)
	}
}
