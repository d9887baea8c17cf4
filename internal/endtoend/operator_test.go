package endtoend

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

const (
	// gateway is the device of all tests, otherGateway its neighbour.
	gateway      = "sag-0nnf0a1b2c3d4e5f6"
	otherGateway = "sag-0nnf0a1b2c3d4e5f7"
)

// caller makes a call of the API by its command's name, and returns the FlowLogId that it answered, if any.
type caller func(ctx context.Context, command string, p flowlog.Parameters) (string, error)

// operator changes FlowLogs.
type operator struct {
	t    *testing.T
	call caller
}

// sdkOperator signs its calls by the official SDK with the default key of a credentials file.
func sdkOperator(t *testing.T, endpoint, file string) *operator {
	t.Helper()
	client, err := flowlogcli.New(flowlogcli.Options{
		Endpoint: endpoint, Region: "cn-shanghai", Credentials: credentials.New(credentials.Options{File: file}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &operator{t, func(ctx context.Context, command string, p flowlog.Parameters) (id string, err error) {
		switch command {
		case "create":
			answer, failed := client.Create(ctx, p)
			id, err = answer.FlowLogId, failed
		case "modify":
			_, err = client.Modify(ctx, p)
		case "delete":
			_, err = client.Delete(ctx, p)
		case "activate":
			_, err = client.Activate(ctx, p)
		case "deactivate":
			_, err = client.Deactivate(ctx, p)
		case "associate":
			_, err = client.Associate(ctx, p)
		case "disassociate":
			_, err = client.Disassociate(ctx, p)
		default:
			err = fmt.Errorf("command %q is unknown", command)
		}
		return id, err
	}}
}

func (o *operator) do(command string, p flowlog.Parameters) string {
	o.t.Helper()
	id, err := o.call(o.t.Context(), command, p)
	if err != nil {
		o.t.Fatalf("%s %v: %v", command, p, err)
	}
	return id
}

func (o *operator) create(p flowlog.Parameters) string {
	o.t.Helper()
	return o.do("create", p)
}

func (o *operator) modify(id string, p flowlog.Parameters) {
	o.t.Helper()
	changed := flowlog.Parameters{"FlowLogId": id}
	for name, value := range p {
		changed[name] = value
	}
	o.do("modify", changed)
}

// on does what needs nothing but the id: delete, activate, deactivate.
func (o *operator) on(id, command string) {
	o.t.Helper()
	o.do(command, flowlog.Parameters{"FlowLogId": id})
}

func (o *operator) bind(id, to string) {
	o.t.Helper()
	o.do("associate", flowlog.Parameters{"FlowLogId": id, "SmartAGId": to})
}

func (o *operator) unbind(id, from string) {
	o.t.Helper()
	o.do("disassociate", flowlog.Parameters{"FlowLogId": id, "SmartAGId": from})
}

// to are the parameters of a FlowLog to a collector.
func to(s *station, version string, active, inactive int) flowlog.Parameters {
	return flowlog.Parameters{
		"OutputType": string(flowlog.OutputNetflow), "NetflowVersion": version,
		"NetflowServerIp": "127.0.0.1", "NetflowServerPort": strconv.Itoa(s.port),
		"ActiveAging": strconv.Itoa(active), "InactiveAging": strconv.Itoa(inactive),
	}
}
