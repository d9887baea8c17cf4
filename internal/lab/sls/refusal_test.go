package sls

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// changed returns q with a change.
func changed(q request, change func(*request)) request {
	h := map[string]string{}
	for name, value := range q.headers {
		h[name] = value
	}
	q.headers = h
	change(&q)
	return q
}

func header(name, value string) func(*request) {
	return func(q *request) { q.headers[name] = value }
}

// later changes the request behind the signing.
func later(change func(*http.Request)) func(*request) {
	return func(q *request) { q.change = change }
}

func TestRefusedWrites(t *testing.T) {
	l := newLab(t, nil)
	plain := write(t, codec.None, groupOf("b", 1, 0, 2))
	packed := write(t, codec.LZ4, groupOf("b", 1, 0, 50))
	bad := &sdk.LogGroup{Logs: []*sdk.Log{{Time: new(uint32(1)), Contents: []*sdk.LogContent{{Key: new(""), Value: new("x")}}}}}
	text := func(s string) func(*request) {
		return func(q *request) { q.body, q.headers["x-log-bodyrawsize"] = []byte(s), fmt.Sprint(len(s)) }
	}
	for name, c := range map[string]struct {
		base   request
		change func(*request)
		want   string
	}{
		"key":                   {write(t, codec.Zstd, bad), func(*request) {}, "400 InvalidKey"},
		"no content type":       {plain, later(func(r *http.Request) { r.Header.Del("Content-Type") }), "401 SignatureNotMatch"},
		"another content type":  {plain, header("Content-Type", "application/json"), "415 InvalidContentType"},
		"compression":           {plain, header("x-log-compresstype", "gzip"), "400 InvalidCompressType"},
		"raw size":              {plain, header("x-log-bodyrawsize", "x"), "400 InvalidBodyRawSize"},
		"negative raw size":     {plain, header("x-log-bodyrawsize", "-1"), "400 InvalidBodyRawSize"},
		"raw size of another":   {plain, header("x-log-bodyrawsize", "1"), "400 InvalidBodyRawSize"},
		"raw size too small":    {packed, header("x-log-bodyrawsize", "10"), "400 PostBodyUncompressError"},
		"raw size too large":    {packed, header("x-log-bodyrawsize", "100000"), "400 PostBodyUncompressError"},
		"raw size above limit":  {packed, header("x-log-bodyrawsize", fmt.Sprint(MaxRaw+1)), "400 PostBodyTooLarge"},
		"not lz4":               {packed, text("<html>login</html>"), "400 PostBodyUncompressError"},
		"not protobuf":          {plain, text("<html>login</html>"), "400 PostBodyInvalid"},
		"nothing":               {plain, text(""), "400 MissingContentType"},
		"too large":             {plain, text(strings.Repeat("x", maxBody+1)), "400 PostBodyTooLarge"},
		"project name":          {plain, func(q *request) { q.host = "Sag_Lab." + endpoint }, "400 ParameterInvalid"},
		"logstore name":         {plain, func(q *request) { q.uri = "/logstores/Flows!" }, "400 LogstoreInfoInvalid"},
		"no project":            {plain, func(q *request) { q.host = endpoint }, "400 ParameterInvalid"},
		"no key to route by":    {plain, func(q *request) { q.uri += "/logstores/flows/shards/route" }, "400 ParameterInvalid"},
		"wrong key to route by": {plain, func(q *request) { q.uri += "/logstores/flows/shards/route?key=xyz" }, "400 ParameterInvalid"},
		"another API":           {plain, func(q *request) { q.uri = "/machinegroups" }, "501 NotSupported"},
		"another method":        {plain, func(q *request) { q.method = http.MethodPatch }, "501 NotSupported"},
	} {
		for _, version := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s v%d", name, version), func(t *testing.T) {
				q := changed(c.base, c.change)
				q.version = version
				a := l.answered(q)
				got := fmt.Sprintf("%d %s", a.status, a.code)
				if got != c.want || a.message == "" || a.requestID == "" || a.header.Get("Date") == "" {
					t.Errorf("got %s: %s (%v), want %s", got, a.message, a.header, c.want)
				}
			})
		}
	}
	if got := l.tally(); got.Groups != 0 {
		t.Errorf("refused, and there: %+v", got)
	}
}

