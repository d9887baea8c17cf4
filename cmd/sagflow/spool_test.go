package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/flowtable"
)

// openSpool opens the spool of a state directory as a device does.
func openSpool(check func(error), state string) *spool.Spool {
	s, err := spool.Open(spool.Options{Dir: spoolctl.Directory(state), MinFree: -1})
	check(err)
	return s
}

// fillSpool is makeSpool for scripts: spool STATE.
func fillSpool(ts *testscript.TestScript, _ bool, args []string) {
	makeSpool(ts.Check, ts.MkAbs(args[0]))
}

// makeSpool makes a spool with batches 1 to 4 of as many records; 2 and 3 are set aside.
func makeSpool(check func(error), state string) {
	s := openSpool(check, state)
	device := sls.Identity{InstanceID: "sag-0nnf0a1b2c3d4e5f6", SerialNumber: "sag1000lab0001", Account: "1234567890123456"}
	for n := range uint32(4) {
		records := make([]flowtable.Record, n+1)
		for i := range records {
			records[i] = flowtable.Record{IPVersion: 4, Packets: 1, Octets: 60, SrcPort: uint16(i), Last: 1700000000e9}
		}
		name := sls.BatchName{Boot: "b00t", Number: uint64(n), Count: n + 1}
		_, err := s.Append(spool.Batch{
			Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "cn-shanghai.log.aliyuncs.com", Project: "flows", Logstore: "office"},
			Boot:        name.Boot, Number: name.Number, Count: name.Count, Sum: exporter.SumOf(records), Created: time.Now().Add(-2 * time.Hour),
			Payload: sls.AppendLogGroup(nil, &device, &name, records),
		})
		check(err)
	}
	check(s.SetAside(2, "PostBodyInvalid: status 400"))
	check(s.SetAside(3, "InvalidKey: status 400"))
	check(s.Close())
}

// serveSpool has a spool open, and serves it, until the script ends: serve STATE.
func serveSpool(ts *testscript.TestScript, _ bool, args []string) {
	state := ts.MkAbs(args[0])
	s := openSpool(ts.Check, state)
	server, err := spoolctl.NewServer(spoolctl.Options{StateDirectory: state, Spool: s})
	ts.Check(err)
	ts.Check(server.Open())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	ts.Defer(func() {
		cancel()
		ts.Check(<-ended)
		ts.Check(s.Close())
	})
}

// The exit code says how it ended.
func TestSpoolExitCodes(t *testing.T) {
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	state := t.TempDir()
	makeSpool(check, state)
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx    context.Context
		args   string
		code   int
		errors string
	}{
		{t.Context(), "list", 0, ""},
		{t.Context(), "drop 99", 1, "sagflow: batch 99: no such batch in the spool\n"},
		{t.Context(), "drop 1 99", 1, "sagflow: batch 99: no such batch in the spool\n"},
		{t.Context(), "drop", 2, "sagflow: spool drop: say which batches, in one way: IDs, --set-aside or --all\nsee sagflow spool drop --help\n"},
		{interrupted, "drop --all", 130, "sagflow: interrupted\n"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"spool"}, strings.Fields(c.args)...)
		code := run(c.ctx, c.ctx, append(args, "--state-directory", state), nil, &out, &errs)
		if code != c.code || errs.String() != c.errors {
			t.Errorf("%s: code %d, %q; want %d, %q", c.args, code, errs.String(), c.code, c.errors)
		}
	}
}
