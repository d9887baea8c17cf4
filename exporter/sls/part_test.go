package sls

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

func TestReadInfo(t *testing.T) {
	records := []flowtable.Record{record4(), record4()}
	got, err := ReadInfo(AppendLogGroup(nil, &device, &named, records))
	if err != nil {
		t.Fatal(err)
	}
	want := Info{Topic, device.InstanceID, PackID(&device, &named), device.InstanceID, named, 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestAppendPartProperty: a batch that is cut again and again gives the groups that its records
// make under the narrowed names.
func TestAppendPartProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.Custom(drawRecord), 1, 20).Draw(t, "records")
		name := BatchName{"boot", rapid.Uint64().Draw(t, "number"), rapid.Uint32Max(1<<31).Draw(t, "first"), uint32(len(records))}
		group := AppendLogGroup(nil, &device, &name, records)
		for len(records) > 0 {
			from := rapid.IntRange(0, len(records)-1).Draw(t, "from")
			count := rapid.IntRange(1, len(records)-from).Draw(t, "count")
			part, err := AppendPart([]byte("x"), group, from, count)
			if err != nil {
				t.Fatal(err)
			}
			name.First, name.Count = name.First+uint32(from), uint32(count)
			records = records[from : from+count]
			group = AppendLogGroup(nil, &device, &name, records)
			if !bytes.Equal(part[1:], group) {
				t.Fatalf("the part is\n%x, its records make\n%x", part[1:], group)
			}
			if len(records) == 1 {
				return
			}
		}
	})
}

func TestAppendPartErrors(t *testing.T) {
	group := AppendLogGroup(nil, &device, &named, []flowtable.Record{record4(), record4()})
	wrongCount := AppendLogGroup(nil, &device, &BatchName{Count: 3}, []flowtable.Record{record4()})
	last := AppendLogGroup(nil, &device, &BatchName{First: 1<<32 - 1, Count: 2}, []flowtable.Record{record4(), record4()})
	noFirst := marshal(t, &sdk.LogGroup{
		Logs:    []*sdk.Log{{Time: new(uint32(1))}},
		LogTags: []*sdk.LogTag{{Key: new("count"), Value: new("1")}},
	})
	for name, c := range map[string]struct {
		group       []byte
		from, count int
		want        string
	}{
		"no such logs":    {group, 1, 2, "no 2 logs from 1 on, but 2 logs"},
		"before":          {group, -1, 1, "no 1 logs from -1"},
		"nothing":         {group, 0, 0, "no 0 logs"},
		"count differs":   {wrongCount, 0, 1, `1 logs, and its tag "count" says 3`},
		"first too large": {last, 1, 1, `tag "first"`},
		"no first":        {noFirst, 0, 1, `tag "first" is not there`},
		"cut":             {group[:len(group)-1], 0, 1, "middle of a field"},
		"wire type":       {[]byte{0x0f}, 0, 1, "wire type 7"},
		"number":          {appendPair(nil, tagLogTags, TagBatch, "-1"), 0, 1, `"batch": "-1" is not a number`},
		"tag":             {[]byte{tagLogTags, 1, tagKey}, 0, 1, "offset 0"},
	} {
		t.Run(name, func(t *testing.T) {
			dst, err := AppendPart([]byte("as it was"), c.group, c.from, c.count)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if string(dst) != "as it was" {
				t.Errorf("dst is %q", dst)
			}
		})
	}
}

// FuzzAppendPart: whatever the octets are, there is no panic; what can be cut is a group again,
// with as many logs as asked for.
func FuzzAppendPart(f *testing.F) {
	f.Add(AppendLogGroup(nil, &device, &named, []flowtable.Record{record4(), record4()}), 1, 1)
	f.Add(AppendLogGroup(nil, &device, &BatchName{Count: 5}, extremes()), 2, 3)
	f.Add(binary.AppendUvarint([]byte{tagLogs}, 1<<63), 0, 1)
	f.Fuzz(func(t *testing.T, group []byte, from, count int) {
		part, err := AppendPart(nil, group, from, count)
		if err != nil {
			return
		}
		whole, _ := ReadInfo(group)
		info, err := ReadInfo(part)
		if err != nil || info.Logs != count || int(info.Name.Count) != count {
			t.Fatalf("a part of %d logs reads as %+v, error %v", count, info, err)
		}
		if info.Name.First != whole.Name.First+uint32(from) || info.Name.Number != whole.Name.Number {
			t.Fatalf("the part is %+v, the whole %+v", info.Name, whole.Name)
		}
	})
}

// FuzzAppendLogGroup exports any record: the SDK makes the same octets of it.
func FuzzAppendLogGroup(f *testing.F) {
	f.Add([]byte("addresses, and more of them...!!"), uint64(1), int64(1700000000e9), uint32(1), uint16(80), uint8(4), "sag-1")
	f.Add(make([]byte, 32), uint64(1<<64-1), int64(-1), uint32(0), uint16(0), uint8(6), "")
	f.Fuzz(func(t *testing.T, addr []byte, n uint64, at int64, port uint32, short uint16, octet uint8, id string) {
		r := flowtable.Record{
			Packets: n, Octets: n >> 7, First: at, Last: at + int64(port), Input: port, Output: port >> 9,
			SrcPort: short, DstPort: ^short, IPVersion: octet, Protocol: octet, ToS: octet, TCPFlags: ^octet,
		}
		copy(r.Dst[:], addr[copy(r.Src[:], addr):])
		who, name := Identity{id, id, id}, BatchName{id, n, port, 1}
		want := marshal(t, sdkGroup(&who, &name, []flowtable.Record{r}))
		if got := AppendLogGroup(nil, &who, &name, []flowtable.Record{r}); !bytes.Equal(got, want) {
			t.Fatalf("have\n%x, the SDK makes\n%x", got, want)
		}
	})
}
