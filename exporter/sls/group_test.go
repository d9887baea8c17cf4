package sls

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

// readBack is a group as ReadGroup and EachLog give it, in the SDK's form.
func readBack(group []byte) (*sdk.LogGroup, error) {
	g, err := ReadGroup(group)
	if err != nil {
		return nil, err
	}
	out := &sdk.LogGroup{}
	if g.Topic != nil {
		out.Topic = new(string(g.Topic))
	}
	if g.Source != nil {
		out.Source = new(string(g.Source))
	}
	for _, t := range g.Tags {
		out.LogTags = append(out.LogTags, &sdk.LogTag{Key: new(string(t.Key)), Value: new(string(t.Value))})
	}
	err = EachLog(group, func(l *Log) error {
		log := &sdk.Log{Time: new(l.Time)}
		for _, c := range l.Contents {
			log.Contents = append(log.Contents, &sdk.LogContent{Key: new(string(c.Key)), Value: new(string(c.Value))})
		}
		out.Logs = append(out.Logs, log)
		return nil
	})
	if err == nil && len(out.Logs) != g.Logs {
		err = errors.New("another number of logs")
	}
	return out, err
}

// TestReadGroupProperty: what AppendLogGroup writes of any records is read back as the SDK reads it.
func TestReadGroupProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := Identity{rapid.String().Draw(t, "id"), rapid.String().Draw(t, "sn"), rapid.String().Draw(t, "account")}
		records := rapid.SliceOfN(rapid.Custom(drawRecord), 0, 8).Draw(t, "records")
		name := BatchName{"boot", rapid.Uint64().Draw(t, "number"), 0, uint32(len(records))}
		got, err := readBack(AppendLogGroup(nil, &id, &name, records))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sdkGroup(&id, &name, records).String(), got.String()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestReadGroupErrors(t *testing.T) {
	log := func(fields ...byte) []byte { return append([]byte{tagLogs, byte(len(fields))}, fields...) }
	pair := func(tag byte, fields ...byte) []byte { return append([]byte{tag, byte(len(fields))}, fields...) }
	timed := []byte{tagTime, 1}
	for name, c := range map[string]struct {
		group []byte
		want  string
	}{
		"cut":                {[]byte{tagLogs, 2, 0}, "offset 0: ends in the middle"},
		"logs as a number":   {[]byte{1 << 3, 2}, "field Logs has the wire type 0, want 2"},
		"topic as a number":  {[]byte{3 << 3, 2}, "field Topic has the wire type 0, want 2"},
		"source as a number": {[]byte{4 << 3, 2}, "field Source has the wire type 0, want 2"},
		"tags as a number":   {[]byte{6 << 3, 2}, "field LogTags has the wire type 0, want 2"},
		"no time":            {log(), "log 0: the required field Time is not there"},
		"time as text":       {log(1<<3|2, 1, 'x'), "field Time has the wire type 2, want 0"},
		"time of 33 bits":    {log(tagTime, 0x80, 0x80, 0x80, 0x80, 0x10), "field Time is 4294967296, want at most 4294967295"},
		"cut log":            {slices.Concat(log(timed...), log(tagTime)), "offset 4: log 1: ends in the middle"},
		"no key":             {pair(tagLogTags, tagValue, 0), "a required field, Key or Value, is not there"},
		"no value":           {log(slices.Concat(timed, pair(tagContents, tagKey, 0))...), "Contents: a required field"},
		"key as a number":    {pair(tagLogTags, 1<<3, 0), "LogTags: field Key has the wire type 0, want 2"},
		"value as a number":  {pair(tagLogTags, 2<<3, 0), "LogTags: field Value has the wire type 0, want 2"},
		"many tags":          {slices.Repeat(pair(tagLogTags, tagKey, 0, tagValue, 0), maxPairs+1), "more than 1024 LogTags"},
		"cut tag":            {pair(tagLogTags, tagKey), "LogTags: ends in the middle"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readBack(c.group); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestEachLogEnds: the caller's error ends it.
func TestEachLogEnds(t *testing.T) {
	group := AppendLogGroup(nil, &device, &named, []flowtable.Record{record4(), record4()})
	enough, n := errors.New("enough"), 0
	err := EachLog(group, func(*Log) error { n++; return enough })
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("error %v after %d logs", err, n)
	}
}

// FuzzReadGroup: whatever the octets are, there is no panic, and what can be read is what the SDK
// reads.
func FuzzReadGroup(f *testing.F) {
	f.Add(AppendLogGroup(nil, &device, &named, []flowtable.Record{record4(), record6("::1", "fe80::1")}))
	f.Add(AppendLogGroup(nil, &Identity{}, &BatchName{}, extremes()))
	f.Add(binary.AppendUvarint([]byte{tagLogs}, 1<<63))
	f.Add([]byte{tagLogs, 2, tagTime, 7, 0x55, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, group []byte) {
		got, err := readBack(group)
		if err != nil {
			return
		}
		var want sdk.LogGroup
		if want.Unmarshal(group) != nil {
			return // it is stricter with fields that nobody needs
		}
		if diff := cmp.Diff(known(&want).String(), got.String()); diff != "" {
			t.Fatalf("(-SDK +here):\n%s", diff)
		}
	})
}

// known is a group without the fields that are passed over.
func known(g *sdk.LogGroup) *sdk.LogGroup {
	out := &sdk.LogGroup{Topic: g.Topic, Source: g.Source}
	for _, t := range g.LogTags {
		out.LogTags = append(out.LogTags, &sdk.LogTag{Key: t.Key, Value: t.Value})
	}
	for _, l := range g.Logs {
		log := &sdk.Log{Time: l.Time}
		for _, c := range l.Contents {
			log.Contents = append(log.Contents, &sdk.LogContent{Key: c.Key, Value: c.Value})
		}
		out.Logs = append(out.Logs, log)
	}
	return out
}
