package endtoend

import (
	"context"
	"encoding/json"
	"io"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// vault is a Log Service that runs, with its store.
type vault struct {
	*lab
	at, dir string
}

// startVault serves a Log Service from the store in a folder, in this process; its access keys are those of the API
// beside it.
func startVault(t *testing.T, dir, listen string) *vault {
	t.Helper()
	v := &vault{dir: filepath.Join(dir, "sls"), lab: new(lab)}
	out, in := io.Pipe()
	server, err := sls.New(sls.Options{Listen: listen, Store: v.dir, Getenv: noEnvironment, Stdout: in})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := server.Run(ctx)
		_ = in.CloseWithError(err)
		ended <- err
	}()
	v.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(v.stop)
	var at sls.Location
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		t.Fatal(err)
	}
	v.at, v.Admin = at.SLS, at.Admin
	return v
}

// stock is what a store holds: each record once, and how many came again.
type stock struct {
	records map[string][]record // by PROJECT/LOGSTORE
	resent  int
}

func (h *stock) all() (all []record) {
	for _, some := range h.records {
		all = append(all, some...)
	}
	return all
}

func (h *stock) total() total {
	var sum total
	for _, r := range h.all() {
		sum.add(r.packets, r.octets)
	}
	return sum
}

// read reads the store, also while it is served.
func (v *vault) read(t *testing.T) *stock {
	t.Helper()
	if tally, err := sls.Dedup(v.dir); err != nil || tally.Conflicting+tally.Untagged+tally.Malformed+tally.Unreadable+tally.Lost != 0 {
		t.Errorf("the store is not in order: %+v, %v", tally, err)
	}
	s, err := store.Read(v.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // it is only read
	h := &stock{records: map[string][]record{}}
	seen := map[string]bool{}
	for _, p := range s.Projects() {
		names, err := s.Logstores(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			logs, err := s.Logstore(p.Name, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, ref := range logs.Groups {
				raw, err := s.Raw(ref)
				if err != nil {
					t.Fatal(err)
				}
				h.add(t, p.Name+"/"+name, raw, seen)
			}
		}
	}
	return h
}

func (h *stock) add(t *testing.T, where string, raw []byte, seen map[string]bool) {
	t.Helper()
	g, err := loggroup.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	boot, _ := g.Tag("boot")
	batch, _ := g.Tag("batch")
	first, _ := g.Tag("first")
	from, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if g.Topic != "sag-flowlog" || g.Source != gateway {
		t.Fatalf("topic %q, source %q", g.Topic, g.Source)
	}
	for i := range g.Logs {
		name := boot + " " + batch + " " + strconv.Itoa(from+i)
		if seen[name] {
			h.resent++
			continue
		}
		seen[name] = true
		h.records[where] = append(h.records[where], recordOf(t, &g.Logs[i]))
	}
}

// recordOf reads a log as the documentation of the fields says. Times are whole seconds.
func recordOf(t *testing.T, l *loggroup.Log) record {
	t.Helper()
	fields := map[string]string{}
	for _, c := range l.Contents {
		fields[c.Key] = c.Value
	}
	number := func(key string, bits int) uint64 {
		n, err := strconv.ParseUint(fields[key], 10, bits)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		return n
	}
	address := func(key string) netip.Addr {
		a, err := netip.ParseAddr(fields[key])
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		return a
	}
	if len(fields) != 16 || fields["Instance_id"] != gateway || fields["snid"] != "sag1000lab0001" || fields["ali-uid"] != "1234567890123456" ||
		uint64(l.Time) != number("end", 32) {
		t.Fatalf("fields of a log at %d: %v", l.Time, fields)
	}
	return record{
		flow: flow{
			src: address("srcaddr"), dst: address("dstaddr"), protocol: uint8(number("protocol", 8)),
			srcPort: uint16(number("srcport", 16)), dstPort: uint16(number("dstport", 16)),
		},
		first: int64(number("start", 32)), last: int64(number("end", 32)), packets: number("packets", 64), octets: number("bytes", 64),
		flags: uint8(number("tcp-flags", 8)), tos: uint8(number("tos", 8)),
	}
}
