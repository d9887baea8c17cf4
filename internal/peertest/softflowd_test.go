package peertest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// softflowd's flows, as `sagflow collect` reads them, are those that another reader finds in the same
// datagrams, and their counters are those of the capture. The other reader is nfdump, but for IPFIX
// tshark: nfdump 1.7.1 swaps start and end of softflowd's there. (tshark loses small exports of V9,
// where softflowd's count leaves the templates out.)
func TestSoftflowd(t *testing.T) {
	for _, name := range []string{"pcpp-DnsPackets.pcap", "nfstream-KakaoTalk_chat.pcap", "nfstream-vnc.pcap"} {
		for _, version := range []string{"5", "9", "10"} {
			t.Run(name+"/"+version, func(t *testing.T) {
				t.Parallel()
				softflowd(t, testutil.Shared(t, "pcaps", name), version)
			})
		}
	}
}

func softflowd(t *testing.T, path, version string) {
	testutil.Programs(t, "bash", "python3", "nfcapd", "nfdump", "dumpcap", "tshark", "goflow2", "softflowd")
	dir := t.TempDir()
	c := startCollect(t, dir)
	collect(t, dir, 0, "softflowd", "-d", "-N", "-a", "-m", "1000000", "-v", version, "-c", "none", "-p", filepath.Join(dir, "pid"),
		"-n", "@NFCAPD@,"+c.address, "-r", path)
	got := filepath.Join(dir, "sagflow.tsv")
	writeFile(t, got, appendTSV(nil, c.end()))
	truth := filepath.Join(dir, "truth.tsv")
	writeFile(t, truth, testutil.MustRun(t, limit, "python3", testutil.Shared(t, "tools", "oracle"), "--bytes", "wire", path))
	reader, family := "nfdump", []string(nil)
	switch version {
	case "5":
		family = []string{"--family", "4"}
	case "10":
		reader = "tshark"
	}
	for _, c := range []struct {
		truth string
		flags []string
	}{
		{filepath.Join(dir, reader+".tsv"), []string{"--records", "--tol", "1"}},
		{truth, append(family, "--no-times", "--flags-mask", "0x3f", "--no-tos")}, // softflowd: times of both directions, 6 flags
	} {
		args := append(append([]string{testutil.Shared(t, "tools", "compare")}, c.flags...), c.truth, got)
		if r := testutil.Run(t, limit, "python3", args...); r.Code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", filepath.Base(c.truth), r.Code, cut(string(r.Stdout)), r.Stderr)
		}
	}
}

// collectRun is a running `sagflow collect`.
type collectRun struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string
	records string
	said    chan []byte
}

// listening finds the address in what the collector says when it is ready.
var listening = regexp.MustCompile(`127\.0\.0\.1:[1-9]\d*`)

// startCollect starts `sagflow collect` on a free port and waits until it listens.
func startCollect(t *testing.T, dir string, args ...string) *collectRun {
	t.Helper()
	c := &collectRun{t: t, records: filepath.Join(dir, "collected.jsonl"), said: make(chan []byte, 1)}
	c.cmd = exec.Command("sagflow", append([]string{"collect", "--listen", "127.0.0.1:0", "--records", c.records}, args...)...)
	stderr, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	lines, text := bufio.NewScanner(stderr), []byte(nil)
	for c.address == "" && lines.Scan() {
		text = append(append(text, lines.Bytes()...), '\n')
		c.address = listening.FindString(lines.Text())
	}
	if c.address == "" {
		t.Fatalf("sagflow collect did not start:\n%s", text)
	}
	go func() {
		for lines.Scan() {
			text = append(append(text, lines.Bytes()...), '\n')
		}
		c.said <- text
	}()
	return c
}

// end tells the collector to end and returns its records.
func (c *collectRun) end() (records []jsonCollected) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGINT); err != nil {
		c.t.Fatal(err)
	}
	said := <-c.said
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatalf("sagflow collect: %v\n%s", err, said)
	}
	text, err := os.ReadFile(c.records)
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var r jsonCollected
		decodeStrict(c.t, line, &r, true)
		records = append(records, r)
	}
	return records
}

// jsonCollected is a line of the collector's records.
type jsonCollected struct {
	jsonRecord
	Exporter string `json:"exporter"`
	Domain   uint32 `json:"domain"`
	Version  uint16 `json:"version"`
}

// appendTSV writes records in the columns that compare reads.
func appendTSV(dst []byte, records []jsonCollected) []byte {
	dst = append(dst, "src\tdst\tproto\tsport\tdport\tpackets\tbytes\tfirst\tlast\tflags\ttos\n"...)
	for _, r := range records {
		dst = fmt.Appendf(dst, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t0x%02x\t%d\n", r.Src, r.Dst, r.Protocol, r.SrcPort, r.DstPort,
			r.Packets, r.Octets, r.StartMs, r.EndMs, r.Flags, r.ToS)
	}
	return dst
}

func writeFile(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
