package endtoend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/smartag"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// capture is what devices read, again and again.
const capture = "demo.pcap"

// buffer is a log that is written and read at once.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *buffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *buffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// device is a `sagflow replay -c` that runs.
type device struct {
	state string // its directory
	poll  time.Duration
	log   *buffer
	// leaves says that records stay in the spool at the end: the interrupt is not its only error then.
	leaves bool
	// end interrupts it and returns its summary. A device whose input has ended is waited for.
	end func() *agent.Summary
}

// writeConfig writes a device's own file and returns its path; the state is in the folder beside it.
func writeConfig(t *testing.T, dir, endpoint, keys string, poll time.Duration) string {
	t.Helper()
	path := filepath.Join(dir, "agent.yaml")
	text := fmt.Sprintf(`smart-access-gateway: {id: %s, serial-number: sag1000lab0001, account: "1234567890123456", region: cn-shanghai}
api: {endpoint: %q, poll-interval: %s}
credentials-file: %q
state-directory: state
`, gateway, endpoint, poll, keys)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// startDevice runs a device in this process as the program does, from its own file.
func startDevice(t *testing.T, path string, change func(*agent.ReplayOptions)) *device {
	t.Helper()
	own, err := config.Load(path, noEnvironment)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{state: own.StateDirectory, poll: own.API.PollInterval, log: new(buffer)}
	log := slog.New(slog.NewTextHandler(d.log, nil))
	keys := credentials.New(credentials.Options{File: own.CredentialsFile, Log: log})
	source, err := smartag.New(smartag.Options{
		GatewayID: own.Gateway.ID, Region: own.Gateway.Region, Endpoint: own.API.Endpoint, PollInterval: own.API.PollInterval,
		Credentials:    keys,
		StateDirectory: own.StateDirectory, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := agent.ReplayOptions{
		Files: []string{testutil.Testdata(t, capture)}, Loop: 0, Speed: 1000, TimesNow: true,
		Options: agent.Options{
			MaxFlows: 100_000, Workers: 1, ExportRate: agent.DefaultExportRate, MTU: 1500, TemplatePackets: 64,
			TemplateInterval: time.Minute, StatsInterval: time.Minute, Quiet: true, Stdout: io.Discard, Stderr: d.log,
			Log: log,
			Device: &agent.DeviceOptions{
				Source: source, Gateway: own.Gateway, StateDirectory: own.StateDirectory, Program: "test",
				LogService: &agent.LogServiceOptions{
					Settings: own.SLS, Credentials: keys, AllowHTTP: own.AllowHTTP, ShutdownTimeout: own.ShutdownTimeout,
				},
			},
		},
	}
	if change != nil {
		change(&o)
	}
	replay, err := agent.NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	d.run(t, replay, o.Loop == 0)
	return d
}

// run runs a replay; one that goes on for ever is interrupted at its end.
func (d *device) run(t *testing.T, replay *agent.Replay, forEver bool) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- replay.Run(ctx, context.Background()) }()
	d.end = sync.OnceValue(func() *agent.Summary {
		if forEver {
			cancel()
		}
		err := <-ended
		cancel()
		left := (*sls.LeftError)(nil)
		if errors.As(err, &left) != d.leaves {
			t.Errorf("the device ended with %v, records left in the spool are wanted: %v", err, d.leaves)
		}
		if want := map[bool]error{true: agent.ErrInterrupted}[forEver]; !errors.Is(err, want) || !d.leaves && len(errorsOf(replay)) > 1 {
			t.Errorf("the device ended with %v, want %v", err, want)
		}
		return replay.Summary()
	})
	t.Cleanup(func() {
		cancel()
		d.end()
		if t.Failed() {
			t.Logf("the device's log:\n%s", d.log)
		}
	})
}

func errorsOf(r *agent.Replay) []string {
	if s := r.Summary(); s != nil {
		return s.Errors
	}
	return nil
}

const (
	// patience is how long anything is waited for that has no limit of its own.
	patience = 20 * time.Second
	// look is how often an operator looks.
	look = 5 * time.Millisecond
)

// until waits for a condition, and ends the test if it does not come. It returns by how much this process was late
// to look, on a machine that had too much else to do.
func until(t *testing.T, what string, holds func() bool, otherwise func() string) (late time.Duration) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s\n%s", patience, what, otherwise())
		}
		asleep := time.Now()
		time.Sleep(look)
		if over := time.Since(asleep) - look; over > look {
			late += over
		}
	}
	return late
}

// until reads the status until it is as wanted.
func (d *device) until(t *testing.T, what string, wanted func(*agent.Status) bool) *agent.Status {
	t.Helper()
	s, _ := d.wait(t, what, wanted)
	return s
}

// wait is until that also returns by how much this process was late to look.
func (d *device) wait(t *testing.T, what string, wanted func(*agent.Status) bool) (s *agent.Status, late time.Duration) {
	t.Helper()
	var err error
	late = until(t, what, func() bool {
		s, err = agent.ReadStatus(d.state)
		return err == nil && wanted(s)
	}, func() string {
		if err != nil {
			return err.Error()
		}
		var text strings.Builder
		_ = s.Print(&text, time.Now())
		return text.String()
	})
	return s, late
}

// status reads the status.
func (d *device) status(t *testing.T) *agent.Status {
	t.Helper()
	return d.until(t, "a status", func(*agent.Status) bool { return true })
}

// polled waits until the source was polled n more times, by status.
func (d *device) polled(t *testing.T, n uint64) *agent.Status {
	t.Helper()
	want := d.status(t).Source.Polls + n
	return d.until(t, fmt.Sprintf("%d polls more", n), func(s *agent.Status) bool { return s.Source.Polls >= want })
}

// inForce are the names of the outputs in force.
func inForce(s *agent.Status) (names []string) {
	for i := range s.Outputs {
		if s.Outputs[i].State == agent.InForce {
			names = append(names, s.Outputs[i].Counters.Output)
		}
	}
	return names
}

// sends says that a status has exactly this FlowLog and this output in force, and is running.
func sends(id, output string) func(*agent.Status) bool {
	return func(s *agent.Status) bool {
		names := inForce(s)
		return s.State == agent.StateRunning && s.FlowLogId == id && len(names) == 1 && names[0] == output
	}
}

// rests says that a status is inactive, and for which FlowLog; "" is none.
func rests(id string) func(*agent.Status) bool {
	return func(s *agent.Status) bool {
		return s.State == agent.StateInactive && s.Generation > 0 && s.FlowLogId == id && len(inForce(s)) == 0
	}
}
