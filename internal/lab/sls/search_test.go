package sls

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// filled is a lab with three groups whose times overlap, of two topics.
func filled(t *testing.T) *lab {
	t.Helper()
	l := newLab(t, nil)
	for batch, times := range [][]uint32{{50, 10, 30}, {20, 40}, {30, 60, 5}} {
		g := groupOf("b", batch, 0, len(times))
		for i, at := range times {
			g.Logs[i].Time = new(at)
			g.Logs[i].Contents = append(g.Logs[i].Contents, &sdk.LogContent{Key: new("name"), Value: new(fmt.Sprintf("%d/%d", batch, i))})
		}
		if batch == 1 {
			g.Topic = new("other")
		}
		if batch == 2 {
			g.Logs[0].TimeNs = new(uint32(500))
		}
		if a := l.answered(write(t, codec.LZ4, g)); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	return l
}

// search asks by GET and returns the names of the logs.
func (l *lab) search(parameters string) (names []string) {
	l.tb.Helper()
	a := l.answered(request{method: http.MethodGet, uri: "/logstores/" + logstore + "?type=log&" + parameters})
	var logs []map[string]string
	if err := json.Unmarshal(a.body, &logs); err != nil || a.status != http.StatusOK {
		l.tb.Fatalf("%s: %d %s", parameters, a.status, a.body)
	}
	for _, log := range logs {
		names = append(names, log["name"])
	}
	if got := a.header.Get(headerCount); got != fmt.Sprint(len(logs)) || a.header.Get(headerProgress) != complete {
		l.tb.Errorf("%s: count %s, progress %s", parameters, got, a.header.Get(headerProgress))
	}
	return names
}

func TestSearch(t *testing.T) {
	l := filled(t)
	byTime := []string{"2/2", "0/1", "1/0", "0/2", "2/0", "1/1", "0/0", "2/1"}
	backwards := slices.Clone(byTime)
	slices.Reverse(backwards)
	for parameters, want := range map[string][]string{
		"from=0&to=100":                                  byTime,
		"from=0&to=100&reverse=true":                     backwards,
		"from=0&to=100&reverse=false&line=3":             byTime[:3],
		"from=0&to=100&line=3&offset=2":                  byTime[2:5],
		"from=0&to=100&line=3&offset=2&reverse=true":     backwards[2:5],
		"from=0&to=100&line=3&offset=7":                  byTime[7:],
		"from=0&to=100&offset=8":                         nil,
		"from=0&to=100&line=0":                           nil,
		"from=10&to=30":                                  {"0/1", "1/0"},
		"from=10&to=31":                                  {"0/1", "1/0", "0/2", "2/0"},
		"from=30&to=31&fromNs=1":                         {"2/0"},
		"from=30&to=30&fromNs=0&toNs=500":                {"0/2"},
		"from=30&to=30&fromNs=500&toNs=501":              {"2/0"},
		"from=61&to=4000000000":                          nil,
		"from=0&to=100&topic=other":                      {"1/0", "1/1"},
		"from=0&to=100&query=__topic__%3A+other":         {"1/0", "1/1"},
		"from=0&to=100&query=__tag__%3Abatch%3A+2":       {"2/2", "2/0", "2/1"},
		"from=0&to=100&query=not+__tag__%3Abatch%3A+2":   {"0/1", "1/0", "0/2", "1/1", "0/0"},
		"from=0&to=100&topic=other&query=bytes+%3E%3D+1": {"1/1"},
	} {
		if got := l.search(parameters); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", parameters, got, want)
		}
	}
}

// TestBothSearches asks the same by POST and by GET.
func TestBothSearches(t *testing.T) {
	l := filled(t)
	c := l.sdk(sdk.AuthV4, "default")
	for _, q := range []string{"", "bytes > 0", "name: 0 or name: 1", "nothing"} {
		for _, reverse := range []bool{false, true} {
			r, err := c.GetLogs(project, logstore, "", 0, 100, q, 4, 1, reverse)
			must(t, err)
			var byPost []string
			for _, log := range r.Logs {
				byPost = append(byPost, log["name"])
			}
			byGet := l.search(fmt.Sprintf("from=0&to=100&line=4&offset=1&reverse=%v&query=%s", reverse, url.QueryEscape(q)))
			equal(t, q, byPost, byGet)
		}
	}
}

