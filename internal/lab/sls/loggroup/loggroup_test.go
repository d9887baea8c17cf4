package loggroup

import (
	"errors"
	"strings"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func marshal(tb testing.TB, g *sdk.LogGroup) []byte {
	tb.Helper()
	b, err := g.Marshal()
	if err != nil {
		tb.Fatalf("marshal: %v", err)
	}
	return b
}

// ofSDK is what the SDK read.
func ofSDK(g *sdk.LogGroup) *Group {
	out := &Group{Topic: g.GetTopic(), Source: g.GetSource(), Category: g.GetCategory(), MachineUUID: g.GetMachineUUID()}
	for _, t := range g.LogTags {
		out.Tags = append(out.Tags, Pair{t.GetKey(), t.GetValue()})
	}
	for _, l := range g.Logs {
		log := Log{Time: l.GetTime(), Nanos: l.GetTimeNs(), HasNanos: l.TimeNs != nil, Contents: []Pair{}}
		for _, c := range l.Contents {
			log.Contents = append(log.Contents, Pair{c.GetKey(), c.GetValue()})
		}
		out.Logs = append(out.Logs, log)
	}
	return out
}

func sample() *sdk.LogGroup {
	return &sdk.LogGroup{
		Topic: new("sag-flowlog"), Source: new("sag-1"), Category: new("c"), MachineUUID: new("m"),
		LogTags: []*sdk.LogTag{{Key: new("boot"), Value: new("b1")}},
		Logs: []*sdk.Log{
			{Time: new(uint32(5)), TimeNs: new(uint32(7)), Contents: []*sdk.LogContent{{Key: new("srcaddr"), Value: new("10.0.0.1")}}},
			{Time: new(uint32(3)), Contents: []*sdk.LogContent{{Key: new("a"), Value: new("")}, {Key: new("b"), Value: new("ü")}}},
		},
	}
}

func TestDecode(t *testing.T) {
	want := sample()
	got, err := Decode(marshal(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ofSDK(want), got); diff != "" {
		t.Errorf("-SDK +ours:\n%s", diff)
	}
	if first, last := got.Span(); first != 3 || last != 5 {
		t.Errorf("span %d to %d, want 3 to 5", first, last)
	}
	if v, ok := got.Tag("boot"); v != "b1" || !ok {
		t.Errorf("tag boot is %q, %v", v, ok)
	}
	if _, ok := got.Tag("other"); ok {
		t.Error("a tag that is not there was found")
	}
}

// TestDecodeAgrees draws groups that the SDK writes.
func TestDecodeAgrees(t *testing.T) {
	text := func(t *rapid.T, label string) *string { return new(rapid.String().Draw(t, label)) }
	rapid.Check(t, func(t *rapid.T) {
		g := &sdk.LogGroup{Topic: text(t, "topic")}
		for range rapid.IntRange(0, 5).Draw(t, "tags") {
			g.LogTags = append(g.LogTags, &sdk.LogTag{Key: text(t, "key"), Value: text(t, "value")})
		}
		for range rapid.IntRange(0, 20).Draw(t, "logs") {
			l := &sdk.Log{Time: new(rapid.Uint32().Draw(t, "time"))}
			for range rapid.IntRange(0, 20).Draw(t, "contents") {
				l.Contents = append(l.Contents, &sdk.LogContent{Key: text(t, "key"), Value: text(t, "value")})
			}
			g.Logs = append(g.Logs, l)
		}
		b, _ := g.Marshal()
		got, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ofSDK(g), got); diff != "" {
			t.Errorf("-SDK +ours:\n%s", diff)
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"tag does not end":      {"\x8a", "byte 0: the number does not end"},
		"number of 65 bits":     {"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "larger than 64 bits"},
		"field 0":               {"\x02\x00", "field number 0"},
		"start of group":        {"\x0b", "wire type 3"},
		"end of group":          {"\x0c", "wire type 4"},
		"wire type 7":           {"\x0f", "wire type 7"},
		"length beyond the end": {"\x0a\x05\x08", "byte 2: 5 bytes are announced, and 1 are left"},
		"short fixed64":         {"\x39\x01", "8 bytes are announced"},
		"short fixed32":         {"\x3d\x01", "4 bytes are announced"},
		"Logs a number":         {"\x08\x01", "field Logs has wire type 0: want 2"},
		"Topic a number":        {"\x18\x01", "field Topic has wire type 0"},
		"LogTags a number":      {"\x30\x01", "field LogTags has wire type 0"},
		"no Time":               {"\x0a\x00", "required field Time"},
		"Time as bytes":         {"\x0a\x02\x0a\x00", "field Time has wire type 2: want 0"},
		"Time of 33 bits":       {"\x0a\x06\x08\x80\x80\x80\x80\x10", "field Time is 4294967296"},
		"TimeNs a varint":       {"\x0a\x04\x08\x01\x20\x01", "field TimeNs has wire type 0: want 5"},
		"no Key":                {"\x0a\x06\x08\x01\x12\x02\x12\x00", "required field Key of Contents"},
		"no Value":              {"\x0a\x06\x08\x01\x12\x02\x0a\x00", "required field Value of Contents"},
		"tag without Value":     {"\x32\x02\x0a\x00", "required field Value of LogTags"},
		"Key a number":          {"\x32\x02\x08\x00", "field Key has wire type 0"},
		"text":                  {"<html>", "byte"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want %q", err, c.want)
			}
		})
	}
}

func TestDecodeSkipsUnknownFields(t *testing.T) {
	b := append(marshal(t, sample()), "\x78\x05\x7a\x01x\x7d\x01\x02\x03\x04\x79\x01\x02\x03\x04\x05\x06\x07\x08"...)
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ofSDK(sample()), got); diff != "" {
		t.Error(diff)
	}
}

func TestCheck(t *testing.T) {
	one := func(key, value string) *Group { return &Group{Logs: []Log{{Contents: []Pair{{key, value}}}}} }
	for name, c := range map[string]struct {
		group *Group
		code  string
	}{
		"good":             {one("tcp-flags", "18"), ""},
		"longest":          {one(strings.Repeat("k", MaxKey), strings.Repeat("v", MaxValue)), ""},
		"log without keys": {&Group{Logs: []Log{{}}}, ""},
		"no log":           {&Group{}, "PostBodyInvalid"},
		"no key":           {one("", "x"), "InvalidKey"},
		"long key":         {one(strings.Repeat("k", MaxKey+1), "x"), "InvalidKey"},
		"own key":          {one("__time__", "x"), "InvalidKey"},
		"long value":       {one("k", strings.Repeat("v", MaxValue+1)), "PostBodyInvalid"},
		"key encoding":     {one("k\xff", "x"), "InvalidEncoding"},
		"value encoding":   {one("k", "\xc3"), "InvalidEncoding"},
		"topic encoding":   {&Group{Topic: "\xff", Logs: []Log{{}}}, "InvalidEncoding"},
		"tag encoding":     {&Group{Tags: []Pair{{"k", "\xff"}}, Logs: []Log{{}}}, "InvalidEncoding"},
		"nanoseconds":      {&Group{Logs: []Log{{Nanos: 1e9}}}, "InvalidTimestamp"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.group.Check()
			var f *Fault
			if got := errors.As(err, &f); got != (c.code != "") || (got && f.Code != c.code) {
				t.Errorf("got %v, want %q", err, c.code)
			}
		})
	}
}

