package sls

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// step is a call, and its whole answer; times are 0 in it.
type step struct {
	call string
	body string
	want string
}

// TestAnswers holds whole answers to the letter, in their order.
func TestAnswers(t *testing.T) {
	l := newLab(t, func(o *Options) { o.Strict = true })
	times := regexp.MustCompile(`("(?:createTime|lastModifyTime|cursor_time)":"?)\d+`)
	for _, s := range []step{
		{"POST / cn-hangzhou", `{"projectName":"proj-a","description":"first"}`, "200 "},
		{"POST / proj-b", `{"description":"second"}`, "200 "},
		{"POST / proj-b", `{}`, `400 {"errorCode":"ProjectAlreadyExist","errorMessage":"project \"proj-b\": the project exists already"}`},
		{"POST / proj-c", `{`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of CreateProject: unexpected end of JSON input"}`},
		{"POST / cn-hangzhou", `{}`, `400 {"errorCode":"ParameterInvalid","errorMessage":"project name \"\": want 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends"}`},
		{"POST / cn-hangzhou", `{"projectName":"Proj_A"}`, `400 {"errorCode":"ParameterInvalid","errorMessage":"project name \"Proj_A\": want 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends"}`},
		{"GET / proj-a", "", `200 {"projectName":"proj-a","description":"first","status":"Normal","owner":"","region":"cn-hangzhou","createTime":"0","lastModifyTime":"0"}`},
		{"PUT / proj-a", `{"description":"changed"}`, "200 "},
		{"PUT / proj-a", `x`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of UpdateProject: invalid character 'x' looking for beginning of value"}`},
		{"GET /?size=1&description=chan cn-hangzhou", "", `200 {"count":1,"total":1,"projects":[{"projectName":"proj-a","description":"changed","status":"Normal","owner":"","region":"cn-hangzhou","createTime":"0","lastModifyTime":"0"}]}`},
		{"GET /?offset=5 cn-hangzhou", "", `200 {"count":0,"total":2,"projects":[]}`},
		{"GET /?size=x cn-hangzhou", "", `400 {"errorCode":"ParameterInvalid","errorMessage":"size \"x\": want a whole number from 0"}`},
		{"GET / proj-none", "", `404 {"errorCode":"ProjectNotExist","errorMessage":"project \"proj-none\": the project does not exist"}`},
		{"POST /logstores proj-a", `{"logstoreName":"flows","ttl":7,"shardCount":2,"mode":"standard"}`, "200 "},
		{"POST /logstores proj-a", `{"logstoreName":"more"}`, "200 "},
		{"POST /logstores proj-a", `{"logstoreName":"f"}`, `400 {"errorCode":"LogstoreInfoInvalid","errorMessage":"logstore name \"f\": want 2 to 63 of a-z, 0-9, - and _, with a letter or digit at both ends"}`},
		{"POST /logstores proj-a", `{"logstoreName":"many","shardCount":257}`, `400 {"errorCode":"LogstoreInfoInvalid","errorMessage":"shardCount 257: want 1 to 256"}`},
		{"POST /logstores proj-a", `{"logstoreName":"long","ttl":3651}`, `400 {"errorCode":"LogstoreInfoInvalid","errorMessage":"ttl 3651: want 1 to 3650"}`},
		{"POST /logstores proj-a", `[]`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of CreateLogStore: json: cannot unmarshal array into Go value of type store.Config"}`},
		{"POST /logstores proj-none", `{"logstoreName":"flows"}`, `404 {"errorCode":"ProjectNotExist","errorMessage":"project \"proj-none\": the project does not exist"}`},
		{"GET /logstores/flows proj-a", "", `200 {"logstoreName":"flows","ttl":7,"shardCount":2,"enable_tracking":false,"autoSplit":false,"maxSplitShard":0,"appendMeta":false,"telemetryType":"","mode":"standard","createTime":0,"lastModifyTime":0}`},
		{"GET /logstores?logstoreName=lo proj-a", "", `200 {"count":1,"total":1,"logstores":["flows"]}`},
		{"GET /logstores?offset=1&size=1 proj-a", "", `200 {"count":1,"total":2,"logstores":["more"]}`},
		{"GET /logstores?offset=-1 proj-a", "", `400 {"errorCode":"ParameterInvalid","errorMessage":"offset \"-1\": want a whole number from 0"}`},
		{"GET /logstores proj-none", "", `404 {"errorCode":"ProjectNotExist","errorMessage":"project \"proj-none\": the project does not exist"}`},
		{"PUT /logstores/flows proj-a", `{"ttl":0}`, `400 {"errorCode":"LogstoreInfoInvalid","errorMessage":"ttl 0: want 1 to 3650"}`},
		{"PUT /logstores/flows proj-a", `{"ttl":`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of UpdateLogStore: unexpected end of JSON input"}`},
		{"PUT /logstores/none proj-a", `{"ttl":1}`, `404 {"errorCode":"LogStoreNotExist","errorMessage":"logstore \"none\": the logstore does not exist"}`},
		{"GET /logstores/flows/shards proj-a", "", `200 [{"shardID":0,"status":"readwrite","inclusiveBeginKey":"00000000000000000000000000000000","exclusiveEndKey":"80000000000000000000000000000000","createTime":0},{"shardID":1,"status":"readwrite","inclusiveBeginKey":"80000000000000000000000000000000","exclusiveEndKey":"ffffffffffffffffffffffffffffffff","createTime":0}]`},
		{"GET /logstores/flows/index proj-a", "", `404 {"errorCode":"IndexConfigNotExist","errorMessage":"the logstore has no index"}`},
		{"PUT /logstores/flows/index proj-a", `{"ttl":1}`, `404 {"errorCode":"IndexConfigNotExist","errorMessage":"logstore \"flows\": the logstore has no index"}`},
		{"POST /logstores/flows/index proj-a", `{"ttl":1}`, "200 "},
		{"POST /logstores/flows/index proj-a", `{"ttl":1}`, `400 {"errorCode":"IndexAlreadyExist","errorMessage":"logstore \"flows\": the logstore has an index already"}`},
		{"POST /logstores/flows/index proj-a", `1`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of CreateIndex: json: cannot unmarshal number into Go value of type map[string]json.RawMessage"}`},
		{"PUT /logstores/flows/index proj-a", `"x"`, `400 {"errorCode":"PostBodyInvalid","errorMessage":"the body is not the JSON of UpdateIndex: json: cannot unmarshal string into Go value of type map[string]json.RawMessage"}`},
		{"GET /logstores/flows/index proj-a", "", `200 {"ttl":1}`},
		{"DELETE /logstores/flows/index proj-a", "", "200 "},
		{"GET /logstores/flows/shards/0?type=cursor&from=begin proj-a", "", `200 {"cursor":"MA=="}`},
		{"GET /logstores/flows/shards/1?type=cursor&from=end proj-a", "", `200 {"cursor":"MA=="}`},
		{"GET /logstores/flows/shards/1?type=cursor&from=1 proj-a", "", `200 {"cursor":"MA=="}`},
		{"GET /logstores/flows/shards/1?type=cursor_time&cursor=MA== proj-a", "", `200 {"cursor_time":0}`},
		{"GET /logstores/flows/shards/2?type=cursor&from=end proj-a", "", `404 {"errorCode":"ShardNotExist","errorMessage":"shard \"2\" does not exist: the logstore has 0 to 1"}`},
		{"GET /logstores/flows?type=log&from=1&to=2 proj-a", "", `200 []`},
		{"GET /logstores/none?type=histogram&from=1&to=2 proj-a", "", `404 {"errorCode":"LogStoreNotExist","errorMessage":"logstore \"none\": the logstore does not exist"}`},
		{"POST /logstores/flows/logs proj-a", `{"from":1,"to":2,"query":"x"}`, `200 {"meta":{"progress":"Complete","aggQuery":"","whereQuery":"x","hasSQL":false,"processedRows":0,"elapsedMillisecond":0,"cpuSec":0,"cpuCores":0,"limited":0,"count":0,"processedBytes":0,"telementryType":"logs","powerSql":false,"insertedSQL":"","isAccurate":true},"data":[]}`},
		{"DELETE /logstores/flows proj-a", "", "200 "},
		{"DELETE /logstores/flows proj-a", "", `404 {"errorCode":"LogStoreNotExist","errorMessage":"logstore \"flows\": the logstore does not exist"}`},
		{"DELETE / proj-a", "", "200 "},
		{"DELETE / proj-a", "", `404 {"errorCode":"ProjectNotExist","errorMessage":"project \"proj-a\": the project does not exist"}`},
		{"GET /logstores cn-hangzhou", "", `400 {"errorCode":"ParameterInvalid","errorMessage":"the Host \"cn-hangzhou.log.aliyuncs.com\" names no project: want PROJECT.ENDPOINT, or a path that begins with /projects/PROJECT"}`},
		{"POST /logstores/flows/shards/0?action=split proj-b", "", `501 {"errorCode":"NotSupported","errorMessage":"POST /logstores/flows/shards/0 is not supported by the lab's Log Service"}`},
		{"GET /logstores/flows/consumergroups proj-b", "", `501 {"errorCode":"NotSupported","errorMessage":"consumer groups are not supported by the lab's Log Service: pull by GetCursor and PullLogs"}`},
	} {
		var method, uri, name string
		_, err := fmt.Sscan(s.call, &method, &uri, &name)
		must(t, err)
		q := request{method: method, uri: uri, host: name + "." + endpoint, body: []byte(s.body), headers: map[string]string{"Content-Type": jsonType}}
		if name == region {
			q.host = endpoint
		}
		a := l.answered(q)
		got := fmt.Sprintf("%d %s", a.status, times.ReplaceAll(a.body, []byte("${1}0")))
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", s.call, s.body, diff)
		}
		if kind := a.header.Get("Content-Type"); (kind == jsonType) != (len(a.body) > 0) || a.requestID == "" {
			t.Errorf("%s: Content-Type %q, request id %q", s.call, kind, a.requestID)
		}
	}
}

// TestRequestIDs are 24 hexadecimal digits, and never the same.
func TestRequestIDs(t *testing.T) {
	l := newLab(t, nil)
	form, seen := regexp.MustCompile(`^[0-9A-F]{24}$`), map[string]bool{}
	for range 50 {
		id := l.answered(request{method: http.MethodGet, uri: "/"}).requestID
		if !form.MatchString(id) || seen[id] {
			t.Errorf("request id %q", id)
		}
		seen[id] = true
	}
}

// TestLogHoldsNoSecrets looks for secrets and tokens in all that the server logs.
func TestLogHoldsNoSecrets(t *testing.T) {
	var mu sync.Mutex
	var text bytes.Buffer
	l := newLab(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(writerFunc(func(b []byte) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			return text.Write(b)
		}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	l.addStrangers()
	for profile := range l.keys {
		for _, version := range []int{1, 4} {
			q := write(t, codec.None, groupOf("b", 1, 0, 1))
			q.profile, q.version = profile, version
			l.answered(q)
			q.change = func(r *http.Request) { r.Header.Set("X-Log-Extra", "changed") }
			l.answered(q)
		}
	}
	l.stopped()
	if !strings.Contains(text.String(), "SignatureNotMatch") {
		t.Error("the log does not say what was refused: the test has no grip")
	}
	for name, k := range l.keys {
		for _, secret := range []string{string(k.AccessKeySecret), string(k.SecurityToken)} {
			if secret != "" && secret != "old" && strings.Contains(text.String(), secret) {
				t.Errorf("the log holds a secret of %s:\n%s", name, &text)
			}
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
