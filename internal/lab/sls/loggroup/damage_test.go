package loggroup

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestTruncated cuts a group at every byte: it is refused, or what is left is a whole group, as the SDK reads it.
func TestTruncated(t *testing.T) {
	b := marshal(t, sample())
	for n := range b {
		got, err := Decode(b[:n])
		theirs := &sdk.LogGroup{}
		if theirErr := theirs.Unmarshal(b[:n]); (err == nil) != (theirErr == nil) {
			t.Errorf("%d bytes: we say %v, the SDK %v", n, err, theirErr)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "decode LogGroup: byte ") {
				t.Errorf("%d bytes: %v", n, err)
			}
			continue
		}
		if diff := cmp.Diff(ofSDK(theirs), got); diff != "" {
			t.Errorf("%d bytes:\n%s", n, diff)
		}
	}
}

// TestFlipped changes every byte: what is taken is read as the SDK reads it.
func TestFlipped(t *testing.T) {
	b := marshal(t, sample())
	refused := 0
	for n := range b {
		for _, mask := range []byte{1, 0x08, 0x80, 0xff} {
			changed := append([]byte(nil), b...)
			changed[n] ^= mask
			got, err := Decode(changed)
			if err != nil {
				refused++
				continue
			}
			theirs := &sdk.LogGroup{}
			if err := theirs.Unmarshal(changed); err != nil {
				t.Errorf("byte %d ^ %#x: the SDK says %v", n, mask, err)
				continue
			}
			if diff := cmp.Diff(ofSDK(theirs), got); diff != "" {
				t.Errorf("byte %d ^ %#x:\n%s", n, mask, diff)
			}
		}
	}
	if refused == 0 {
		t.Error("no change was refused: the test has no grip")
	}
}

// TestBytesAreNotKept changes the bytes behind a group.
func TestBytesAreNotKept(t *testing.T) {
	b := marshal(t, sample())
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if diff := cmp.Diff(ofSDK(sample()), got); diff != "" {
		t.Error(diff)
	}
}

// TestSpan is the smallest and the largest of any times.
func TestSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOf(rapid.Uint32()).Draw(t, "times")
		g := &Group{}
		for _, at := range times {
			g.Logs = append(g.Logs, Log{Time: at})
		}
		first, last := g.Span()
		within := len(times) == 0 && first == 0 && last == 0
		for _, at := range times {
			if at < first || at > last {
				t.Errorf("%d is not of %d to %d", at, first, last)
			}
			within = within || at == first
		}
		if !within {
			t.Errorf("%d to %d of %v", first, last, times)
		}
	})
}

// TestLastOneWins has a field twice, as protobuf allows.
func TestLastOneWins(t *testing.T) {
	got, err := Decode([]byte("\x1a\x01a\x1a\x01b\x0a\x04\x08\x01\x08\x02"))
	if err != nil || got.Topic != "b" || got.Logs[0].Time != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestManySmallLogs decodes as many logs as 1 MiB can hold: the memory stays in proportion.
func TestManySmallLogs(t *testing.T) {
	b := bytes.Repeat([]byte("\x0a\x02\x08\x01"), 1<<20/4)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	g, err := Decode(b)
	runtime.ReadMemStats(&after)
	if err != nil || len(g.Logs) != 1<<20/4 {
		t.Fatalf("%d logs, %v", len(g.Logs), err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64*uint64(len(b)) {
		t.Errorf("%d bytes were allocated for %d", used, len(b))
	}
}
