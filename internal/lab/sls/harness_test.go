package sls

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

const (
	endpoint = "cn-hangzhou.log.aliyuncs.com"
	region   = "cn-hangzhou"
	project  = "sag-lab"
	logstore = "flows"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func equal(tb testing.TB, what string, want, got any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// lab is a running server, and what is needed to talk to it.
type lab struct {
	tb      testing.TB
	dir     string
	at      Location
	keys    map[string]credentials.Credentials
	client  *http.Client
	stopped func()
}

// noEnvironment keeps the keys of whoever runs the tests out of them.
func noEnvironment(string) string { return "" }

const keyFile = `[default]
type = access_key
access_key_id = LTAI5tDefault
access_key_secret = defaultSecret
[temporary]
type = sts
access_key_id = STS.temporary
access_key_secret = temporarySecret
security_token = tok/en+=
[ended]
type = sts
access_key_id = STS.ended
access_key_secret = endedSecret
security_token = old
expiration = 2020-01-01T00:00:00Z
`

// newLab starts a server on a store of its own.
func newLab(tb testing.TB, change func(*Options)) *lab {
	tb.Helper()
	dir := tb.TempDir()
	must(tb, os.WriteFile(filepath.Join(dir, credentialsName), []byte(keyFile), 0o600))
	return startLab(tb, filepath.Join(dir, "sls"), change)
}

func startLab(tb testing.TB, dir string, change func(*Options)) *lab {
	tb.Helper()
	r, w := io.Pipe()
	o := Options{Listen: "127.0.0.1:0", Store: dir, Getenv: noEnvironment, Stdout: w}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	must(tb, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := s.Run(ctx)
		_ = w.CloseWithError(io.EOF)
		ended <- err
	}()
	l := &lab{tb: tb, dir: dir}
	line, err := bufio.NewReader(r).ReadBytes('\n')
	if err != nil {
		cancel()
		tb.Fatalf("start: %v", <-ended)
	}
	must(tb, json.Unmarshal(line, &l.at))
	l.prepare()
	running := true
	l.stopped = func() {
		if running {
			running = false
			l.client.CloseIdleConnections()
			cancel()
			must(tb, <-ended)
		}
	}
	tb.Cleanup(l.stopped)
	return l
}

// prepare reads the keys, and makes a client that reaches the lab under any name.
func (l *lab) prepare() {
	l.tb.Helper()
	text, err := os.ReadFile(l.at.Credentials)
	must(l.tb, err)
	profiles, err := credentials.Parse(l.at.Credentials, text)
	must(l.tb, err)
	l.keys = map[string]credentials.Credentials{}
	for _, p := range profiles {
		l.keys[p.Name] = p.Credentials
	}
	l.client = dialing(strings.TrimPrefix(l.at.SLS, "http://"))
}

// dialing is a client whose connections all go to one address.
func dialing(address string) *http.Client {
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// sdk is the official client.
func (l *lab) sdk(version sdk.AuthVersionType, profile string) *sdk.Client {
	k := l.keys[profile]
	return &sdk.Client{
		Endpoint: endpoint, AccessKeyID: k.AccessKeyID, AccessKeySecret: string(k.AccessKeySecret), SecurityToken: string(k.SecurityToken),
		HTTPClient: l.client, AuthVersion: version, Region: region, RetryTimeOut: 20 * time.Second,
	}
}

// request is one to be signed; zero values are those of a good write.
type request struct {
	profile, method, host, uri string
	version                    int
	body                       []byte
	headers                    map[string]string
	at                         time.Time
	// change is done behind the signing.
	change func(*http.Request)
}

// sign makes the request, signed by the SDK's own signers.
func (l *lab) sign(q request) *http.Request {
	l.tb.Helper()
	k, ok := l.keys[or(q.profile, "default")]
	if !ok {
		l.tb.Fatalf("no profile %q", q.profile)
	}
	method, host, uri := or(q.method, http.MethodPost), or(q.host, project+"."+endpoint), or(q.uri, "/logstores/"+logstore)
	if q.at.IsZero() {
		q.at = time.Now()
	}
	h := map[string]string{"x-log-apiversion": "0.6.0", "x-log-bodyrawsize": fmt.Sprint(len(q.body)), "Host": host}
	if len(q.body) > 0 {
		h["Content-Type"] = protobufType
	}
	if k.SecurityToken != "" {
		h["x-acs-security-token"] = string(k.SecurityToken)
	}
	maps.Copy(h, q.headers)
	var err error
	if q.version == 4 {
		h["x-log-date"] = q.at.UTC().Format("20060102T150405Z")
		err = sdk.NewSignerV4(k.AccessKeyID, string(k.AccessKeySecret), region).Sign(method, uri, h, q.body)
	} else {
		h["Date"] = q.at.UTC().Format(http.TimeFormat)
		err = sdk.NewSignerV1(k.AccessKeyID, string(k.AccessKeySecret)).Sign(method, uri, h, q.body)
	}
	must(l.tb, err)
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+host+uri, bytes.NewReader(q.body))
	must(l.tb, err)
	for name, value := range h {
		r.Header.Set(name, value)
	}
	if q.change != nil {
		q.change(r)
	}
	return r
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// reply is what came back.
type reply struct {
	status    int
	code      string
	message   string
	requestID string
	header    http.Header
	body      []byte
}

// send sends a request; an error is the connection's.
func (l *lab) send(q request) (reply, error) {
	l.tb.Helper()
	resp, err := l.client.Do(l.sign(q))
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	a := reply{status: resp.StatusCode, header: resp.Header, body: body, requestID: resp.Header.Get("x-log-requestid")}
	var e struct{ ErrorCode, ErrorMessage string }
	if json.Unmarshal(body, &e) == nil {
		a.code, a.message = e.ErrorCode, e.ErrorMessage
	}
	return a, err
}

// answered sends a request that must be answered.
func (l *lab) answered(q request) reply {
	l.tb.Helper()
	a, err := l.send(q)
	must(l.tb, err)
	return a
}

// groupOf is a log group of devices with n records from first on.
func groupOf(boot string, batch, first, n int) *sdk.LogGroup {
	g := &sdk.LogGroup{Topic: new("sag-flowlog"), Source: new("sag-1")}
	for _, tag := range [][2]string{
		{"device", "sag-1"}, {"boot", boot}, {"batch", fmt.Sprint(batch)}, {"first", fmt.Sprint(first)}, {"count", fmt.Sprint(n)},
	} {
		g.LogTags = append(g.LogTags, &sdk.LogTag{Key: new(tag[0]), Value: new(tag[1])})
	}
	for i := range n {
		g.Logs = append(g.Logs, &sdk.Log{Time: new(uint32(1_700_000_000 + first + i)), Contents: []*sdk.LogContent{
			{Key: new("srcaddr"), Value: new(fmt.Sprintf("10.0.%d.%d", batch, first+i))}, {Key: new("bytes"), Value: new(fmt.Sprint(100 * (first + i)))},
		}})
	}
	return g
}

func bytesOf(tb testing.TB, g *sdk.LogGroup) []byte {
	tb.Helper()
	b, err := g.Marshal()
	must(tb, err)
	return b
}

// write is a request that writes a log group.
func write(tb testing.TB, kind codec.Codec, g *sdk.LogGroup) request {
	tb.Helper()
	raw := bytesOf(tb, g)
	body, err := codec.Compress(kind, raw)
	must(tb, err)
	h := map[string]string{"x-log-bodyrawsize": fmt.Sprint(len(raw))}
	if kind != codec.None {
		h["x-log-compresstype"] = kind.String()
	}
	return request{body: body, headers: h}
}

// inject adds a rule by the admin listener.
func (l *lab) inject(rule string) {
	l.tb.Helper()
	resp, err := http.Post(l.at.Admin+"/faults", "application/json", strings.NewReader(rule))
	must(l.tb, err)
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(resp.Body)
		l.tb.Fatalf("rule %s: %d %s", rule, resp.StatusCode, text)
	}
}

// faults returns the admin listener's log.
func (l *lab) faults() (log fault.Log) {
	l.tb.Helper()
	resp, err := http.Get(l.at.Admin + "/log")
	must(l.tb, err)
	defer func() { _ = resp.Body.Close() }()
	must(l.tb, json.NewDecoder(resp.Body).Decode(&log))
	return log
}

// tally counts the store's records.
func (l *lab) tally() Tally {
	l.tb.Helper()
	t, err := Dedup(l.dir)
	must(l.tb, err)
	return t
}
