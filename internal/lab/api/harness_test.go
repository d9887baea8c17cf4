package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkauth "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// The gateways of the default inventory, by what they are for.
const (
	gateway1      = "sag-0nnf0a1b2c3d4e5f6"
	gateway2      = "sag-0nnf0a1b2c3d4e5f7"
	gateway3      = "sag-0nnf0a1b2c3d4e5f8"
	wrongModel    = "sag-0nnf0model0000004"
	oldVersion    = "sag-0nnf0oldversion05"
	basicEdition  = "sag-0nnf0basic0000006"
	otherRegion   = "sag-0nnf0region000007"
	unknownLog    = "fl-00000000000000000"
	unknownDevice = "sag-unknown"
)

// values are a request's parameters.
type values = map[string]string

// with returns base with changes; the value absent removes a parameter. That of RegionId stays in the map, as
// senders give a RegionId to requests that have none.
func with(base values, changes ...string) values {
	v := maps.Clone(base)
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == absent && changes[i] != "RegionId" {
			delete(v, changes[i])
			continue
		}
		v[changes[i]] = changes[i+1]
	}
	return v
}

const absent = "\x00absent"

// netflowLog and slsLog are legal parameters of CreateFlowLog.
func netflowLog(changes ...string) values {
	return with(values{"OutputType": "netflow", "NetflowServerIp": "192.0.2.9", "Name": "to-netflow"}, changes...)
}

func slsLog(changes ...string) values {
	return with(values{
		"OutputType": "sls", "SlsRegionId": "cn-hangzhou", "ProjectName": "sag-flowlog-shanghai",
		"LogstoreName": "config-operation-log", "Name": "to-sls",
	}, changes...)
}

// bench is a Handler on a store of its own, called without a server.
type bench struct {
	*Handler
	tb   testing.TB
	path string
}

func newBench(tb testing.TB, quota int) *bench {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "store.db")
	s, err := store.Open(path)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	h, err := NewHandler(HandlerOptions{Store: s, Inventory: inventory.Default(), Quota: quota})
	must(tb, err)
	return &bench{h, tb, path}
}

// try calls an action in cn-shanghai, if v names no other region.
func (b *bench) try(action string, v values) (rpc.Object, error) {
	p := with(values{"RegionId": "cn-shanghai"})
	maps.Copy(p, v)
	if p["RegionId"] == absent {
		delete(p, "RegionId")
	}
	r := &rpc.Request{Action: action, Version: Version, RegionID: p["RegionId"], RequestID: "650CB9E8-20F3-4538-A4FC-1DA1B36E42D9", Parameters: p}
	return b.Call(context.Background(), r)
}

// do calls an action that must succeed.
func (b *bench) do(action string, v values) rpc.Object {
	b.tb.Helper()
	o, err := b.try(action, v)
	if err != nil {
		b.tb.Fatalf("%s %v: %v", action, v, err)
	}
	return o
}

// create makes a FlowLog and returns its id.
func (b *bench) create(v values) string {
	b.tb.Helper()
	id, _ := field(b.do("CreateFlowLog", v), "FlowLogId").(string)
	return id
}

// bound makes a FlowLog and binds it.
func (b *bench) bound(gateway string) string {
	b.tb.Helper()
	id := b.create(netflowLog())
	b.do("AssociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway})
	return id
}

func field(o rpc.Object, name string) any {
	for _, f := range o {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// items are a list's values of one field.
func items(o rpc.Object, list, name string) []any {
	var all []any
	l, _ := field(o, list).(rpc.List)
	for _, v := range l.Values {
		item, _ := v.(rpc.Object)
		all = append(all, field(item, name))
	}
	return all
}

// codeOf is the code of a refusal, or the error's text.
func codeOf(err error) string {
	if refused := (*rpc.Error)(nil); errors.As(err, &refused) {
		return refused.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// lab is a running server and the official SDK as its client.
type lab struct {
	tb       testing.TB
	location Location
	client   *sdk.Client
}

// noEnvironment keeps a server from the keys of whoever runs the tests.
func noEnvironment(string) string { return "" }

// start runs a server until the test ends.
func start(tb testing.TB, o Options) *lab {
	tb.Helper()
	if o.Store == "" {
		o.Store = filepath.Join(tb.TempDir(), "store.db")
	}
	location, stop := run(tb, o)
	tb.Cleanup(func() { must(tb, stop()) })
	l := &lab{tb: tb, location: location}
	l.client = l.newClient()
	return l
}

// run runs a server, and returns what it printed and what ends it.
func run(tb testing.TB, o Options) (Location, func() error) {
	tb.Helper()
	out, in := io.Pipe()
	o.Listen, o.AdminListen, o.Stdout, o.Getenv = "127.0.0.1:0", "127.0.0.1:0", in, noEnvironment
	s, err := New(o)
	must(tb, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := s.Run(ctx)
		_ = in.CloseWithError(fmt.Errorf("the server ended: %w", err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		cancel()
		tb.Fatal(err)
	}
	var location Location
	must(tb, json.Unmarshal(line, &location))
	return location, func() error { cancel(); return <-ended }
}

// newClient is the official SDK with the lab's key.
func (l *lab) newClient() *sdk.Client {
	l.tb.Helper()
	text, err := os.ReadFile(l.location.Credentials)
	must(l.tb, err)
	profiles, err := credentials.Parse(l.location.Credentials, text)
	must(l.tb, err)
	config := sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false)
	key := sdkauth.NewAccessKeyCredential(profiles[0].AccessKeyID, string(profiles[0].AccessKeySecret))
	client, err := sdk.NewClientWithOptions("cn-shanghai", config, key)
	must(l.tb, err)
	client.Domain = strings.TrimPrefix(l.location.API, "http://")
	return client
}

// send sends a request through the SDK. Values are set as they are, empty ones too.
func (l *lab) send(request requests.AcsRequest, response responses.AcsResponse, v values) error {
	request.SetScheme("HTTP")
	request.SetDomain(strings.TrimPrefix(l.location.API, "http://"))
	query := request.GetQueryParams()
	query["RegionId"] = "cn-shanghai"
	for name, value := range v {
		if value == absent {
			delete(query, name)
			continue
		}
		query[name] = value
	}
	return l.client.DoAction(request, response)
}

// serverError is the SDK's form of a refusal.
func serverError(tb testing.TB, err error) *sdkerrors.ServerError {
	tb.Helper()
	refused := (*sdkerrors.ServerError)(nil)
	if !errors.As(err, &refused) {
		tb.Fatalf("not a ServerError: %v", err)
	}
	return refused
}
