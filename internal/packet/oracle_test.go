package packet

import (
	"bufio"
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// shared returns a path in the folder of captures and truth tools. Without that folder the test
// fails in CI and is skipped elsewhere.
func shared(t *testing.T, elements ...string) string {
	t.Helper()
	dir := os.Getenv("SAGFLOW_SHARED")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(moduleRoot(t)), "shared")
	}
	path := filepath.Join(append([]string{dir}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		missing(t, "NOT TESTED against the oracle: set SAGFLOW_SHARED to the folder with tools/ and pcaps/: %v", err)
	}
	return path
}

func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("find module root: no go.mod above the working directory")
		}
	}
}

// truth is what the oracle says of a capture.
type truth struct {
	// packets are the oracle's lines of packets, without their number.
	packets []string
	// summary are its lines of totals that a decoder can know.
	summary []string
	// damaged says that the file can't be read to its end.
	damaged bool
}

func runOracle(t *testing.T, file string, flags ...string) truth {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "NOT TESTED against the oracle: install python3: %v", err)
	}
	args := append([]string{shared(t, "tools", "oracle"), "--packets", "--no-flows"}, flags...)
	cmd := exec.CommandContext(t.Context(), python, append(args, file)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run oracle on %q: %v\n%s", file, err, stderr.Bytes())
	}
	return parseTruth(t, out)
}

func parseTruth(t *testing.T, out []byte) truth {
	t.Helper()
	var result truth
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		switch fields[0] {
		case "P":
			result.packets = append(result.packets, packetLine(t, fields[2:]))
		case "#total":
			result.summary = append(result.summary, strings.Join(fields[:11], "\t"))
		case "#fileerror":
			result.damaged = true
		case "#nonip", "#malformed":
			fields[1] = linkTypeText(fields[1])
			result.summary = append(result.summary, strings.Join(fields, "\t"))
		case "#note":
			if isDecoderNote(fields[1]) {
				result.summary = append(result.summary, lines.Text())
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("read oracle: %v", err)
	}
	return result
}

// packetLine writes addresses as netip does: ::1.2.3.4 reads differently in other libraries.
func packetLine(t *testing.T, fields []string) string {
	t.Helper()
	if len(fields) == 2 {
		fields[1] = linkTypeText(fields[1])
		return strings.Join(fields, "\t")
	}
	for i := range fields[:2] {
		addr, err := netip.ParseAddr(fields[i])
		if err != nil {
			t.Fatalf("parse oracle's address %q: %v", fields[i], err)
		}
		fields[i] = addr.String()
	}
	return strings.Join(fields, "\t")
}

// linkTypeText turns the oracle's words for an unknown link type into those of this package.
func linkTypeText(s string) string {
	if n, ok := strings.CutPrefix(s, "link type "); ok {
		return "link-type " + strings.TrimSuffix(n, " not supported")
	}
	return s
}

// isDecoderNote says whether a note is about frames, not about files or the order of packets.
func isDecoderNote(text string) bool {
	for _, n := range noteTexts {
		if n == text {
			return true
		}
	}
	return !strings.HasPrefix(text, "file: ") && text != "packets older than the one before" &&
		text != "packets without a timestamp (simple packet block, given 0)"
}

// decodedLine is what the oracle's line of a frame must be.
func decodedLine(d *Decoder, v Verdict, p *flowtable.Packet) string {
	switch v.Class() {
	case ClassCounted:
		return packetText(p)
	case ClassNonIP:
		return "nonip\t" + lastText(d, v)
	default:
		return "malformed\t" + lastText(d, v)
	}
}

func lastText(d *Decoder, v Verdict) string {
	return kindOf(v, d.parameter).String()
}

func packetText(p *flowtable.Packet) string {
	ms := p.Time / 1e6
	if p.Time%1e6 < 0 {
		ms--
	}
	return fmt.Sprintf("%v\t%v\t%d\t%d\t%d\t%d\t%d\t0x%02x\t%d", address(p, &p.Src), address(p, &p.Dst),
		p.Protocol, p.SrcPort, p.DstPort, p.Octets, ms, p.TCPFlags, p.ToS)
}

func address(p *flowtable.Packet, a *[16]byte) netip.Addr {
	if p.IPVersion == 4 {
		return netip.AddrFrom4([4]byte(a[:4]))
	}
	return netip.AddrFrom16(*a)
}

// summaryLines is what the oracle's totals must be.
func summaryLines(c *Counters) []string {
	lines := []string{fmt.Sprintf("#total\tframes\t%d\tip\t%d\tipbytes\t%d\tnonip\t%d\tmalformed\t%d",
		c.Frames(), c.Verdicts[Counted], c.Octets, c.Class(ClassNonIP), c.Class(ClassMalformed))}
	for _, d := range c.Details() {
		tag := "#nonip"
		if d.Verdict.Class() == ClassMalformed {
			tag = "#malformed"
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d", tag, d.Text, d.Count))
	}
	for n, count := range c.Notes {
		if count > 0 {
			lines = append(lines, fmt.Sprintf("#note\t%v\t%d", Note(n), count))
		}
	}
	return lines
}

// checkFrames decodes frames one by one and compares each with the truth.
func checkFrames(t *testing.T, d *Decoder, frames []capture.Frame, want []string) {
	t.Helper()
	if len(frames) != len(want) {
		t.Fatalf("%d frames, the oracle has %d", len(frames), len(want))
	}
	differences := 0
	for i := range frames {
		var p flowtable.Packet
		v := d.Decode(&frames[i], &p)
		if got := decodedLine(d, v, &p); got != want[i] {
			t.Errorf("frame %d, link type %d, %d of %d octets:\n got %s\nwant %s\n%x", i+1,
				frames[i].LinkType, len(frames[i].Data), frames[i].Length, got, want[i], frames[i].Data)
			if differences++; differences == 10 {
				t.Fatal("more differences left out")
			}
		}
	}
}

func checkSummary(t *testing.T, c *Counters, want []string) {
	t.Helper()
	got := map[string]bool{}
	for _, line := range summaryLines(c) {
		got[line] = true
	}
	wanted := map[string]bool{}
	for _, line := range want {
		wanted[line] = true
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("summary (-oracle +decoder):\n%s", diff)
	}
}