// TestCallers refuses who can't prove who they are, in words that hold no secret.
func TestCallers(t *testing.T) {
	l := newLab(t, nil)
	good := write(t, codec.None, groupOf("b", 1, 0, 2))
	for name, c := range map[string]struct {
		change func(*request)
		want   string
	}{
		"unsigned":         {later(func(r *http.Request) { r.Header.Del("Authorization") }), "401 Unauthorized"},
		"wrong secret":     {func(q *request) { q.profile = "wrong" }, "401 SignatureNotMatch"},
		"unknown key":      {func(q *request) { q.profile = "unknown" }, "401 Unauthorized"},
		"ended token":      {func(q *request) { q.profile = "ended" }, "401 Unauthorized"},
		"no token":         {func(q *request) { q.profile = "tokenless" }, "401 Unauthorized"},
		"changed body":     {later(func(r *http.Request) { r.Body = http.NoBody; r.ContentLength = 0 }), "401 SignatureNotMatch"},
		"changed path":     {later(func(r *http.Request) { r.URL.Path = "/logstores/other" }), "401 SignatureNotMatch"},
		"an hour old":      {func(q *request) { q.at = time.Now().Add(-time.Hour) }, "400 RequestTimeExpired"},
		"an hour too soon": {func(q *request) { q.at = time.Now().Add(time.Hour) }, "400 RequestTimeTooSkewed"},
		"no API version":   {later(func(r *http.Request) { r.Header.Del("X-Log-Apiversion") }), "400 MissingAPIVersion"},
	} {
		for _, version := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s v%d", name, version), func(t *testing.T) {
				l.addStrangers()
				q := changed(good, c.change)
				q.version = version
				a := l.answered(q)
				if got := fmt.Sprintf("%d %s", a.status, a.code); got != c.want {
					t.Errorf("got %s: %s, want %s", got, a.message, c.want)
				}
				if at, err := http.ParseTime(a.header.Get("Date")); err != nil || time.Since(at).Abs() > time.Minute {
					t.Errorf("Date %v, %v", at, err)
				}
				for _, k := range l.keys {
					if strings.Contains(string(a.body), string(k.AccessKeySecret)) || (k.SecurityToken != "" && strings.Contains(string(a.body), string(k.SecurityToken))) {
						t.Errorf("the answer holds a secret: %s", a.body)
					}
				}
			})
		}
	}
	for _, profile := range []string{"default", "temporary"} {
		q := good
		q.profile = profile
		if a := l.answered(q); a.status != http.StatusOK || len(a.body) != 0 || a.requestID == "" {
			t.Errorf("%s: %d %s", profile, a.status, a.body)
		}
	}
}

// addStrangers adds pairs that the lab does not know, or knows otherwise.
func (l *lab) addStrangers() {
	k := l.keys["default"]
	k.AccessKeySecret = "anotherSecret"
	l.keys["wrong"] = k
	k.AccessKeyID = "LTAI5tUnknown"
	l.keys["unknown"] = k
	k = l.keys["temporary"]
	k.SecurityToken = ""
	l.keys["tokenless"] = k
}

// TestStrict answers as the cloud where nothing was made, and a write makes nothing.
func TestStrict(t *testing.T) {
	l := newLab(t, func(o *Options) { o.Strict = true })
	c := l.sdk(sdk.AuthV1, "default")
	put := func() string { return sdkCode(c.PutLogs(project, logstore, groupOf("b", 1, 0, 1))) }
	equal(t, "no project", "404 ProjectNotExist", put())
	equal(t, "logstore without project", "404 ProjectNotExist", sdkCode(c.CreateLogStore(project, logstore, 1, 1, false, 1)))
	_, err := c.CreateProject(project, "")
	must(t, err)
	equal(t, "no logstore", "404 LogStoreNotExist", put())
	must(t, c.CreateLogStore(project, logstore, 1, 1, false, 1))
	equal(t, "both", "<nil>", put())
}

// TestLenient makes what a write needs, and nothing for a read.
func TestLenient(t *testing.T) {
	l := newLab(t, nil)
	c := l.sdk(sdk.AuthV1, "default")
	_, err := c.GetLogs(project, logstore, "", 1, 2, "", 1, 0, false)
	equal(t, "read", "404 ProjectNotExist", sdkCode(err))
	must(t, c.PutLogs(project, logstore, groupOf("b", 1, 0, 1)))
	_, err = c.GetLogs(project, "other", "", 1, 2, "", 1, 0, false)
	equal(t, "read another", "404 LogStoreNotExist", sdkCode(err))
	made, err := c.GetLogStore(project, logstore)
	must(t, err)
	equal(t, "made", []int{30, 2}, []int{made.TTL, made.ShardCount})
}

