package sls

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/aliyun/aliyun-log-go-sdk/producer"
	"github.com/go-kit/kit/log"
	"github.com/google/go-cmp/cmp"
)

func sdkCode(err error) string {
	var e *sdk.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("%d %s", e.HTTPCode, e.Code)
	}
	return fmt.Sprint(err)
}

// eachClient runs a test with both signatures, and with a token.
func eachClient(t *testing.T, run func(t *testing.T, l *lab, c *sdk.Client)) {
	for name, c := range map[string]struct {
		version sdk.AuthVersionType
		profile string
	}{
		"v1": {sdk.AuthV1, "default"}, "v4": {sdk.AuthV4, "default"},
		"v1 with token": {sdk.AuthV1, "temporary"}, "v4 with token": {sdk.AuthV4, "temporary"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, nil)
			run(t, l, l.sdk(c.version, c.profile))
		})
	}
}

func TestSDKWritePullQuery(t *testing.T) {
	eachClient(t, func(t *testing.T, _ *lab, c *sdk.Client) {
		must(t, c.CreateLogStore(project, logstore, 7, 1, false, 1))
		for batch, kind := range []int{sdk.Compress_LZ4, sdk.Compress_None, sdk.Compress_ZSTD} {
			must(t, c.PutLogsWithCompressType(project, logstore, groupOf("b", batch, 0, 10), kind))
		}
		must(t, c.PostLogStoreLogs(project, logstore, groupOf("b", 3, 0, 1), new("00000000000000000000000000000000")))
		must(t, c.PutRawLogWithCompressType(project, logstore, bytesOf(t, groupOf("b", 4, 0, 1)), sdk.Compress_ZSTD))
		pullAll(t, c)
		queryAll(t, c)
	})
}

// pullAll reads what was written back, in pieces.
func pullAll(t *testing.T, c *sdk.Client) {
	t.Helper()
	next, err := c.GetCursor(project, logstore, 0, "begin")
	must(t, err)
	end, err := c.GetCursor(project, logstore, 0, "end")
	must(t, err)
	var got []string
	for kind := 0; next != end; kind = 2 - kind {
		list, meta, err := c.PullLogsWithQuery(&sdk.PullLogRequest{
			Project: project, Logstore: logstore, Cursor: next, EndCursor: end, LogGroupMaxCount: 2, CompressType: kind,
		})
		must(t, err)
		if len(list.LogGroups) != meta.Count || meta.Count < 1 || meta.Count > 2 {
			t.Fatalf("%d groups, count %d", len(list.LogGroups), meta.Count)
		}
		for _, g := range list.LogGroups {
			for _, l := range g.Logs {
				got = append(got, l.Contents[0].GetValue())
			}
		}
		if list.LogGroups[0].GetCursor() != next {
			t.Errorf("the first group's cursor is %q, asked for %q", list.LogGroups[0].GetCursor(), next)
		}
		next = meta.NextCursor
	}
	var want []string
	for batch, n := range []int{10, 10, 10, 1, 1} {
		for i := range n {
			want = append(want, fmt.Sprintf("10.0.%d.%d", batch, i))
		}
	}
	equal(t, "pulled", want, got)
	list, same, err := c.PullLogs(project, logstore, 0, end, "", 10)
	if err != nil || len(list.LogGroups) != 0 || same != end {
		t.Errorf("at the end: %v, %q, %v", list, same, err)
	}
	at, err := c.GetCursorTime(project, logstore, 0, "MA==")
	if err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("cursor time %v, %v", at, err)
	}
	if byTime, err := c.GetCursor(project, logstore, 0, fmt.Sprint(at.Unix())); err != nil || byTime != "MA==" {
		t.Errorf("cursor by time %q, %v", byTime, err)
	}
}

