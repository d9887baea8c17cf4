package agent

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

// newService is a device's, in a state directory in which an earlier run left a batch of 7 records.
func newService(t *testing.T) *logService {
	t.Helper()
	r := &engine{o: &Options{
		Now: time.Now, Log: slog.New(slog.DiscardHandler), Device: &DeviceOptions{
			Source: newScripted(), StateDirectory: t.TempDir(), StateOptional: true,
			LogService: &LogServiceOptions{
				Settings:    config.SLS{Signature: "v4", Spool: config.Spool{Policy: "on-failure", Share: 50}},
				Credentials: credentials.New(credentials.Options{}), ShutdownTimeout: time.Second,
			},
		},
	}, outputs: newOutputs()}
	l := &newDevice(r).service
	s := l.lockSpool(t)
	_, err := s.Append(spool.Batch{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "http://127.0.0.1:1", Project: "flows", Logstore: "all"},
		Boot:        "0", Count: 7, Sum: exporter.Sum{Records: 7}, RawSize: 3, Payload: []byte("abc"),
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if l.d.board.claimed, err = claim(r.o.Device.StateDirectory); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.d.board.close)
	return l
}

// lockSpool opens the spool as another process would.
func (l *logService) lockSpool(t *testing.T) *spool.Spool {
	t.Helper()
	s, err := spool.Open(spool.Options{Dir: spoolctl.Directory(l.d.o.StateDirectory), MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// A state directory that can't be written, since its disk is full, may still have a spool to read; where that
// can't be opened either, there is none.
func TestOptionalStateHasASpoolAllTheSame(t *testing.T) {
	for name, c := range map[string]struct {
		before  func(l *logService) (after func() error)
		records uint64
	}{
		"disk is full":     {func(*logService) func() error { return func() error { return nil } }, 7},
		"spool is locked":  {func(l *logService) func() error { return l.lockSpool(t).Close }, 0},
		"nothing is there": {func(l *logService) func() error { l.d.board.claimed = nil; return func() error { return nil } }, 0},
	} {
		l := newService(t)
		l.d.board.directory = "" // the probe failed
		after := c.before(l)
		sender, err := l.open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := sender.Counters().Spooled.Records; n != c.records {
			t.Errorf("%s: %d records are spooled, want %d", name, n, c.records)
		}
		_ = l.finish(ended(), exporter.Sum{})
		if err := errors.Join(l.close(), after()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// While a large spool is being opened, packets are read, the status is told, and an end that may not wait doesn't;
// what is opened too late is closed.
func TestOpeningHoldsNothingUp(t *testing.T) {
	l := newService(t)
	l.d.board.directory = l.d.o.StateDirectory
	l.opening.Lock() // as while one is opened
	l.resume(t.Context())
	if s, err := l.status(); s != nil || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
	if err := l.finish(ended(), exporter.Sum{}); err != nil {
		t.Error(err)
	}
	if err := l.close(); err != nil {
		t.Error(err)
	}
	l.opening.Unlock()
	<-l.resumed
	kept, err := l.openSpool()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.begin(kept); !errors.Is(err, errInputEnded) {
		t.Errorf("%v, want that it is too late", err)
	}
	if err := l.lockSpool(t).Close(); err != nil {
		t.Error(err)
	}
}

// A run of a moment waits for the first attempt to open what an earlier one left.
func TestFinishWaitsForTheSpool(t *testing.T) {
	l := newService(t)
	l.d.board.directory = l.d.o.StateDirectory
	l.resume(t.Context())
	err := l.finish(t.Context(), exporter.Sum{})
	if l.sender == nil || err == nil {
		t.Errorf("%v, want that 7 records stay", err)
	}
	if err := l.close(); err != nil {
		t.Error(err)
	}
}

// Who looks into the spool for a moment costs a device nothing.
func TestOpenWaitsForWhoLooks(t *testing.T) {
	l := newService(t)
	l.d.board.directory = l.d.o.StateDirectory
	held := l.lockSpool(t)
	time.AfterFunc(4*lockRetry, func() { _ = held.Close() })
	sender, err := l.open()
	if err != nil || sender.Counters().Spooled.Records != 7 {
		t.Fatalf("%v, want 7 records in the spool", err)
	}
	_ = l.finish(ended(), exporter.Sum{})
	if err := l.close(); err != nil {
		t.Error(err)
	}
}