func TestCodecs(t *testing.T) {
	l := newLab(t, nil)
	for i, kind := range []codec.Codec{codec.None, codec.LZ4, codec.Zstd, codec.Deflate} {
		for j, uri := range []string{"", "/shards/lb", "/shards/route?key=" + strings.Repeat("0f", 16)} {
			q := write(t, kind, groupOf("b", 10*i+j, 0, 20))
			q.uri = "/logstores/" + logstore + uri
			if a := l.answered(q); a.status != http.StatusOK {
				t.Errorf("%s to %s: %d %s", kind.Title(), uri, a.status, a.body)
			}
		}
	}
	if got := l.tally(); got.Unique != 12*20 || got.Resent != 0 {
		t.Errorf("%+v", got)
	}
}

// TestRefusedReads asks for what can't be.
func TestRefusedReads(t *testing.T) {
	l := newLab(t, nil)
	must(t, l.sdk(sdk.AuthV1, "default").PutLogs(project, logstore, groupOf("b", 1, 0, 1)))
	for uri, want := range map[string]string{
		"?type=log&from=2&to=1":                      "400 InvalidTimeRange",
		"?type=log&from=1&to=1":                      "400 InvalidTimeRange",
		"?type=log&from=x&to=1":                      "400 InvalidTimeRange",
		"?type=log&from=-1&to=1":                     "400 InvalidTimeRange",
		"?type=log&from=1&to=2&toNs=9999999999":      "400 InvalidTimeRange",
		"?type=log&from=1&to=2&line=101":             "400 InvalidLine",
		"?type=log&from=1&to=2&line=-1":              "400 InvalidLine",
		"?type=log&from=1&to=2&offset=-1":            "400 InvalidOffset",
		"?type=log&from=1&to=2&reverse=maybe":        "400 InvalidReverse",
		"?type=log&from=1&to=2&query=(":              "400 InvalidQueryString",
		"?type=log&from=1&to=2&query=*%7Cselect":     "501 NotSupported",
		"?type=histogram&from=2&to=1":                "400 InvalidTimeRange",
		"?type=context_log":                          "501 NotSupported",
		"/shards/9?type=cursor&from=begin":           "404 ShardNotExist",
		"/shards/x?type=cursor&from=begin":           "404 ShardNotExist",
		"/shards/0?type=cursor&from=then":            "400 ParameterInvalid",
		"/shards/0?type=log&cursor=x&count=1":        "400 InvalidCursor",
		"/shards/0?type=log&cursor=OTk%3D&count=1":   "400 InvalidCursor",
		"/shards/0?type=log&cursor=MA%3D%3D&count=0": "400 ParameterInvalid",
		"/shards/0?type=log&cursor=MA%3D%3D&query=x": "501 NotSupported",
		"/shards/0?type=cursor_time&cursor=LTE%3D":   "400 InvalidCursor",
		"/shards/0?type=what":                        "501 NotSupported",
		"/consumergroups/g?action=heartbeat":         "501 NotSupported",
		"/shards/0/more":                             "501 NotSupported",
	} {
		a := l.answered(request{method: http.MethodGet, uri: "/logstores/" + logstore + uri})
		if got := fmt.Sprintf("%d %s", a.status, a.code); got != want {
			t.Errorf("%s: got %s: %s, want %s", uri, got, a.message, want)
		}
	}
	a := l.answered(request{uri: "/logstores/" + logstore + "/logs", body: []byte("[]")})
	equal(t, "a body that is no search", "400 ParameterInvalid", fmt.Sprintf("%d %s", a.status, a.code))
	a = l.answered(request{method: http.MethodPost, uri: "/logstores/" + logstore + "/index", body: []byte("null")})
	equal(t, "a body that is no index", "400 PostBodyInvalid", fmt.Sprintf("%d %s", a.status, a.code))
}

// TestWithoutProjectInHost names the project by path.
func TestWithoutProjectInHost(t *testing.T) {
	l := newLab(t, nil)
	q := write(t, codec.None, groupOf("b", 1, 0, 2))
	q.host, q.uri = strings.TrimPrefix(l.at.SLS, "http://"), "/projects/"+project+"/logstores/"+logstore
	if a := l.answered(q); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	a := l.answered(request{method: http.MethodGet, host: "localhost:80", uri: "/projects/" + project})
	if a.status != http.StatusOK || !strings.Contains(string(a.body), project) {
		t.Errorf("%d %s", a.status, a.body)
	}
}