func queryAll(t *testing.T, c *sdk.Client) {
	t.Helper()
	const from, to = 1_700_000_000, 1_700_000_010
	for q, want := range map[string]int64{
		"": 32, "*": 32, "bytes: 900": 3, "srcaddr: 10.0.1.3": 1, "10.0.2.*": 10, "__tag__:batch: 2 and not bytes > 400": 5, "nothing": 0,
	} {
		r, err := c.GetLogs(project, logstore, "", from, to, q, 100, 0, false)
		must(t, err)
		if r.Count != want || int64(len(r.Logs)) != want || !r.IsComplete() {
			t.Errorf("%q: %d logs, %s, want %d", q, r.Count, r.Progress, want)
		}
		h, err := c.GetHistograms(project, logstore, "", from, to, q)
		must(t, err)
		if h.Count != want || len(h.Histograms) != 10 || !h.IsComplete() {
			t.Errorf("%q: histogram %+v", q, h)
		}
	}
	r, err := c.GetLogs(project, logstore, "", from, to, "__tag__:batch: 1", 3, 2, true)
	must(t, err)
	want := map[string]string{
		"__time__": "1700000007", "__topic__": "sag-flowlog", "__source__": "sag-1", "srcaddr": "10.0.1.7", "bytes": "700",
		"__tag__:device": "sag-1", "__tag__:boot": "b", "__tag__:batch": "1", "__tag__:first": "0", "__tag__:count": "10",
	}
	if len(r.Logs) != 3 || !cmp.Equal(want, r.Logs[0]) {
		t.Errorf("backwards: %v", r.Logs)
	}
	v3, err := c.GetLogsV3(project, logstore, &sdk.GetLogRequest{From: from, To: to, Lines: 1, CompressType: sdk.Compress_ZSTD})
	if err != nil || len(v3.Logs) != 1 || v3.Meta.ProcessedRows != 32 {
		t.Errorf("zstd: %+v, %v", v3, err)
	}
	_, err = c.GetLogs(project, logstore, "", from, to, "* | select 1", 3, 0, true)
	equal(t, "SQL", "501 NotSupported", sdkCode(err))
	_, err = c.GetLogs(project, logstore, "", from, to, "and", 3, 0, true)
	equal(t, "wrong query", "400 InvalidQueryString", sdkCode(err))
}

func TestSDKManagement(t *testing.T) {
	eachClient(t, func(t *testing.T, _ *lab, c *sdk.Client) {
		_, err := c.CreateProject("proj-a", "first")
		must(t, err)
		_, err = c.CreateProject("proj-a", "again")
		equal(t, "project twice", "400 ProjectAlreadyExist", sdkCode(err))
		_, err = c.CreateProject("proj-b", "second")
		must(t, err)
		_, err = c.UpdateProject("proj-b", "changed")
		must(t, err)
		p, err := c.GetProject("proj-b")
		must(t, err)
		equal(t, "project", []string{"proj-b", "changed", "Normal", region}, []string{p.Name, p.Description, p.Status, p.Region})
		names, err := c.ListProject()
		must(t, err)
		equal(t, "projects", []string{"proj-a", "proj-b"}, names)
		list, count, total, err := c.ListProjectV2(1, 1)
		if err != nil || len(list) != 1 || count != 1 || total != 2 {
			t.Errorf("page of projects: %v, %d, %d, %v", list, count, total, err)
		}
		manageLogstores(t, c)
		must(t, c.DeleteProject("proj-a"))
		exists, err := c.CheckProjectExist("proj-a")
		if exists || err != nil {
			t.Errorf("deleted: %v, %v", exists, err)
		}
		equal(t, "delete it again", "404 ProjectNotExist", sdkCode(c.DeleteProject("proj-a")))
	})
}

