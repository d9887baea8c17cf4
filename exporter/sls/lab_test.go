package sls_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
	labsls "github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/testutil"
)

// lab is a running emulator of Log Service.
type lab struct {
	t   *testing.T
	dir string
	at  labsls.Location
	key client.Fixed
}

func startLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, dir: filepath.Join(t.TempDir(), "store")}
	testutil.Serve(t, &l.at, func(stdout io.Writer) (testutil.Server, error) {
		return labsls.New(labsls.Options{
			Listen: "127.0.0.1:0", Store: l.dir, Stdout: stdout, Getenv: func(string) string { return "" },
		})
	})
	l.key = keyIn(t, l.at.Credentials)
	return l
}

func keyIn(t *testing.T, file string) client.Fixed {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := credentials.Parse(file, text)
	if err != nil || len(profiles) == 0 {
		t.Fatalf("%d profiles in %s: %v", len(profiles), file, err)
	}
	p := profiles[0]
	return client.Fixed{AccessKeyID: p.AccessKeyID, AccessKeySecret: string(p.AccessKeySecret), SecurityToken: string(p.SecurityToken)}
}

// inject adds a fault by the admin listener.
func (l *lab) inject(format string, args ...any) {
	l.t.Helper()
	resp, err := http.Post(l.at.Admin+"/faults", "application/json", strings.NewReader(fmt.Sprintf(format, args...)))
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusCreated {
		l.t.Fatalf("%d %s", resp.StatusCode, text)
	}
}

// export runs a device that puts so many records in batches of 100.
func (l *lab) export(signature client.Signature, records int) exporter.Counters {
	l.t.Helper()
	c, err := client.New(client.Options{Credentials: l.key, Signature: signature, Timeout: 5 * time.Second})
	if err != nil {
		l.t.Fatal(err)
	}
	disk, err := spool.Open(spool.Options{Dir: filepath.Join(l.t.TempDir(), "spool"), MinFree: -1})
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = disk.Close() }()
	sender, err := sls.NewSender(sls.SenderOptions{Client: c, Spool: disk})
	if err != nil {
		l.t.Fatal(err)
	}
	go func() { _ = sender.Run(context.Background()) }()
	session, err := sender.Session(sls.SessionOptions{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: l.at.SLS, Project: "flows", Logstore: "records"},
		Identity:    sls.Identity{InstanceID: "sag-1", SerialNumber: "sag62x043a", Account: "1210123456789012"}, BatchRecords: 100,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	group := exporter.NewGroup(exporter.GroupOptions{BatchRecords: 100}, session)
	go func() { _ = group.Run(context.Background()) }()
	for n := 0; n < records; {
		b := group.Get()
		for ; len(b.Records) < 100 && n < records; n++ {
			b.Records = append(b.Records, flowtable.Record{IPVersion: 4, Protocol: 6, Packets: uint64(n + 1), Last: time.Now().UnixNano()})
		}
		if err := group.Put(context.Background(), b); err != nil {
			l.t.Error(err)
		}
	}
	if err := group.Finish(context.Background()); err != nil {
		l.t.Error(err)
	}
	if err := sender.Finish(context.Background()); err != nil {
		l.t.Error(err)
	}
	return session.Counters()
}

// Against the emulator, with each signature: all arrives, once.
func TestLab(t *testing.T) {
	for _, signature := range []client.Signature{client.V1, client.V4} {
		t.Run(string(signature), func(t *testing.T) {
			l := startLab(t)
			if c := l.export(signature, 950); c.Acknowledged.Records != 950 || !c.Balanced() {
				t.Errorf("%+v", c)
			}
			l.expect(950, 0)
		})
	}
}

// expect checks the store: so many records, each once or at most so many resent, and nothing else.
func (l *lab) expect(unique, resent uint64) {
	l.t.Helper()
	tally, err := labsls.Dedup(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	if tally.Unique != unique || tally.Resent > resent || tally.Conflicting+tally.Untagged+tally.Malformed != 0 {
		l.t.Errorf("%+v, want %d records and at most %d resent", tally, unique, resent)
	}
}

// Each answer that keeps a batch, from the emulator: it is sent again, and arrives.
func TestLabAnswers(t *testing.T) {
	for _, code := range []string{
		"ServerBusy", "InternalServerError", "WriteQuotaExceed", "Unauthorized", "SignatureNotMatch", "ProjectNotExist", "LogStoreNotExist", "ProjectForbidden",
		"PostBodyTooLarge", "RequestTimeTooSkewed",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			l := startLab(t)
			l.inject(`{"kind":"answer","count":1,"parameters":{"code":%q}}`, code)
			c := l.export(client.V4, 100)
			if c.Acknowledged.Records != 100 || !c.Balanced() {
				t.Errorf("%+v", c)
			}
			l.expect(100, 100)
		})
	}
}
