package sls

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
)

func TestProjectOf(t *testing.T) {
	for host, want := range map[string]string{
		"proj.cn-hangzhou.log.aliyuncs.com": "proj", "proj.cn-hangzhou-intranet.log.aliyuncs.com:80": "proj",
		"cn-hangzhou.log.aliyuncs.com": "", "cn-hangzhou-intranet.log.aliyuncs.com:443": "", "CN-hangzhou.LOG.aliyuncs.com": "",
		"127.0.0.1": "", "127.0.0.1:8190": "", "[::1]:8190": "", "::1": "", "localhost": "", "LOCALHOST:1": "",
		"proj.lab.example": "proj", "proj.localhost:8190": "proj", "proj.127.0.0.1:8190": "proj", "proj": "proj", "": "",
	} {
		if got := ProjectOf(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
	for host, want := range map[string]string{
		"proj.cn-hangzhou.log.aliyuncs.com": "cn-hangzhou", "proj.cn-hangzhou-intranet.log.aliyuncs.com:80": "cn-hangzhou",
		"cn-hangzhou.log.aliyuncs.com": "cn-hangzhou", "proj.lab.example": "", "a.b.c.log.aliyuncs.com": "",
	} {
		if got := regionOf(host); got != want {
			t.Errorf("region of %q: got %q, want %q", host, got, want)
		}
	}
}

// TestRouteOf has each action of Actions at least once.
func TestRouteOf(t *testing.T) {
	host, met := project+"."+endpoint, map[string]bool{actListProject: true}
	for target, want := range map[string]route{
		"GET /":                                          {actGetProject, project, "", "", false},
		"POST /":                                         {actCreateProject, project, "", "", false},
		"PUT /":                                          {actUpdateProject, project, "", "", false},
		"DELETE /":                                       {actDeleteProject, project, "", "", false},
		"PATCH /":                                        {actUnsupported, project, "", "", false},
		"GET /logstores":                                 {actListLogStores, project, "", "", false},
		"POST /logstores/":                               {actCreateLogStore, project, "", "", false},
		"PUT /logstores":                                 {actUnsupported, project, "", "", false},
		"POST /logstores/flows":                          {actPutLogs, project, "flows", "", false},
		"POST /logstores/flows/shards/lb":                {actPutLogs, project, "flows", "lb", false},
		"POST /logstores/flows/shards/route":             {actPutLogs, project, "flows", "route", true},
		"POST /logstores/flows/shards/0":                 {actUnsupported, project, "flows", "0", false},
		"GET /logstores/flows/shards":                    {actListShards, project, "flows", "", false},
		"POST /logstores/flows/shards":                   {actUnsupported, project, "flows", "", false},
		"GET /logstores/flows/shards/0?type=log":         {actPullLogs, project, "flows", "0", false},
		"GET /logstores/flows/shards/12?type=logs":       {actPullLogs, project, "flows", "12", false},
		"GET /logstores/flows/shards/0?type=cursor":      {actGetCursor, project, "flows", "0", false},
		"GET /logstores/flows/shards/0?type=cursor_time": {actGetCursorTime, project, "flows", "0", false},
		"GET /logstores/flows/shards/0":                  {actUnsupported, project, "flows", "0", false},
		"GET /logstores/flows/shards/0/more":             {actUnsupported, project, "flows", "", false},
		"POST /logstores/flows/logs":                     {actGetLogs, project, "flows", "", false},
		"GET /logstores/flows/logs":                      {actUnsupported, project, "flows", "", false},
		"GET /logstores/flows":                           {actGetLogStore, project, "flows", "", false},
		"GET /logstores/flows?type=log":                  {actGetLogs, project, "flows", "", false},
		"GET /logstores/flows?type=histogram":            {actGetHistograms, project, "flows", "", false},
		"GET /logstores/flows?type=what":                 {actUnsupported, project, "flows", "", false},
		"PUT /logstores/flows":                           {actUpdateLogStore, project, "flows", "", false},
		"DELETE /logstores/flows":                        {actDeleteLogStore, project, "flows", "", false},
		"GET /logstores/flows/index":                     {actGetIndex, project, "flows", "", false},
		"POST /logstores/flows/index":                    {actCreateIndex, project, "flows", "", false},
		"PUT /logstores/flows/index":                     {actUpdateIndex, project, "flows", "", false},
		"DELETE /logstores/flows/index":                  {actDeleteIndex, project, "flows", "", false},
		"PUT /logstores/f/consumergroups/g":              {actConsumerGroup, project, "f", "", false},
		"GET /dashboards":                                {actUnsupported, project, "", "", false},
	} {
		method, uri, _ := strings.Cut(target, " ")
		u, err := url.Parse(uri)
		must(t, err)
		got := routeOf(method, host, u.Path, u.Query())
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(route{})); diff != "" {
			t.Errorf("%s:\n%s", target, diff)
		}
		met[got.action] = true
	}
	equal(t, "list", actListProject, routeOf("GET", endpoint, "/", nil).action)
	equal(t, "project in the path", project, routeOf("GET", "127.0.0.1:1", "/projects/"+project+"/logstores", nil).project)
	equal(t, "project in both", project, routeOf("GET", host, "/projects/other", nil).project)
	equal(t, "actions", slices.Sorted(slices.Values(Actions())), slices.Sorted(maps.Keys(met)))
}

// TestPage holds the page against sorting everything.
func TestPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := int64(rapid.IntRange(0, maxLines).Draw(t, "line"))
		s := &search{Line: &line, Offset: int64(rapid.IntRange(0, 50).Draw(t, "offset")), Reverse: rapid.Bool().Draw(t, "reverse")}
		small, all := newPage(s), newPage(&search{Line: new(int64(maxLines)), Offset: 10_000, Reverse: s.Reverse})
		for i := range rapid.IntRange(0, 700).Draw(t, "logs") {
			f := found{log: &loggroup.Log{Time: rapid.Uint32Range(0, 20).Draw(t, "time")}, order: i}
			small.add(f)
			all.add(f)
		}
		all.trim()
		want := cut(all.kept, int(s.Offset), int(line))
		got := small.logs()
		if len(got) != len(want) {
			t.Fatalf("%d logs, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i].order != want[i].order {
				t.Errorf("log %d is number %d, want %d", i, got[i].order, want[i].order)
			}
		}
	})
}

func TestHolds(t *testing.T) {
	s := &search{From: 10, To: 20, FromNano: 5, ToNano: 5}
	for _, c := range []struct {
		seconds, nanos uint32
		want           bool
	}{
		{9, 999, false}, {10, 4, false}, {10, 5, true}, {15, 0, true}, {20, 0, true}, {20, 4, true}, {20, 5, false}, {21, 0, false},
	} {
		if got := s.holds(&loggroup.Log{Time: c.seconds, Nanos: c.nanos}); got != c.want {
			t.Errorf("%d.%09d: %v", c.seconds, c.nanos, got)
		}
	}
}

func TestBars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &search{From: rapid.Int64Range(0, 1<<32-1).Draw(t, "from")}
		s.To = rapid.Int64Range(s.From, 1<<32-1).Draw(t, "to")
		w := width(s.To-s.From, rapid.Int64Range(-1, 1<<33).Draw(t, "interval"))
		all := newBars(s, w)
		if len(all) == 0 || len(all) > maxBars || all[0].From != s.From || all[len(all)-1].To != s.To {
			t.Fatalf("%d bars from %d to %d: %+v", len(all), s.From, s.To, all)
		}
		for i := range all[1:] {
			if all[i].To != all[i+1].From {
				t.Errorf("a gap behind %+v", all[i])
			}
		}
	})
}
