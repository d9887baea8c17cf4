package livetest

import (
	"encoding/json"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// relay stands between a device and its collector. It holds each second datagram up until the next but one has gone.
type relay struct {
	t    *testing.T
	near net.PacketConn // the device's
	far  net.Conn       // the collector's
	done chan struct{}

	mu     sync.Mutex
	chance float64
	sent   *collector.Collector
	all    relayed
	held   [][]byte
}

// relayed is what came to a relay, and what it lost of it.
type relayed struct {
	sent              collector.Totals
	lost, lostRecords uint64
}

func relayUDP(t *testing.T, ns *testutil.Namespace, to int) *relay {
	t.Helper()
	r := &relay{t: t, done: make(chan struct{}), sent: collector.New(collector.Options{})}
	ns.Do(func() {
		t.Helper()
		var err error
		if r.near, err = listenRoomy("udp4", local(collectorPort)); err != nil {
			t.Fatal(err)
		}
		if r.far, err = net.Dial("udp4", local(to)); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { _, _ = r.near.Close(), r.far.Close(); <-r.done })
	go r.run()
	return r
}

// lose sets which part of the datagrams is lost.
func (r *relay) lose(chance float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.chance = chance
}

func (r *relay) run() {
	defer close(r.done)
	random := rand.New(rand.NewPCG(9, 95))
	b := make([]byte, 1<<16)
	for {
		n, from, err := r.near.ReadFrom(b)
		if err != nil {
			return
		}
		r.pass(b[:n], from.(*net.UDPAddr).AddrPort(), random)
	}
}

// pass counts a datagram, and loses it, holds it or sends it on.
func (r *relay) pass(b []byte, from netip.AddrPort, random *rand.Rand) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.sent.Summary().Totals.Records
	_, _ = r.sent.Decode(from, b, nil)
	switch {
	case random.Float64() < r.chance:
		r.all.lost++
		r.all.lostRecords += r.sent.Summary().Totals.Records - before
	case r.chance > 0 && len(r.held) < 2 && random.IntN(2) == 0:
		r.held = append(r.held, append([]byte(nil), b...))
	default:
		r.on(b)
		r.release()
	}
}

func (r *relay) on(b []byte) {
	if _, err := r.far.Write(b); err != nil {
		r.t.Errorf("relay: %v", err)
	}
}

func (r *relay) release() {
	for _, b := range r.held {
		r.on(b)
	}
	r.held = nil
}

func (r *relay) until(what string, wanted func(relayed) bool) {
	r.t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		all := r.all
		r.mu.Unlock()
		if wanted(all) {
			return
		}
	}
	r.t.Fatalf("%s did not come", what)
}

// end passes what is left. The device has ended.
func (r *relay) end() relayed {
	r.t.Helper()
	if err := r.near.SetReadDeadline(time.Now().Add(witnessTurn)); err != nil {
		r.t.Fatal(err)
	}
	<-r.done
	r.release()
	r.all.sent = r.sent.Summary().Totals
	return r.all
}

// collecting is `sagflow collect` in a namespace.
type collecting struct {
	t                *testing.T
	summary, records string
	command          *exec.Cmd
}

func collect(t *testing.T, ns *testutil.Namespace, port int) *collecting {
	t.Helper()
	dir := t.TempDir()
	c := &collecting{t: t, summary: filepath.Join(dir, "summary"), records: filepath.Join(dir, "records")}
	c.command = exec.Command(program, "collect", "--listen", local(port), "--summary", c.summary, "--records", c.records)
	var said output
	c.command.Stderr = &said
	ns.Do(func() {
		t.Helper()
		if err := c.command.Start(); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { _ = c.command.Process.Kill(); _ = c.command.Wait() })
	for began := time.Now(); !strings.Contains(said.String(), "listening on"); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("sagflow collect does not listen: %s", said.String())
		}
	}
	return c
}

// finish ends the collector, and returns what it counted.
func (c *collecting) finish() collector.Totals {
	c.t.Helper()
	_ = c.command.Process.Signal(syscall.SIGTERM)
	if err := c.command.Wait(); err != nil {
		c.t.Fatalf("sagflow collect: %v", err)
	}
	text, err := os.ReadFile(c.summary)
	var s collector.ServerSummary
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return s.Totals
}
