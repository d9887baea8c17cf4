package sls

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/exporter/sls/client"
)

// answer is what the service says; the zero value takes the batch and acknowledges it.
type answer struct {
	status  int
	code    string
	body    string
	headers http.Header
	// commit stores the batch, though the answer doesn't acknowledge; cut then is a broken connection.
	commit, cut bool
	noID        bool
	after       time.Duration
}

func refuse(status int, code string) answer { return answer{status: status, code: code} }

// name is what names a record for ever.
type recordName struct {
	boot  string
	batch uint64
	index uint32
}

// service is Log Service as the client's RoundTripper: it checks signatures and time, decodes, and
// counts. Its store is what it has committed.
type service struct {
	mu sync.Mutex
	// next gives the answer to a request that is in order, by its log group; nil always takes it.
	next func(project, logstore string, logs int) answer
	key  client.Credentials
	now  func() time.Time
	// names are the records in the store by name: which logstore, and the record's packets, which the
	// tests make unique; counts is how often each is there.
	names    map[recordName]string
	counts   map[string]int
	requests int
	times    []time.Time
	failed   error // what must never happen
	dead     func() bool
	// volatile makes it a mutant that answers before it commits, and forgets what it was about to when a
	// fault begins; forgets, one that forgets what it says about.
	volatile bool
	forgets  func() bool
	faults   int
}

func newService() *service {
	return &service{
		names: make(map[recordName]string), counts: make(map[string]int), now: time.Now,
		key: client.Credentials{AccessKeyID: "LTAIexample", AccessKeySecret: "not-a-secret"},
	}
}

// RoundTrip implements http.RoundTripper.
func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.requests++
	s.times = append(s.times, s.now())
	a, number := s.judge(r, body), s.requests
	s.mu.Unlock()
	if a.after > 0 {
		select {
		case <-time.After(a.after):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a.cut {
		return nil, errors.New("connection reset by peer")
	}
	return s.response(r, a, number), nil
}

func (s *service) response(r *http.Request, a answer, number int) *http.Response {
	h := http.Header{"Date": {s.now().UTC().Format(http.TimeFormat)}}
	for key, values := range a.headers {
		h[key] = values
	}
	if !a.noID {
		h.Set("x-log-requestid", "5F3A0000000000"+strconv.Itoa(number))
	}
	if a.code != "" && a.body == "" {
		a.body = fmt.Sprintf(`{"errorCode":%q,"errorMessage":"as scripted"}`, a.code)
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}
}

func (s *service) judge(r *http.Request, body []byte) answer {
	if s.dead != nil && s.dead() {
		return answer{cut: true}
	}
	at, ok := s.verify(r, body)
	if skew := at.Sub(s.now()); ok && (skew > 15*time.Minute || skew < -15*time.Minute) {
		return refuse(400, "RequestTimeTooSkewed")
	}
	if !ok {
		return refuse(401, "SignatureNotMatch")
	}
	group, info, err := decodeGroup(r, body)
	if err != nil {
		s.failed = errors.Join(s.failed, err)
		return refuse(400, "PostBodyInvalid")
	}
	project, _, _ := strings.Cut(r.URL.Host, ".")
	logstore := strings.TrimPrefix(r.URL.Path, "/logstores/")
	a := answer{}
	if s.next != nil {
		a = s.next(project, logstore, len(group.Logs))
	}
	if a.commit || a.status == 0 && !a.cut && !a.noID {
		s.take(project+"/"+logstore, group, info)
	}
	return a
}

// take commits, unless the service is a mutant.
func (s *service) take(where string, group *sdk.LogGroup, info Info) {
	switch {
	case s.forgets != nil && s.forgets():
	case s.volatile:
		faults := s.faults
		time.AfterFunc(300*time.Millisecond, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.faults == faults {
				s.commit(where, group, info)
			}
		})
	default:
		s.commit(where, group, info)
	}
}

// verify makes the signature again with the SDK's signer.
func (s *service) verify(r *http.Request, body []byte) (time.Time, bool) {
	headers := map[string]string{"Host": r.URL.Host}
	for key, values := range r.Header {
		if lower := strings.ToLower(key); strings.HasPrefix(lower, "x-log-") || strings.HasPrefix(lower, "x-acs-") {
			key = lower
		}
		headers[key] = values[0]
	}
	at, err := time.Parse(sdk.ISO8601, headers["x-log-date"])
	if err != nil {
		return at, false
	}
	want := headers["Authorization"]
	delete(headers, "Authorization")
	delete(headers, "x-log-content-sha256")
	err = sdk.NewSignerV4(s.key.AccessKeyID, s.key.AccessKeySecret, "cn-shanghai").Sign(r.Method, r.URL.RequestURI(), headers, body)
	return at, err == nil && headers["Authorization"] == want && headers["x-acs-security-token"] == s.key.SecurityToken
}

// decodeGroup reads a body with the SDK's own message.
func decodeGroup(r *http.Request, body []byte) (*sdk.LogGroup, Info, error) {
	if r.Header.Get("X-Log-Compresstype") != "zstd" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		return nil, Info{}, fmt.Errorf("headers %v", r.Header)
	}
	dec, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, Info{}, err
	}
	defer dec.Close()
	raw, err := io.ReadAll(dec)
	if err != nil || strconv.Itoa(len(raw)) != r.Header.Get("X-Log-Bodyrawsize") {
		return nil, Info{}, fmt.Errorf("raw size %d, header %q: %w", len(raw), r.Header.Get("X-Log-Bodyrawsize"), err)
	}
	group := &sdk.LogGroup{}
	if err := group.Unmarshal(raw); err != nil {
		return nil, Info{}, err
	}
	info, err := ReadInfo(raw)
	if err == nil && info.Name.Count != uint32(len(group.Logs)) {
		err = fmt.Errorf("count %d of %d logs", info.Name.Count, len(group.Logs))
	}
	return group, info, err
}

// commit stores the records of a log group.
func (s *service) commit(where string, group *sdk.LogGroup, info Info) {
	for i, log := range group.Logs {
		record := where + " " + log.Contents[10].GetValue()
		name := recordName{info.Name.Boot, info.Name.Number, info.Name.First + uint32(i)}
		if before, there := s.names[name]; there && before != record {
			s.failed = errors.Join(s.failed, fmt.Errorf("%v names %q and %q", name, before, record))
		}
		s.names[name] = record
		s.counts[record]++
	}
}

// taker acknowledges all requests.
type taker struct{}

// RoundTrip implements http.RoundTripper.
func (taker) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"X-Log-Requestid": {"5F3A"}}, Body: http.NoBody, Request: r}, nil
}
