package api

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"

	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
)

// TestRestart keeps FlowLogs, bindings and keys over a restart.
func TestRestart(t *testing.T) {
	o := Options{Store: filepath.Join(t.TempDir(), "store.db")}
	location, stop := run(t, o)
	first := &lab{tb: t, location: location}
	first.client = first.newClient()
	id := first.create(netflowLog())
	first.bind(id, gateway1)
	must(t, stop())
	if _, err := os.Stat(o.Store); err != nil {
		t.Error(err)
	}
	second := start(t, o)
	second.client = second.newClient()
	device := smartag.CreateDescribeSmartAccessGatewayAttributeResponse()
	must(t, second.send(smartag.CreateDescribeSmartAccessGatewayAttributeRequest(), device, values{"SmartAGId": gateway1}))
	equal(t, "FlowLogIds", []string{id}, device.FlowLogIds.FlowLogId)
	equal(t, "credentials", location.Credentials, second.location.Credentials)
	equal(t, "beside the store", filepath.Join(filepath.Dir(o.Store), credentialsName), location.Credentials)
}

func TestNewRefuses(t *testing.T) {
	for text, o := range map[string]Options{
		"no store file":             {},
		`"0.0.0.0:8180": want a lo`: {Store: "x", Listen: "0.0.0.0:8180"},
		`":8180": want a loopback`:  {Store: "x", Listen: ":8180"},
		`"[::]:8180": want a loo`:   {Store: "x", Listen: "[::]:8180"},
		`"192.0.2.1:80": want a l`:  {Store: "x", Listen: "192.0.2.1:80"},
		`"lab.example:80": want a`:  {Store: "x", Listen: "lab.example:80"},
		`"8180": want HOST:PORT`:    {Store: "x", Listen: "8180"},
		"admin listen address":      {Store: "x", AllowRemote: true, AdminListen: "0.0.0.0:1"},
		"quota -1: want 1 or more":  {Store: "x", Quota: -1},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%+v: %v, want %q", o, err, text)
		}
	}
	for _, o := range []Options{
		{Store: "x", Listen: "127.0.0.9:0"},
		{Store: "x", Listen: "[::1]:0"},
		{Store: "x", Listen: "localhost:0"},
		{Store: "x", Listen: "0.0.0.0:0", AllowRemote: true},
	} {
		if _, err := New(o); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestRunRefuses gives Run what it can't open. Nothing is left open: the sound options work afterwards.
func TestRunRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	locked := filepath.Join(dir, "locked")
	holder, err := store.Open(locked)
	must(t, err)
	defer holder.Close()
	good := Options{
		Listen: "127.0.0.1:0", Store: filepath.Join(dir, "store"), Getenv: noEnvironment, Credentials: filepath.Join(dir, "credentials"),
	}
	tests := map[string]func(*Options){
		"no bbolt header":        func(o *Options) { o.Store = file("foreign", strings.Repeat("text\n", 9999)) },
		"in use by another":      func(o *Options) { o.Store = locked },
		"inv.yaml:1:1: unknown":  func(o *Options) { o.Inventory = file("inv.yaml", "gateways: []\n") },
		"no such file":           func(o *Options) { o.Inventory = filepath.Join(dir, "none.yaml") },
		"bad.ini":                func(o *Options) { o.Credentials = file("bad.ini", "what is this\n") },
		"address already in use": func(o *Options) { o.Listen = taken.Addr().String() },
		"admin":                  func(o *Options) { o.AdminListen = taken.Addr().String() },
		"broken pipe":            func(o *Options) { o.Stdout = brokenPipe{} },
	}
	for text, change := range tests {
		o := good
		change(&o)
		s, err := New(o)
		must(t, err)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err = s.Run(ctx); err == nil || ctx.Err() != nil || text != "admin" && !strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
		cancel()
		kept, err := store.Open(good.Store)
		if err != nil {
			t.Fatalf("%q: the store was left open: %v", text, err)
		}
		must(t, kept.Close())
	}
}

