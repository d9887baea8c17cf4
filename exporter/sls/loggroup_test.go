package sls

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the golden files anew")

// marshal is the SDK's own octets.
func marshal(t interface{ Fatal(...any) }, g *sdk.LogGroup) []byte {
	want, err := g.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func TestAppendLogGroup(t *testing.T) {
	long := Identity{InstanceID: strings.Repeat("i", 127), SerialNumber: strings.Repeat("s", 200), Account: strings.Repeat("ä", 9000)}
	for name, c := range map[string]struct {
		id      Identity
		name    BatchName
		records []flowtable.Record
	}{
		"two":          {device, named, []flowtable.Record{record4(), record6("2001:db8::1", "fe80::1:0:0:1")}},
		"extremes":     {device, BatchName{"b", 1<<64 - 1, 1<<32 - 1, 5}, extremes()},
		"no identity":  {Identity{}, BatchName{Count: 1}, []flowtable.Record{record4()}},
		"no records":   {device, BatchName{Boot: "b"}, nil},
		"long strings": {long, BatchName{Boot: strings.Repeat("boot", 100), Count: 1}, []flowtable.Record{record4()}},
		"three octets": {Identity{Account: strings.Repeat("1", 1<<21)}, BatchName{Count: 1}, []flowtable.Record{record4()}},
	} {
		t.Run(name, func(t *testing.T) {
			want := marshal(t, sdkGroup(&c.id, &c.name, c.records))
			got := AppendLogGroup([]byte("before"), &c.id, &c.name, c.records)
			if !bytes.Equal(got, append([]byte("before"), want...)) {
				t.Errorf("have\n%.2000x, the SDK makes\n%.2000x", got[6:], want)
			}
		})
	}
}

// TestAppendLogGroupProperty: any records give the SDK's octets, and the SDK reads them back.
func TestAppendLogGroupProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := Identity{rapid.String().Draw(t, "id"), rapid.String().Draw(t, "sn"), rapid.String().Draw(t, "account")}
		records := rapid.SliceOfN(rapid.Custom(drawRecord), 0, 8).Draw(t, "records")
		name := BatchName{
			rapid.String().Draw(t, "boot"), rapid.Uint64().Draw(t, "number"), rapid.Uint32().Draw(t, "first"), uint32(len(records)),
		}
		want := sdkGroup(&id, &name, records)
		got := AppendLogGroup(nil, &id, &name, records)
		if octets := marshal(t, want); !bytes.Equal(got, octets) {
			t.Fatalf("have\n%x, the SDK makes\n%x", got, octets)
		}
		var back sdk.LogGroup
		if err := back.Unmarshal(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), back.String()); diff != "" {
			t.Fatal(diff)
		}
		if room := len(records)*id.RecordRoom() + TailRoom(&id, &name); len(got) >= room {
			t.Fatalf("%d octets, and room for %d", len(got), room)
		}
	})
}

// TestGolden shows what a reader of the Logstore gets.
func TestGolden(t *testing.T) {
	records := []flowtable.Record{record4(), record6("2001:db8::1", "2001:db8:0:0:1::")}
	var g sdk.LogGroup
	if err := g.Unmarshal(AppendLogGroup(nil, &device, &named, records)); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(Contents|LogTags):`).ReplaceAllString(g.String(), "\n$1:") + "\n"
	path := filepath.Join("testdata", "loggroup.golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPackID: the SDK's own test of the form is that the prefix has 16 characters before "-".
func TestPackID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-F]{16}-(0|[1-9A-F][0-9A-F]*)$`)
	a, b := named, named
	b.Number = 0xabcdef
	prefix := func(n BatchName) string {
		id := PackID(&device, &n)
		if !form.MatchString(id) {
			t.Errorf("%q hasn't the form of a pack id", id)
		}
		return id[:16]
	}
	if prefix(a) != prefix(b) {
		t.Error("batches of one boot have different prefixes")
	}
	if id := PackID(&device, &b); !strings.HasSuffix(id, "-ABCDEF") {
		t.Errorf("pack id %q of batch 0xabcdef", id)
	}
	b.Boot = "another"
	if prefix(a) == prefix(b) {
		t.Error("two boots have one prefix")
	}
	part := a
	part.First, part.Count = 1, 1
	if PackID(&device, &part) != PackID(&device, &a) {
		t.Error("a part has another pack id than its batch")
	}
}

func TestNoAllocations(t *testing.T) {
	records := append(extremes(), record4(), record6("2001:db8::1", "fe80::1"))
	buf := make([]byte, 0, len(records)*device.RecordRoom()+TailRoom(&device, &named))
	if n := testing.AllocsPerRun(100, func() { AppendLogGroup(buf, &device, &named, records) }); n != 0 {
		t.Errorf("%v allocations a group, want none", n)
	}
}
