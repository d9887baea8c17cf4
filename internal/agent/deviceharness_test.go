package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// scripted is a config.Source that applies what a test says, when it says it.
type scripted struct {
	wants chan wanted

	mu     sync.Mutex
	status config.SourceStatus
	end    error
}

type wanted struct {
	desired config.Desired
	applied chan error
}

func newScripted() *scripted { return &scripted{wants: make(chan wanted)} }

func (s *scripted) Run(ctx context.Context, apply func(context.Context, config.Desired) error) error {
	if s.end != nil {
		return s.end
	}
	for {
		select {
		case w := <-s.wants:
			w.applied <- apply(ctx, w.desired)
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *scripted) Status() config.SourceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

func (s *scripted) fail(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Error, s.status.Failed = text, s.status.Failed+1
}

// set wants something and waits until it is applied or refused.
func (s *scripted) set(d config.Desired) error {
	w := wanted{d, make(chan error, 1)}
	s.wants <- w
	return <-w.applied
}

// flowLogTo is an Active FlowLog to 192.0.2.9 by version, port and aging.
func flowLogTo(version string, port, active, inactive int) config.Desired {
	return config.Desired{Bound: true, Origin: config.FromAPI, FlowLog: flowlog.FlowLog{
		FlowLogId: "fl-00000000000000001", Status: flowlog.Active, OutputType: flowlog.OutputNetflow, ActiveAging: active,
		InactiveAging:   inactive,
		NetflowServerIp: "192.0.2.9", NetflowServerPort: port, NetflowVersion: version,
	}}
}

func inactive(d config.Desired) config.Desired {
	d.FlowLog.Status = flowlog.Inactive
	return d
}

// memory is a transport that keeps what is sent.
type memory struct {
	name   string
	stuck  chan struct{} // Send waits for it, if it is there
	mu     sync.Mutex
	sent   [][]byte
	closed int
}

func (m *memory) Send(b []byte) error {
	if m.stuck != nil {
		<-m.stuck
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, slices.Clone(b))
	return nil
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed++
	return nil
}

// datagrams returns what was sent so far, closings how often it was closed.
func (m *memory) datagrams() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent)
}

func (m *memory) closings() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

func (m *memory) Limit() int     { return 1472 }
func (m *memory) String() string { return m.name }

// rig is a run that follows a scripted source and reads what the test feeds.
type rig struct {
	t      testing.TB
	r      *Replay
	source *scripted
	state  string
	log    lockedBuffer
	stderr bytes.Buffer
	pipe   *io.PipeWriter
	writer pcapwrite.Pcap
	begun  bool
	ended  chan error
	sinks  []*memory // in the order in which they were built
	stuck  chan struct{}
	queue  int
	mu     sync.Mutex
	failAt map[plan.Part]error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newRig starts a run within a synctest bubble. Its sessions send to memory.
func newRig(t testing.TB, change func(*ReplayOptions)) *rig {
	t.Helper()
	in, out := io.Pipe()
	g := &rig{t: t, source: newScripted(), state: filepath.Join(t.TempDir(), "state"), pipe: out, ended: make(chan error, 1), failAt: map[plan.Part]error{}}
	g.writer = pcapwrite.Pcap{Nano: true, LinkType: 1}
	o := ReplayOptions{
		Files: []string{"-"}, Stdin: in, Loop: 1,
		Options: Options{
			Stdout: io.Discard, Stderr: &g.stderr, MaxFlows: 1000, Workers: 1, MTU: 1500, TemplatePackets: 64,
			Log:    slog.New(slog.NewTextHandler(&g.log, nil)),
			Device: &DeviceOptions{Source: g.source, StateDirectory: g.state, Program: "test", Gateway: config.Gateway{ID: "sag-1", SerialNumber: "sn-1"}},
		},
	}
	if change != nil {
		change(&o)
	}
	var err error
	if g.r, err = NewReplay(o); err != nil {
		t.Fatal(err)
	}
	g.r.device.builders[plan.NetflowPart] = g.buildNetflow
	build := g.r.device.builders[plan.SLSPart]
	g.r.device.builders[plan.SLSPart] = func(ctx context.Context, s plan.State) (exporter.Output, error) {
		if err := g.failure(plan.SLSPart); err != nil {
			return nil, err
		}
		return build(ctx, s)
	}
	return g
}

func (g *rig) start(ctx context.Context) *rig {
	go func() {
		err := g.r.Run(ctx, context.Background())
		_ = g.pipe.CloseWithError(io.ErrClosedPipe)
		g.ended <- err
	}()
	return g
}

func (g *rig) buildNetflow(_ context.Context, s plan.State) (exporter.Output, error) {
	if err := g.failure(plan.NetflowPart); err != nil {
		return nil, err
	}
	sink := &memory{name: s.Netflow.Address, stuck: g.stuck}
	g.sinks = append(g.sinks, sink)
	o := &g.r.o
	session, err := exporter.NewSession(encoderOf(Version(s.Netflow.Version)), sink, exporter.SessionOptions{
		Name: s.Netflow.String(), Now: o.Now, Clock: g.r.sources().clock, Logger: o.Log, Queue: g.queue,
		Encoder: exporter.EncoderOptions{TemplatePackets: o.TemplatePackets},
	})
	if err != nil {
		return nil, errors.Join(err, sink.Close())
	}
	return session, nil
}

// fail makes the building of a part fail, or with nil no more.
func (g *rig) fail(part plan.Part, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failAt[part] = err
}

func (g *rig) failure(part plan.Part) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failAt[part]
}

// feed writes packets and waits until the run has counted them.
func (g *rig) feed(packets ...at) {
	var b []byte
	if !g.begun {
		b = g.writer.AppendHeader(b)
		g.begun = true
	}
	for _, p := range packets {
		b = g.writer.AppendRecord(b, pcapwrite.Packet{Time: int64(p.seconds * 1e9), Data: udpFrame(p.host, 1000)})
	}
	if _, err := g.pipe.Write(b); err != nil {
		g.t.Error(err)
	}
	synctest.Wait()
}

func (g *rig) set(d config.Desired) {
	g.t.Helper()
	if err := g.source.set(d); err != nil {
		g.t.Errorf("set %+v: %v", d.FlowLog, err)
	}
	synctest.Wait()
}

// finish ends the input and checks what must hold of every run.
func (g *rig) finish() (*Summary, error) {
	g.t.Helper()
	if !g.begun {
		g.feed()
	}
	_ = g.pipe.Close()
	err := <-g.ended
	s := g.r.Summary()
	for _, e := range s.Sums {
		if !e.Holds {
			g.t.Errorf("%s: %d is not %d", e.What, e.Left, e.Right)
		}
	}
	if !s.Exact {
		g.t.Error("the sums do not hold")
	}
	for i, sink := range g.sinks {
		if n := sink.closings(); n != 1 {
			g.t.Errorf("transport %d, to %s, was closed %d times", i, sink.name, n)
		}
	}
	return s, err
}

// status reads status.json.
func (g *rig) status() *Status {
	g.t.Helper()
	text, err := os.ReadFile(filepath.Join(g.state, StatusFile))
	if err != nil {
		g.t.Fatal(err)
	}
	s := new(Status)
	if err := json.Unmarshal(text, s); err != nil {
		g.t.Fatal(err)
	}
	return s
}
