package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// TestFormat pins what is on disk: a store that an earlier program wrote must be read for ever.
func TestFormat(t *testing.T) {
	header := hex.EncodeToString(newHeader(version))
	equal(t, "header", "534147534c534c4701000000"+"66e6eba3", header)
	p := putEntry{
		project: "proj", logstore: "flows", received: 1, shard: 2, first: 3, last: 4, logs: 5, codec: codec.Zstd, rawSize: 300, body: []byte("xyz"),
	}
	payload := p.encode()
	equal(t, "put", "0470726f6a"+"05666c6f7773"+"02"+"02"+"03"+"04"+"05"+"02"+"ac02"+"78797a", hex.EncodeToString(payload))
	e := entry{kind: kindPut, number: 7, payload: payload}
	equal(t, "entry", "f5534c45"+"01000000"+"16000000"+"0700000000000000", hex.EncodeToString(e.append(nil)[:checksumAt]))
	c, err := change{Project: "proj", Logstore: "flows", Config: &Config{Name: "flows", TTL: 3}, Time: 9}.entry(kindLogstore)
	must(t, err)
	equal(t, "change", `{"project":"proj","logstore":"flows","config":{"logstoreName":"flows","ttl":3,"shardCount":0,"enable_tracking":false,`+
		`"autoSplit":false,"maxSplitShard":0,"appendMeta":false,"telemetryType":""},"time":9}`, string(c.payload))
}

func TestEntryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := entry{
			kind: kind(rapid.Uint32Range(1, 7).Draw(t, "kind")), number: rapid.Uint64().Draw(t, "number"),
			payload: rapid.SliceOf(rapid.Byte()).Draw(t, "payload"),
		}
		more := rapid.SliceOf(rapid.Byte()).Draw(t, "more")
		text := append(want.append([]byte("before")), more...)[len("before"):]
		got, ok := parseEntry(text)
		if !ok || got.kind != want.kind || got.number != want.number || !bytes.Equal(got.payload, want.payload) {
			t.Fatalf("%+v became %+v, %v", want, got, ok)
		}
		if n := rapid.IntRange(0, want.size()-1).Draw(t, "short"); n < want.size() {
			if _, ok := parseEntry(text[:n]); ok {
				t.Fatalf("%d of %d bytes were taken", n, want.size())
			}
		}
		changed := bytes.Clone(text)
		changed[rapid.IntRange(0, want.size()-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "mask"))
		if _, ok := parseEntry(changed); ok {
			t.Fatal("a changed entry was taken")
		}
	})
}

func TestPutRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Uint64Range(0, maxPayload)
		want := putEntry{
			project: rapid.String().Draw(t, "project"), logstore: rapid.String().Draw(t, "logstore"), received: rapid.Int64().Draw(t, "received"),
			shard: number.Draw(t, "shard"), first: number.Draw(t, "first"), last: number.Draw(t, "last"), logs: number.Draw(t, "logs"),
			rawSize: number.Draw(t, "size"), body: rapid.SliceOf(rapid.Byte()).Draw(t, "body"),
		}
		payload := want.encode()
		got, err := decodePut(payload)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%+v became %+v, %v", want, got, err)
		}
		short := len(payload) - len(want.body) - 1
		if _, err := decodePut(payload[:rapid.IntRange(0, short).Draw(t, "short")]); err == nil {
			t.Fatal("half a put was taken")
		}
	})
}

// TestUnreadablePayloads has entries whose sums are good and whose payloads are none: they are skipped and reported.
func TestUnreadablePayloads(t *testing.T) {
	dir, text := written(t, 2)
	far := putEntry{project: "proj", logstore: "flows", shard: MaxShards, body: []byte("x")}
	for name, e := range map[string]entry{
		"a put of nothing": {kind: kindPut},
		"a put of junk":    {kind: kindPut, payload: []byte("\xff\xff\xff\xff")},
		"a far shard":      {kind: kindPut, payload: far.encode()},
		"no JSON":          {kind: kindLogstore, payload: []byte("{")},
	} {
		t.Run(name, func(t *testing.T) {
			e.number = 5
			good := entry{kind: kindPut, number: 6, payload: putEntry{project: "proj", logstore: "flows", logs: 1, rawSize: 5, body: []byte("sound")}.encode()}
			got, damage := survivors(t, dir, good.append(e.append(bytes.Clone(text))))
			equal(t, "groups", []string{"group 0", "group 1", "sound"}, got)
			if len(damage) != 1 || damage[0].Lost != 1 {
				t.Errorf("damage %v", damage)
			}
		})
	}
}

