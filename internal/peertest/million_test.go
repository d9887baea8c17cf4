package peertest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/testutil"
)

// million is how many records one run sends.
const million = 1_000_500

// nfcapd as Debian starts it, without -B, loses none of a million records at the default export rate:
// every record is there, and no sequence number is missing. SAGFLOW_MILLION_RUNS asks for so many
// runs instead of one, of which none may lose anything.
func TestMillionRecords(t *testing.T) {
	testutil.Programs(t, "nfcapd", "nfdump")
	runs := 1
	if s := os.Getenv("SAGFLOW_MILLION_RUNS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("SAGFLOW_MILLION_RUNS=%q: want a number from 1", s)
		}
		runs = n
	}
	flood := filepath.Join(t.TempDir(), "flood.pcap")
	if err := writeFlood(flood, million); err != nil {
		t.Fatal(err)
	}
	for run := range runs {
		version := versions[(run+1)%len(versions)]
		t.Run(fmt.Sprintf("%s-%d", version, run+1), func(t *testing.T) {
			if lost := sendMillion(t, flood, version); lost != "" {
				t.Error(lost)
			}
		})
	}
}

// sendMillion says what nfcapd lost, "" for nothing.
func sendMillion(t *testing.T, flood, version string) (lost string) {
	t.Helper()
	port := strconv.Itoa(ports(t, 1))
	dir := memoryDir(t)
	stop := startNfcapd(t, dir, port)
	began := time.Now()
	testutil.MustRun(t, limit, "sagflow", "replay", "-q", "--active-aging", "0", "--inactive-aging", "0",
		"--netflow-version", version, "--netflow", "127.0.0.1:"+port, flood)
	t.Logf("%d records in %v", million, time.Since(began).Round(time.Millisecond))
	stop()
	files, err := filepath.Glob(filepath.Join(dir, "nfcapd.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("nfcapd wrote %q, want one file (%v)", files, err)
	}
	stats := string(testutil.MustRun(t, limit, "nfdump", "-I", "-r", files[0]))
	for _, want := range []struct {
		name string
		n    int
	}{{"Flows", million}, {"Packets", million}, {"Sequence failures", 0}} {
		got := regexp.MustCompile(`(?m)^` + want.name + `: (\d+)$`).FindStringSubmatch(stats)
		if got == nil {
			t.Fatalf("no line %q in\n%s", want.name, stats)
		}
		if got[1] != strconv.Itoa(want.n) {
			lost += fmt.Sprintf("%s: %s, want %d; ", want.name, got[1], want.n)
		}
	}
	return lost
}

// startNfcapd starts nfcapd with its own socket buffer, and returns what ends it when it has read all.
func startNfcapd(t *testing.T, dir, port string) (stop func()) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "nfcapd.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nfcapd", "-w", dir, "-p", port, "-b", "127.0.0.1", "-t", "3600")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	prefer(t, cmd.Process.Pid)
	stop = func() {
		drained(t, port)
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = log.Close()
	}
	await(t, "nfcapd to listen on port "+port, func() bool { _, ok := queued(port); return ok })
	return stop
}

// memoryDir returns a folder in memory where there is one: a disk that is busy with other work keeps
// nfcapd in write(2) for longer than its socket's buffer lasts.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "sagflow")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// prefer lets a process run before the machine's other work, where root may: what is tested is the pace,
// not who else computes. nfcapd's default buffer holds some 50 ms.
func prefer(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, pid, -20); err != nil {
		t.Logf("nfcapd runs at the usual priority, other work may keep it from reading: %v", err)
	}
}

// drained waits until a receiver has read everything from its socket.
func drained(t *testing.T, port string) {
	t.Helper()
	await(t, "the receiver on port "+port+" to read everything", func() bool { n, ok := queued(port); return !ok || n == 0 })
}

// queued returns how many octets wait in the UDP socket of a port of 127.0.0.1, and whether there is one.
func queued(port string) (n uint64, ok bool) {
	p, err := strconv.Atoi(port)
	if err != nil {
		return 0, false
	}
	text, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		return 0, false
	}
	local := fmt.Sprintf("0100007F:%04X", p)
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) > 4 && f[1] == local {
			_, receive, _ := strings.Cut(f[4], ":")
			n, err = strconv.ParseUint(receive, 16, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// await polls until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited 30 s for %s", what)
		}
	}
}

// writeFlood writes a capture of n flows of one packet each: UDP over IPv4, 10 µs apart.
func writeFlood(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	le, be := binary.LittleEndian, binary.BigEndian
	header := le.AppendUint32(nil, 0xa1b2c3d4)
	header = append(header, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0) // snap length 2^18, raw IP
	_, err = w.Write(header)
	packet := make([]byte, 16+20+8)
	le.PutUint32(packet[8:], 28)
	le.PutUint32(packet[12:], 28)
	ip := packet[16:]
	copy(ip, []byte{0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17})
	be.PutUint16(ip[24:], 8)
	for i := 0; i < n && err == nil; i++ {
		le.PutUint32(packet, uint32(1_772_442_000+i/100_000))
		le.PutUint32(packet[4:], uint32(i%100_000*10))
		be.PutUint32(ip[12:], 10<<24|uint32(i/50))
		be.PutUint32(ip[16:], 192<<24|168<<16|uint32(i%7))
		be.PutUint16(ip[20:], uint16(1024+i))
		be.PutUint16(ip[22:], uint16(i%50))
		_, err = w.Write(packet)
	}
	if err == nil {
		err = w.Flush()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