func TestAppendList(t *testing.T) {
	var list []byte
	group := marshal(t, sample())
	for range 3 {
		list = AppendList(list, group)
	}
	got, err := sdk.LogsBytesDecode(list)
	if err != nil || len(got.LogGroups) != 3 {
		t.Fatalf("%d groups, %v", len(got.GetLogGroups()), err)
	}
	if diff := cmp.Diff(ofSDK(sample()), ofSDK(got.LogGroups[2])); diff != "" {
		t.Error(diff)
	}
}

// longest is how many bytes an error may have, whatever is in the group.
const longest = 600

// FuzzDecode holds the decoder against the SDK's: what it takes the SDK takes, and reads alike.
func FuzzDecode(f *testing.F) {
	f.Add(marshal(f, sample()))
	f.Add([]byte{})
	f.Add([]byte("\x0a\x02\x08\x01"))
	f.Add([]byte("\x0a\x06\x08\x01\x12\x02\x12\x00"))
	f.Add([]byte("\x32\x04\x0a\x00\x12\x00\x7d\x01\x02\x03\x04"))
	foreign := sample()
	foreign.LogTags[0].Key = new(strings.Repeat("\x80", 1000))
	f.Add(marshal(f, foreign))
	foreign = sample()
	foreign.Logs[0].Contents[0].Key = new(strings.Repeat("\U000e0001", 1000))
	f.Add(marshal(f, foreign))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Decode(b)
		if err == nil {
			err = got.Check()
		}
		if err != nil && len(err.Error()) > longest {
			t.Errorf("an error of %d bytes: %v", len(err.Error()), err)
		}
		if got == nil {
			return
		}
		theirs := &sdk.LogGroup{}
		if err := theirs.Unmarshal(b); err != nil {
			t.Fatalf("taken by us, but by the SDK: %v", err)
		}
		if diff := cmp.Diff(ofSDK(theirs), got); diff != "" {
			t.Errorf("-SDK +ours:\n%s", diff)
		}
	})
}
