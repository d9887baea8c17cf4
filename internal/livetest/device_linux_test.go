package livetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/testutil"
)

// device is sagflow as it runs in a namespace.
type device struct {
	t       *testing.T
	ns      *testutil.Namespace
	dir     string
	args    []string // of sagflow beside its configuration and its summary
	command *exec.Cmd
	binary  string // "" is the program
	env     []string
	stderr  output
	ended   chan struct{}
	wait    error
}

// output is what a process has written so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// configuration is a device's file: settings of the test, and a collector in the namespace unless they name one.
func configuration(dir, settings string) string {
	if strings.Contains(settings, "flowlog:") || strings.Contains(settings, "api:") {
		return fmt.Sprintf("state-directory: %s/state\n%s\n", dir, settings)
	}
	return fmt.Sprintf(`smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, region: cn-shanghai}
state-directory: %s/state
flowlog: {OutputType: netflow, NetflowServerIp: 127.0.0.1, NetflowServerPort: 9995, NetflowVersion: V9, ActiveAging: 6000, InactiveAging: 600}
%s
`, dir, settings)
}

// listen is a collector that takes everything and looks at nothing: nothing comes back for it.
func listen(t *testing.T, ns *testutil.Namespace) {
	t.Helper()
	var conn net.PacketConn
	ns.Do(func() {
		t.Helper()
		var err error
		if conn, err = net.ListenPacket("udp", "127.0.0.1:9995"); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		b := make([]byte, 65536)
		for {
			if _, _, err := conn.ReadFrom(b); err != nil {
				return
			}
		}
	}()
}

// start runs sagflow and waits until it meters, and captures from so many interfaces.
func start(t *testing.T, ns *testutil.Namespace, interfaces int, settings string) *device {
	t.Helper()
	d := &device{t: t, ns: ns, dir: t.TempDir()}
	d.keepRecords()
	d.start(interfaces, settings)
	return d
}

// keepRecords has sagflow write its records to a file, which finish returns.
func (d *device) keepRecords() { d.args = []string{"--records", d.path("records")} }

// start runs sagflow with settings.
func (d *device) start(interfaces int, settings string) {
	d.t.Helper()
	d.ended = make(chan struct{})
	d.write(settings)
	d.run()
	d.ready(interfaces)
}

// ready waits until a FlowLog is in force, and so many interfaces are captured.
func (d *device) ready(interfaces int) {
	d.t.Helper()
	d.until(fmt.Sprintf("a FlowLog in force and %d interfaces", interfaces), func(s *agent.Status) bool {
		return s.State == agent.StateRunning && capturing(s) == interfaces
	})
}

func capturing(s *agent.Status) (n int) {
	for _, i := range s.Interfaces {
		if i.State == tap.Capturing {
			n++
		}
	}
	return n
}

func (d *device) write(settings string) {
	d.t.Helper()
	if err := os.WriteFile(d.path("agent.yaml"), []byte(configuration(d.dir, settings)), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *device) path(name string) string { return filepath.Join(d.dir, name) }

// run starts the process.
func (d *device) run() {
	d.t.Helper()
	args := append([]string{"run", "-c", d.path("agent.yaml"), "--summary", d.path("summary")}, d.args...)
	d.command = exec.Command(cmp.Or(d.binary, program), args...)
	d.command.Env = append(os.Environ(), d.env...)
	d.command.Stderr = &d.stderr
	d.ns.Do(func() {
		d.t.Helper()
		if err := d.command.Start(); err != nil {
			d.t.Fatal(err)
		}
	})
	go func() { d.wait = d.command.Wait(); close(d.ended) }()
	d.t.Cleanup(func() {
		_ = d.command.Process.Kill()
		<-d.ended
		if d.t.Failed() {
			d.t.Logf("sagflow:\n%s", d.stderr.String())
		}
	})
}

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// until waits until the status is as wanted.
func (d *device) until(what string, wanted func(*agent.Status) bool) *agent.Status {
	d.t.Helper()
	var last error
	for began := time.Now(); time.Since(began) < patience; {
		select {
		case <-d.ended:
			d.t.Fatalf("sagflow ended while %s was waited for: %v\n%s", what, d.wait, d.stderr.String())
		case <-time.After(20 * time.Millisecond):
		}
		s, err := agent.ReadStatus(d.path("state"))
		if last = err; err == nil && s.PID == d.command.Process.Pid && wanted(s) {
			return s
		}
	}
	text, _ := os.ReadFile(filepath.Join(d.path("state"), agent.StatusFile))
	d.t.Fatalf("%s did not come: %v\n%s", what, last, text)
	return nil
}

// await waits until something else is as wanted: the status may not be written now.
func (d *device) await(what string, wanted func() bool) {
	d.t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if wanted() {
			return
		}
	}
	d.t.Fatalf("%s did not come", what)
}

// untilRead waits until so many frames were read.
func (d *device) untilRead(frames uint64) {
	d.t.Helper()
	d.until(fmt.Sprintf("the reading of %d frames", frames), func(s *agent.Status) bool { return s.Sums != nil && s.Sums.Frames >= frames })
}

// finish ends sagflow by SIGTERM, and returns its summary and its records. All sums must hold.
func (d *device) finish() (*agent.Summary, []record) {
	d.t.Helper()
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	select {
	case <-d.ended:
	case <-time.After(patience):
		d.t.Fatal("sagflow does not end")
	}
	if d.wait != nil {
		d.t.Errorf("sagflow: %v\n%s", d.wait, d.stderr.String())
	}
	text, err := os.ReadFile(d.path("summary"))
	s := new(agent.Summary)
	if err = errors.Join(err, json.Unmarshal(text, s)); err != nil {
		d.t.Fatal(err)
	}
	for _, e := range s.Sums {
		if !e.Holds {
			d.t.Errorf("%s: %d is not %d", e.What, e.Left, e.Right)
		}
	}
	if d.args == nil {
		return s, nil
	}
	return s, readRecords(d.t, d.path("records"))
}

func (d *device) signal(one os.Signal) {
	d.t.Helper()
	if err := d.command.Process.Signal(one); err != nil {
		d.t.Fatal(err)
	}
}

// kill ends sagflow by SIGKILL; run starts it again.
func (d *device) kill() {
	d.t.Helper()
	if err := d.command.Process.Kill(); err != nil {
		d.t.Fatal(err)
	}
	<-d.ended
	d.ended = make(chan struct{})
}
