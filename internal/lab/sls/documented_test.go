package sls

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
	"github.com/sagflow/sagflow/internal/testutil"
)

// documented returns the rows of the tables of a section of docs/lab-sls.md, without their heads.
func documented(t *testing.T, section string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(testutil.Root(t), "docs", "lab-sls.md"))
	must(t, err)
	_, text, ok := strings.Cut(string(page), "\n## "+section+"\n")
	if !ok {
		t.Fatalf("docs/lab-sls.md has no section %q", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) > 3 {
			rows = append(rows, cells[1:len(cells)-1])
		}
	}
	if len(rows) < 3 {
		t.Fatalf("section %q has no table", section)
	}
	return rows[2:]
}

// list is what is between commas.
func list(text string) []string {
	all := strings.Split(text, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

func TestDocumentedActions(t *testing.T) {
	got := []string{actUnsupported}
	for _, row := range documented(t, "What it serves") {
		got = append(got, list(row[0])...)
	}
	slices.Sort(got)
	equal(t, "actions", slices.Sorted(slices.Values(Actions())), got)
}

func TestDocumentedKinds(t *testing.T) {
	var got, want []string
	for _, row := range documented(t, "Faults") {
		for _, name := range list(row[0]) {
			got = append(got, strings.Trim(name, "`"))
		}
	}
	for _, k := range Kinds() {
		want = append(want, k.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	equal(t, "kinds", want, got)
}

// TestDocumentedErrors provokes each error of the page: with its status and code, in due form.
func TestDocumentedErrors(t *testing.T) {
	l := newLab(t, nil)
	l.addStrangers()
	c := l.sdk(sdk.AuthV1, "default")
	must(t, c.PutLogs(project, logstore, groupOf("b", 1, 0, 1)))
	must(t, c.CreateIndex(project, logstore, *sdk.CreateDefaultIndex()))
	must(t, c.CreateLogStore(project, "more", 1, 1, false, 1))
	requests := errorRequests(t)
	var codes []string
	for _, row := range documented(t, "Errors") {
		statuses := list(row[0])
		for i, code := range list(row[1]) {
			codes = append(codes, code)
			want := statuses[min(i, len(statuses)-1)] + " " + code
			q, ok := requests[code]
			switch {
			case ok:
				a := l.answered(q)
				if got := fmt.Sprintf("%d %s", a.status, a.code); got != want || a.message == "" || a.requestID == "" || a.header.Get("Content-Type") != jsonType {
					t.Errorf("got %s: %s (%v), want %s", got, a.message, a.header, want)
				}
			case code != "InternalServerError": // TestFullDisk and TestClosedStore
				t.Errorf("%s is documented, and not tried", code)
			}
			delete(requests, code)
		}
	}
	for code := range requests {
		t.Errorf("%s is tried, and not documented", code)
	}
	inSources(t, codes)
}

// errorRequests are a request for each code.
func errorRequests(t *testing.T) map[string]request {
	t.Helper()
	good := write(t, codec.None, groupOf("b", 1, 0, 1))
	changes := map[string]func(*request){
		"MissingAPIVersion":       later(func(r *http.Request) { r.Header.Del("X-Log-Apiversion") }),
		"InvalidAPIVersion":       later(func(r *http.Request) { r.Header.Set("X-Log-Apiversion", "0.7.0") }),
		"MissingSignatureMethod":  later(func(r *http.Request) { r.Header.Del("X-Log-Signaturemethod") }),
		"InvalidSignatureMethod":  later(func(r *http.Request) { r.Header.Set("X-Log-Signaturemethod", "hmac-md5") }),
		"MissingDate":             later(func(r *http.Request) { r.Header.Del("Date") }),
		"InvalidDateFormat":       later(func(r *http.Request) { r.Header.Set("Date", "yesterday") }),
		"RequestTimeExpired":      func(q *request) { q.at = time.Now().Add(-16 * time.Minute) },
		"RequestTimeTooSkewed":    func(q *request) { q.at = time.Now().Add(16 * time.Minute) },
		"Unauthorized":            func(q *request) { q.profile = "unknown" },
		"SignatureNotMatch":       func(q *request) { q.profile = "wrong" },
		"MissingContentMD5":       withoutMD5,
		"MissingContentType":      func(q *request) { q.body = nil },
		"InvalidContentType":      header("Content-Type", "text/plain"),
		"MissingBodyRawSize":      header("x-log-bodyrawsize", ""),
		"InvalidBodyRawSize":      header("x-log-bodyrawsize", "0x10"),
		"InvalidCompressType":     header("x-log-compresstype", "br"),
		"PostBodyTooLarge":        header("x-log-bodyrawsize", fmt.Sprint(MaxRaw+1)),
		"PostBodyUncompressError": header("x-log-compresstype", "zstd"),
		"ParameterInvalid":        func(q *request) { q.host = endpoint },
		"LogstoreInfoInvalid":     func(q *request) { q.uri = "/logstores/UPPER" },
	}
	all := map[string]request{}
	for code, change := range changes {
		all[code] = changed(good, change)
	}
	maps.Copy(all, groupErrors(t))
	maps.Copy(all, callErrors())
	return all
}

// withoutMD5 signs no body, and sends one.
func withoutMD5(q *request) {
	body := q.body
	q.body, q.headers["Content-Type"] = nil, protobufType
	q.change = func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	}
}

// groupErrors are writes of log groups that the service does not take.
func groupErrors(t *testing.T) map[string]request {
	t.Helper()
	all := map[string]request{}
	for code, change := range map[string]func(*sdk.LogGroup){
		"PostBodyInvalid":  func(g *sdk.LogGroup) { g.Logs = nil },
		"InvalidKey":       func(g *sdk.LogGroup) { g.Logs[0].Contents[0].Key = new("__time__") },
		"InvalidEncoding":  func(g *sdk.LogGroup) { g.Logs[0].Contents[0].Value = new("\xff") },
		"InvalidTimestamp": func(g *sdk.LogGroup) { g.Logs[0].TimeNs = new(uint32(1_000_000_000)) },
	} {
		g := groupOf("b", 1, 0, 1)
		change(g)
		all[code] = write(t, codec.LZ4, g)
	}
	return all
}

// callErrors are calls that are no writes.
func callErrors() map[string]request {
	all := map[string]request{}
	for code, call := range map[string][3]string{
		"InvalidTimeRange":     {"GET", "/logstores/flows?type=log&from=2&to=1"},
		"InvalidLine":          {"GET", "/logstores/flows?type=log&from=1&to=2&line=x"},
		"InvalidOffset":        {"GET", "/logstores/flows?type=log&from=1&to=2&offset=1000001"},
		"InvalidReverse":       {"GET", "/logstores/flows?type=log&from=1&to=2&reverse=1"},
		"InvalidQueryString":   {"GET", "/logstores/flows?type=log&from=1&to=2&query=or"},
		"InvalidCursor":        {"GET", "/logstores/flows/shards/0?type=log&cursor=x&count=1"},
		"ProjectAlreadyExist":  {"POST", "/", `{"projectName":"sag-lab"}`},
		"LogStoreAlreadyExist": {"POST", "/logstores", `{"logstoreName":"flows"}`},
		"IndexAlreadyExist":    {"POST", "/logstores/flows/index", `{}`},
		"LogStoreNotExist":     {"GET", "/logstores/none"},
		"IndexConfigNotExist":  {"DELETE", "/logstores/more/index"},
		"ShardNotExist":        {"GET", "/logstores/flows/shards/2?type=cursor&from=end"},
		"NotSupported":         {"GET", "/logstores/flows/consumergroups"},
	} {
		all[code] = request{method: call[0], uri: call[1], body: []byte(call[2]), headers: map[string]string{}}
	}
	all["ProjectNotExist"] = request{method: http.MethodGet, uri: "/logstores", host: "none." + endpoint}
	return all
}

// inSources looks for codes that the sources have and the page has not.
func inSources(t *testing.T, documented []string) {
	t.Helper()
	form := regexp.MustCompile(`(?:Bad|New|reject)\((?:[\w.]+, )?"([A-Z]\w+)"|http\.Status\w+, "([A-Z]\w+)"\}`)
	found := 0
	for _, pattern := range []string{"*.go", "auth/*.go", "loggroup/*.go", "apierror/*.go"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, name := range files {
			text, err := os.ReadFile(name)
			must(t, err)
			for _, match := range form.FindAllStringSubmatch(string(text), -1) {
				found++
				if code := match[1] + match[2]; !strings.HasSuffix(name, "_test.go") && !slices.Contains(documented, code) {
					t.Errorf("%s has the code %s, which is not documented", name, code)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d codes were found: the test has no grip", found)
	}
}

// TestClosedStore answers what is the server's own fault without saying what it is.
func TestClosedStore(t *testing.T) {
	h := alone(t)
	must(t, h.o.Store.Close())
	group := bytesOf(t, groupOf("b", 1, 0, 1))
	r, ok := (&signedSeed{method: http.MethodPost, path: "/logstores/flows", size: fmt.Sprint(len(group)), body: group}).request(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	const want = `{"errorCode":"InternalServerError","errorMessage":"The server could not do this; its log says why."}`
	if !ok || w.Code != http.StatusInternalServerError || w.Body.String() != want || w.Header().Get(headerRequestID) == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