func TestHistograms(t *testing.T) {
	l := filled(t)
	for parameters, want := range map[string][]bar{
		"from=0&to=60&interval=20":                          {{0, 20, 2, complete}, {20, 40, 3, complete}, {40, 60, 2, complete}},
		"from=5&to=65&interval=50":                          {{5, 55, 7, complete}, {55, 65, 1, complete}},
		"from=29&to=32":                                     {{29, 30, 0, complete}, {30, 31, 2, complete}, {31, 32, 0, complete}},
		"from=0&to=60&interval=60&query=topic+or+name%3A+0": {{0, 60, 5, complete}},
	} {
		a := l.answered(request{method: http.MethodGet, uri: "/logstores/" + logstore + "?type=histogram&" + parameters})
		var got []bar
		must(t, json.Unmarshal(a.body, &got))
		equal(t, parameters, want, got)
		total := int64(0)
		for _, b := range want {
			total += b.Count
		}
		equal(t, "count of "+parameters, fmt.Sprint(total), a.header.Get(headerCount))
	}
}

// TestManyGroups finds logs across more groups than a page holds, and goes on from page to page.
func TestManyGroups(t *testing.T) {
	l := newLab(t, nil)
	const groups, each = 30, 20
	for b := range groups {
		l.answered(write(t, codec.Zstd, groupOf("b", b, b*each, each)))
	}
	c := l.sdk(sdk.AuthV1, "default")
	seen := map[string]bool{}
	for offset := int64(0); ; offset += 100 {
		r, err := c.GetLogs(project, logstore, "", 0, math.MaxUint32, "*", 100, offset, true)
		must(t, err)
		for _, log := range r.Logs {
			if seen[log["bytes"]] {
				t.Errorf("%v comes twice", log)
			}
			seen[log["bytes"]] = true
		}
		if r.Count == 0 {
			break
		}
	}
	equal(t, "logs", groups*each, len(seen))
}

// TestPullLimits ends an answer at the bytes that it may have, but never with nothing.
func TestPullLimits(t *testing.T) {
	l := newLab(t, nil)
	c := l.sdk(sdk.AuthV4, "default")
	must(t, c.CreateLogStore(project, logstore, 1, 1, false, 1))
	for b := range 4 {
		g := groupOf("b", b, 0, 6)
		for _, log := range g.Logs {
			log.Contents[0].Value = new(string(make([]byte, 1<<20)))
		}
		if a := l.answered(write(t, codec.LZ4, g)); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	next := "MA=="
	for i := range 4 {
		list, after, err := c.PullLogs(project, logstore, 0, next, "", 1000)
		must(t, err)
		if len(list.LogGroups) != 1 || after != cursor(i+1) {
			t.Fatalf("%d groups, next %q", len(list.LogGroups), after)
		}
		next = after
	}
	list, after, err := c.PullLogs(project, logstore, 0, cursor(3), cursor(1), 10)
	if err != nil || len(list.LogGroups) != 0 || after != cursor(3) {
		t.Errorf("an end before the begin: %v, %q, %v", list, after, err)
	}
}

// TestLimit takes a log group of exactly the size that the service takes.
func TestLimit(t *testing.T) {
	l := newLab(t, nil)
	sized := func(n int) []byte {
		g := &sdk.LogGroup{Source: new("s")}
		log := &sdk.Log{Time: new(uint32(1))}
		g.Logs = []*sdk.Log{log}
		for n-g.Size() > 1<<20 {
			log.Contents = append(log.Contents, &sdk.LogContent{Key: new("k"), Value: new(string(make([]byte, 1<<20-64)))})
		}
		for g.Source = new(""); g.Size() < n; {
			g.Source = new(*g.Source + string(make([]byte, max(1, n-g.Size()-8))))
		}
		return bytesOf(t, g)
	}
	for size, want := range map[int]int{MaxRaw: http.StatusOK, MaxRaw + 1: http.StatusBadRequest} {
		raw := sized(size)
		if len(raw) != size {
			t.Fatalf("%d bytes, want %d", len(raw), size)
		}
		body, err := codec.Compress(codec.Zstd, raw)
		must(t, err)
		a := l.answered(request{body: body, headers: map[string]string{"x-log-bodyrawsize": fmt.Sprint(size), "x-log-compresstype": "zstd"}})
		if a.status != want || (want != http.StatusOK && a.code != "PostBodyTooLarge") {
			t.Errorf("%d bytes: %d %s", size, a.status, a.body)
		}
	}
}