// brokenPipe is an output nobody reads.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestEnvironmentKey uses the environment's pair, and makes no file.
func TestEnvironmentKey(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	s, err := New(Options{Listen: "127.0.0.1:0", Store: filepath.Join(dir, "store.db"), Stdout: &out, Getenv: func(name string) string {
		return map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret"}[name]
	}})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	must(t, s.Run(ctx))
	if !strings.HasPrefix(out.String(), `{"api":"http://127.0.0.1:`) || !strings.HasSuffix(out.String(), `,"credentials":""}`+"\n") {
		t.Errorf("stdout: %s", out.String())
	}
	if _, err := os.Stat(filepath.Join(dir, credentialsName)); !os.IsNotExist(err) {
		t.Errorf("a credentials file was made: %v", err)
	}
}

// fault asks the admin listener for a fault.
func (l *lab) fault(rule string) {
	l.tb.Helper()
	answer, err := http.Post(l.location.Admin+"/faults", "application/json", strings.NewReader(rule))
	must(l.tb, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		l.tb.Fatalf("%s: status %d", rule, answer.StatusCode)
	}
}

// TestFaults asks for faults whose answers come from this package's data.
func TestFaults(t *testing.T) {
	l := start(t, Options{})
	one, other := l.create(netflowLog("Name", "one")), l.create(netflowLog("Name", "other"))
	names := func() []string {
		t.Helper()
		logs := smartag.CreateDescribeFlowLogsResponse()
		must(t, l.send(smartag.CreateDescribeFlowLogsRequest(), logs, values{"FlowLogId": one}))
		var all []string
		for _, f := range logs.FlowLogs.FlowLogSetType {
			all = append(all, f.FlowLogId+" "+f.Name)
		}
		return all
	}
	equal(t, "before", []string{one + " one"}, names())
	l.run("ModifyFlowLogAttribute", values{"FlowLogId": one, "Name": "new"})
	equal(t, "changed", []string{one + " new"}, names())
	l.fault(`{"action":"DescribeFlowLogs","kind":"old-data","count":1}`)
	equal(t, "old data", []string{one + " one"}, names())
	l.fault(`{"action":"DescribeFlowLogs","kind":"other-device","count":1,"parameters":{"FlowLogId":"` + other + `"}}`)
	equal(t, "another's", []string{other + " other"}, names())
	l.fault(`{"action":"DeleteFlowLog","kind":"throttling","count":1}`)
	equal(t, "throttled", "Throttling.User", serverError(t, l.call("DeleteFlowLog", values{"FlowLogId": one}, nil)).ErrorCode())
	equal(t, "after all", []string{one + " new"}, names())
}

// TestShutdownWaits ends the server while a call is held up: it is still answered.
func TestShutdownWaits(t *testing.T) {
	var log bytes.Buffer
	location, stop := run(t, Options{Store: filepath.Join(t.TempDir(), "store.db"), Log: slog.New(slog.NewTextHandler(&log, nil))})
	l := &lab{tb: t, location: location}
	l.client = l.newClient()
	l.fault(`{"action":"DescribeFlowLogs","kind":"latency","parameters":{"delay":"300ms"}}`)
	answered := make(chan error, 1)
	go func() { answered <- l.call("DescribeFlowLogs", nil, nil) }()
	for !l.hit() {
		time.Sleep(5 * time.Millisecond)
	}
	must(t, stop())
	must(t, <-answered)
	if !strings.Contains(log.String(), "the Smartag API serves") || strings.Contains(log.String(), "secret") {
		t.Error(log.String())
	}
}

// hit says whether a fault was injected.
func (l *lab) hit() bool {
	l.tb.Helper()
	answer, err := http.Get(l.location.Admin + "/log")
	must(l.tb, err)
	defer answer.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(answer.Body)
	must(l.tb, err)
	return strings.Contains(text.String(), "latency")
}

// TestBoundGatewayOutsideTheInventoryIsSaid warns at start.
func TestBoundGatewayOutsideTheInventoryIsSaid(t *testing.T) {
	b := newBench(t, 20)
	b.bound(gateway1)
	must(t, b.o.Store.Close())
	inv := filepath.Join(t.TempDir(), "inv.yaml")
	must(t, os.WriteFile(inv, []byte("smart-access-gateways: []\n"), 0o600))
	var log bytes.Buffer
	_, stop := run(t, Options{Store: b.path, Inventory: inv, Log: slog.New(slog.NewTextHandler(&log, nil))})
	must(t, stop())
	if !strings.Contains(log.String(), "gateway="+gateway1) {
		t.Error(log.String())
	}
	if _, ok := inventory.Default().Lookup(gateway1); !ok {
		t.Error("the test has no grip")
	}
}