func manageLogstores(t *testing.T, c *sdk.Client) {
	t.Helper()
	must(t, c.CreateLogStoreV2("proj-a", &sdk.LogStore{Name: "one", TTL: 3, ShardCount: 4, AutoSplit: true, MaxSplitShard: 8}))
	must(t, c.CreateLogStore("proj-a", "two", 1, 1, false, 1))
	equal(t, "logstore twice", "400 LogStoreAlreadyExist", sdkCode(c.CreateLogStore("proj-a", "two", 1, 1, false, 1)))
	equal(t, "bad name", "400 LogstoreInfoInvalid", sdkCode(c.CreateLogStore("proj-a", "Two!", 1, 1, false, 1)))
	equal(t, "bad ttl", "400 LogstoreInfoInvalid", sdkCode(c.CreateLogStore("proj-a", "three", 0, 1, false, 1)))
	names, err := c.ListLogStore("proj-a")
	must(t, err)
	equal(t, "logstores", []string{"one", "two"}, names)
	must(t, c.UpdateLogStore("proj-a", "one", 9, 4))
	l, err := c.GetLogStore("proj-a", "one")
	must(t, err)
	equal(t, "logstore", []int{9, 4, 8}, []int{l.TTL, l.ShardCount, l.MaxSplitShard})
	shards, err := c.ListShards("proj-a", "one")
	must(t, err)
	equal(t, "last shard", sdk.Shard{
		ShardID: 3, Status: "readwrite", InclusiveBeginKey: "c" + strings.Repeat("0", 31), ExclusiveBeginKey: strings.Repeat("f", 32),
		CreateTime: shards[3].CreateTime,
	}, *shards[3])
	index := sdk.CreateDefaultIndex()
	_, err = c.GetIndex("proj-a", "one")
	equal(t, "no index", "404 IndexConfigNotExist", sdkCode(err))
	must(t, c.CreateIndex("proj-a", "one", *index))
	index.Ttl = 7
	must(t, c.UpdateIndex("proj-a", "one", *index))
	got, err := c.GetIndex("proj-a", "one")
	must(t, err)
	equal(t, "index", index, got)
	must(t, c.DeleteIndex("proj-a", "one"))
	_, err = c.ListConsumerGroup("proj-a", "one")
	equal(t, "consumer groups", "501 NotSupported", sdkCode(err))
	if !strings.Contains(fmt.Sprint(err), "consumer groups are not supported") {
		t.Errorf("consumer groups: %v", err)
	}
	must(t, c.DeleteLogStore("proj-a", "one"))
	exists, err := c.CheckLogstoreExist("proj-a", "one")
	if exists || err != nil {
		t.Errorf("deleted: %v, %v", exists, err)
	}
}

// waiting counts what became of a producer's logs.
type waiting struct {
	mu      sync.Mutex
	failed  []string
	success int
}

func (w *waiting) Success(*producer.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.success++
}

func (w *waiting) Fail(r *producer.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, r.GetErrorCode()+" "+r.GetErrorMessage())
}

// TestProducer has the official producer send logs by key, with both signatures and with a token.
func TestProducer(t *testing.T) {
	eachClient(t, func(t *testing.T, l *lab, c *sdk.Client) {
		config := producer.GetDefaultProducerConfig()
		config.Endpoint, config.Region, config.AuthVersion, config.HTTPClient = endpoint, region, c.AuthVersion, l.client
		config.CredentialsProvider = sdk.NewStaticCredentialsProvider(c.AccessKeyID, c.AccessKeySecret, c.SecurityToken)
		config.Logger, config.GeneratePackId, config.LingerMs, config.DisableRuntimeMetrics = log.NewNopLogger(), true, 100, true
		// With more workers the SDK's own client has a data race in its first calls.
		config.MaxIoWorkerCount = 1
		p, err := producer.NewProducer(config)
		must(t, err)
		p.Start()
		const n = 5000
		w := &waiting{}
		for i := range n {
			entry := producer.GenerateLog(uint32(time.Now().Unix()), map[string]string{"index": fmt.Sprint(i)})
			must(t, p.HashSendLogWithCallBack(project, logstore, fmt.Sprintf("%x", i), "topic", "source", entry, w))
		}
		p.SafeClose()
		if w.success != n || len(w.failed) > 0 {
			t.Errorf("%d of %d: %v", w.success, n, w.failed)
		}
		h, err := c.GetHistograms(project, logstore, "topic", 0, math.MaxInt32, "__tag__:__pack_id__: *")
		if err != nil || h.Count != n {
			t.Errorf("%v, %v", h, err)
		}
	})
}

// TestPulledIsWhatWasPut pulls a group as it was put, with all its fields.
func TestPulledIsWhatWasPut(t *testing.T) {
	l := newLab(t, nil)
	c := l.sdk(sdk.AuthV4, "default")
	must(t, c.CreateLogStore(project, logstore, 7, 1, false, 1))
	want := groupOf("b", 1, 0, 3)
	want.Logs[1].TimeNs = new(uint32(5))
	must(t, c.PutLogs(project, logstore, want))
	list, _, err := c.PullLogs(project, logstore, 0, "MA==", "", 1)
	must(t, err)
	equal(t, "text", want.String(), list.LogGroups[0].String())
	r, err := c.GetLogs(project, logstore, "", 1_700_000_001, 1_700_000_002, "", 10, 0, false)
	if err != nil || len(r.Logs) != 1 || r.Logs[0]["__time_ns_part__"] != "5" {
		t.Errorf("%v, %v", r, err)
	}
}