// TestCutIsKept finds what was cut off in a file of its own, to the byte.
func TestCutIsKept(t *testing.T) {
	dir, text := written(t, 2)
	torn := []byte("\xf5SLE\x01\x00 a write that never ended")
	replant(t, dir, append(bytes.Clone(text), torn...))
	var log bytes.Buffer
	s, err := Open(dir, slog.New(slog.NewTextHandler(&log, nil)))
	must(t, err)
	must(t, s.Close())
	kept, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%010d-%d%s", 1, len(text), cutSuffix)))
	must(t, err)
	equal(t, "kept", string(torn), string(kept))
	if !strings.Contains(log.String(), "the store is damaged") || !strings.Contains(log.String(), "cut=true") {
		t.Errorf("the log says %s", &log)
	}
	s, err = Open(dir, nil)
	must(t, err)
	equal(t, "damage when opened again", 0, len(s.Damage()))
	must(t, s.Close())
}

// TestReadChangesNothing reads a store with a torn end, and leaves every byte.
func TestReadChangesNothing(t *testing.T) {
	dir, text := written(t, 2)
	text = append(text, "torn"...)
	replant(t, dir, text)
	s, err := Read(dir)
	must(t, err)
	if d := s.Damage(); len(d) != 1 || d[0].Cut || d[0].Length != 4 {
		t.Errorf("damage %v", d)
	}
	equal(t, "groups", []string{"group 0", "group 1"}, bodies(t, s, "proj", "flows"))
	must(t, s.Close())
	after, err := os.ReadFile(filepath.Join(dir, segmentName(1)))
	must(t, err)
	equal(t, "the file", text, after)
	files, err := os.ReadDir(dir)
	must(t, err)
	equal(t, "files", 1, len(files))
}

// TestOldEnd cuts only the end of the last segment; that of an earlier one is reported and stays.
func TestOldEnd(t *testing.T) {
	dir, text := written(t, 2)
	replant(t, dir, append(bytes.Clone(text), "junk"...))
	next := entry{kind: kindPut, number: 5, payload: putEntry{project: "proj", logstore: "flows", logs: 1, rawSize: 4, body: []byte("next")}.encode()}
	must(t, os.WriteFile(filepath.Join(dir, segmentName(2)), next.append(newHeader(version)), 0o600))
	s := opened(t, dir)
	if d := s.Damage(); len(d) != 1 || d[0].Cut || d[0].Lost != 0 || d[0].File != segmentName(1) {
		t.Errorf("damage %v", d)
	}
	equal(t, "groups", []string{"group 0", "group 1", "next"}, bodies(t, s, "proj", "flows"))
	must(t, s.Put(put("proj", "flows", "after")))
	l, err := s.Logstore("proj", "flows")
	must(t, err)
	if got := l.Groups[3].Number; got != 6 {
		t.Errorf("the next number is %d", got)
	}
}

// slow is a disk whose sync waits until it is let go.
type slow struct {
	*os.File
	syncs chan chan struct{}
}

func (s *slow) Sync() error {
	if s.syncs != nil {
		release := make(chan struct{})
		s.syncs <- release
		<-release
	}
	return nil
}

// TestGroupCommit has many puts wait while one is synced: one more sync is enough for all, and none returns before it.
func TestGroupCommit(t *testing.T) {
	d := &slow{}
	s, err := open(t.TempDir(), nil, func(f *os.File) file {
		d.File = f
		return d
	})
	must(t, err)
	must(t, s.Put(put("p", "l", "first")))
	d.syncs = make(chan chan struct{})
	const waiting = 50
	done := make(chan error, waiting+1)
	for i := range waiting + 1 {
		go func() { done <- s.Put(put("p", "l", fmt.Sprint(i))) }()
	}
	syncs, finished := 0, 0
	for finished < waiting+1 {
		select {
		case release := <-d.syncs:
			l, err := s.Logstore("p", "l")
			must(t, err)
			if finished > len(l.Groups) {
				t.Errorf("%d are done, %d are there", finished, len(l.Groups))
			}
			syncs++
			// What arrives while the disk works joins the next write.
			time.AfterFunc(20*time.Millisecond, func() { close(release) })
		case err := <-done:
			must(t, err)
			finished++
		}
	}
	t.Logf("%d puts took %d syncs", waiting+1, syncs)
	if syncs > waiting/2 {
		t.Errorf("%d puts took %d syncs", waiting+1, syncs)
	}
	d.syncs = nil
	must(t, s.Close())
}

// TestDirectoriesAreMade opens stores in folders that are not there, by names as people write them.
func TestDirectoriesAreMade(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"a", "b/c/d", "e/f/", "./g//h/", "e/../e/i", filepath.Join(t.TempDir(), "j", "k")} {
		s, err := Open(dir, nil)
		must(t, err)
		must(t, s.Put(put("p", "l", "one")))
		must(t, s.Close())
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", dir, info, err)
		}
		equal(t, dir, []string{"one"}, bodies(t, opened(t, dir), "p", "l"))
	}
}

// TestNoDirectory says what is wrong and names the place.
func TestNoDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(path, nil, 0o600))
	for _, dir := range []string{path, filepath.Join(path, "store")} {
		if _, err := Open(dir, nil); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := Read(path); err == nil || errors.Is(err, ErrForeign) {
		t.Errorf("got %v", err)
	}
}
