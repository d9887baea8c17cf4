package collector

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

func keyOf(r *flowtable.Record) flowKey {
	return flowKey{r.SrcAddr(), r.DstAddr(), r.Protocol, r.SrcPort, r.DstPort}
}

func sumRecords(records []flowtable.Record) map[flowKey]flowSum {
	sums := map[flowKey]flowSum{}
	for i := range records {
		r := &records[i]
		k := keyOf(r)
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
	s.end(t)
	return sink.records, s.Summary()
}

// softflowd runs it over a capture, from start to end.
func softflowd(t *testing.T, path string, flags ...string) ([]flowtable.Record, ServerSummary) {
	t.Helper()
	testutil.Programs(t, "softflowd")
	return collectFrom(t, func(address netip.AddrPort) {
		args := []string{"-d", "-N", "-a", "-c", "none", "-p", filepath.Join(t.TempDir(), "pid"), "-n", address.String(), "-r", path}
		testutil.MustRun(t, peerLimit, "softflowd", append(args, flags...)...)
	})
}

// On these captures softflowd counts exactly. Its IPFIX sequence includes the datagram's own records.
func TestSoftflowd(t *testing.T) {
	for _, name := range []string{"nfstream-KakaoTalk_chat.pcap", "ndpi-ocs.pcap", "zeek-dns-edns-ecs.pcap"} {
		path := testutil.Shared(t, "pcaps", name)
		for version, counting := range map[string]convention{"5": countsRecords, "9": countsDatagrams, "10": countsRecordsIncluded} {
			records, sum := softflowd(t, path, "-v", version)
			equal(t, name+" version "+version, sumTruth(t, path, version == "5"), sumRecords(records))
			checkNothingLost(t, &sum, counting)
		}
	}
}

// All forms of time that softflowd has say the same, and biflows are the same flows.
func TestSoftflowdForms(t *testing.T) {
	path := testutil.Shared(t, "pcaps", "nfstream-KakaoTalk_chat.pcap")
	want := sumTruth(t, path, false)
	milliseconds := map[flowKey]flowtable.Record{}
	for _, flags := range [][]string{{"-A", "milli"}, {"-A", "micro"}, {"-A", "nano"}, {"-b"}} {
		form := strings.Join(flags, " ")
		records, sum := softflowd(t, path, append(flags, "-v", "10")...)
		equal(t, form, want, sumRecords(records))
		checkNothingLost(t, &sum, countsRecordsIncluded)
		for _, r := range records {
			if form == "-A milli" {
				milliseconds[keyOf(&r)] = r
			} else if m := milliseconds[keyOf(&r)]; form != "-b" && (!extends(m.First, r.First) || !extends(m.Last, r.Last)) {
				t.Errorf("%s: %d–%d, in milliseconds %d–%d", form, r.First, r.Last, m.First, m.Last)
			}
		}
	}
}

// extends reports whether a time has the given milliseconds and more. softflowd's NTP fractions are
// a microsecond high, so that a decoder that cuts them off comes out right.
func extends(ms, ns int64) bool { return ns >= ms && ns <= ms+1_001_000 }

func checkNothingLost(t *testing.T, sum *ServerSummary, counting convention) {
	t.Helper()
	for _, s := range sum.Sessions {
		q := s.Sequence
		// A single datagram is no evidence.
		if q.Lost != 0 || q.Restarts != 0 || (q.Counts != conventionNames[counting] && s.Datagrams > 1) {
			t.Errorf("%+v", q)
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
