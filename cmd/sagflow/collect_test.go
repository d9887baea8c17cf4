package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// collecting is a collectCmd at work in this process.
type collecting struct {
	stdout bytes.Buffer
	stderr string // all of it, once ended
	ended  chan error
	rest   chan string
	cancel context.CancelFunc
	conn   net.Conn
}

var listeningLine = regexp.MustCompile(`^listening on (127\.0\.0\.1:[1-9]\d*) \(UDP\)\n$`)

// startCollecting runs the command on a free port and connects to it.
func startCollecting(t *testing.T, c collectCmd) *collecting {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	run := &collecting{ended: make(chan error, 1), rest: make(chan string, 1)}
	var ctx context.Context
	ctx, run.cancel = context.WithCancel(t.Context())
	r, w := io.Pipe()
	go func() {
		err := c.Run(&environment{Context: ctx, Stdout: &run.stdout, Stderr: w})
		_ = w.Close()
		run.ended <- err
	}()
	stderr := bufio.NewReader(r)
	line, _ := stderr.ReadString('\n')
	match := listeningLine.FindStringSubmatch(line)
	if match == nil {
		t.Fatalf("said %q: %v", line, <-run.ended)
	}
	go func() {
		text, _ := io.ReadAll(stderr)
		run.rest <- string(text)
	}()
	var err error
	if run.conn, err = net.Dial("udp", match[1]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.conn.Close() })
	return run
}

// end sends a V5 datagram of one record and ends the command as SIGINT does.
func (run *collecting) end(t *testing.T) error {
	t.Helper()
	datagram := make([]byte, 24+48)
	datagram[1], datagram[3], datagram[24] = 5, 1, 10
	if _, err := run.conn.Write(datagram); err != nil {
		t.Fatal(err)
	}
	run.cancel()
	run.stderr = <-run.rest
	return <-run.ended
}

const aRecord = `{"srcaddr":"10.0.0.0","dstaddr":"0.0.0.0",`

func TestCollectPrintsRecordsByDefault(t *testing.T) {
	run := startCollecting(t, collectCmd{})
	if err := run.end(t); err != nil {
		t.Error(err)
	}
	if out := run.stdout.String(); !strings.HasPrefix(out, aRecord) || strings.Count(out, "\n") != 1 || strings.Contains(out, "vlan") {
		t.Errorf("stdout %q", out)
	}
	if !strings.Contains(run.stderr, "V5") || !strings.Contains(run.stderr, "total") {
		t.Errorf("stderr %q", run.stderr)
	}
}

func TestCollectFiles(t *testing.T) {
	dir := t.TempDir()
	c := collectCmd{Records: filepath.Join(dir, "records"), Summary: filepath.Join(dir, "summary"), VLAN: true, Quiet: true}
	run := startCollecting(t, c)
	if err := run.end(t); err != nil {
		t.Error(err)
	}
	if run.stdout.Len() != 0 || run.stderr != "" {
		t.Errorf("stdout %q, stderr %q", &run.stdout, run.stderr)
	}
	records := readPrivate(t, c.Records)
	if !strings.HasPrefix(records, aRecord) || !strings.Contains(records, `"vlan":0`) {
		t.Errorf("records %q", records)
	}
	var sum struct {
		Totals struct{ Records int }
	}
	if err := json.Unmarshal([]byte(readPrivate(t, c.Summary)), &sum); err != nil || sum.Totals.Records != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

func readPrivate(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v", path, info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCollectSummaryAlone(t *testing.T) {
	run := startCollecting(t, collectCmd{Summary: "-", Idle: seconds(time.Millisecond)})
	if err := run.end(t); err != nil {
		t.Error(err)
	}
	if !json.Valid(run.stdout.Bytes()) || !strings.Contains(run.stdout.String(), `"sessions"`) {
		t.Errorf("stdout %q", &run.stdout)
	}
}

// /dev/full is a disk that is full.
func TestCollectReportsFullDisk(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Logf("no %s on this system, which this test is about", full)
		return
	}
	for _, c := range []collectCmd{{Records: full, Quiet: true}, {Summary: full, Quiet: true}} {
		run := startCollecting(t, c)
		if err := run.end(t); err == nil || strings.Count(err.Error(), "no space left on device") != 1 {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// A second collector on the same port leaves the files of the first alone.
func TestCollectPortInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records")
	run := startCollecting(t, collectCmd{Records: path, Quiet: true})
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := collectCmd{Listen: run.conn.RemoteAddr().String(), Records: path}
	err = second.Run(&environment{Context: t.Context(), Stdout: io.Discard, Stderr: io.Discard})
	if err == nil || !strings.Contains(err.Error(), second.Listen) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("%v", err)
	}
	if after, err := os.Stat(path); err != nil || after.Size() != 4 || !os.SameFile(before, after) {
		t.Errorf("%v, %v", after, err)
	}
	_ = run.end(t)
}

func TestCollectOutputsThatCannotBe(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no", "such", "folder")
	for _, c := range []collectCmd{{Records: missing}, {Summary: missing}} {
		c.Listen = "127.0.0.1:0"
		err := c.Run(&environment{Context: t.Context(), Stdout: io.Discard, Stderr: io.Discard})
		if err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("%v", err)
		}
	}
}

func TestCollectUsage(t *testing.T) {
	for _, c := range []collectCmd{
		{Listen: ""},
		{Listen: "127.0.0.1"},
		{Listen: "127.0.0.1:"},
		{Listen: "127.0.0.1:netflow"},
		{Listen: "127.0.0.1:65536"},
		{Listen: "::1:9995"},
		{Listen: "127.0.0.1:1", Records: "-", Summary: "-"},
	} {
		if err := c.Validate(); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	for _, listen := range []string{"127.0.0.1:0", ":2055", "[::1]:9995", "localhost:65535"} {
		if err := (&collectCmd{Listen: listen, Records: "-"}).Validate(); err != nil {
			t.Error(err)
		}
	}
}
