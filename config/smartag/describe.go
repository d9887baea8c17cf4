package smartag

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"

	"github.com/sagflow/sagflow/config/flowlog"
)

const (
	gatewayAction  = "DescribeSmartAccessGatewayAttribute"
	flowLogsAction = "DescribeFlowLogs"
)

// idForm is what may be put into a request as an id; the rules decide whether it is one.
var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// described are the fields of FlowLogSetType that say what a device does.
var described = []string{
	"FlowLogId", "Status", "OutputType", "ActiveAging", "InactiveAging", "SlsRegionId",
	"ProjectName", "LogstoreName", "NetflowServerIp", "NetflowServerPort", "NetflowVersion",
}

// boundID is the id of the FlowLog that is bound to the device, "" for none.
func (c *client) boundID(ctx context.Context) (string, error) {
	var response *smartag.DescribeSmartAccessGatewayAttributeResponse
	answer, err := c.call(ctx, func() (requests.AcsRequest, responses.AcsResponse) {
		request := smartag.CreateDescribeSmartAccessGatewayAttributeRequest()
		request.SmartAGId = c.gatewayID
		response = smartag.CreateDescribeSmartAccessGatewayAttributeResponse()
		return request, response
	})
	if err != nil {
		return "", err
	}
	if response.SmartAGId != c.gatewayID {
		return "", c.notOurs(response.SmartAGId)
	}
	ids, err := answer.object("FlowLogIds")
	if err == nil {
		err = ids.list("FlowLogId", response.FlowLogIds.FlowLogId)
	}
	if err != nil {
		return "", &Error{Kind: Malformed, Action: gatewayAction, Err: err}
	}
	return c.oneID(response.FlowLogIds.FlowLogId)
}

func (c *client) notOurs(id string) error {
	if id == "" {
		return &Error{Kind: Malformed, Action: gatewayAction, Err: errors.New("SmartAGId is missing")}
	}
	return &Error{Kind: AnotherDevice, Action: gatewayAction, Err: fmt.Errorf("SmartAGId %q: want %q", c.redact(id), c.gatewayID)}
}

// oneID is the only id, "" for none.
func (c *client) oneID(ids []string) (string, error) {
	switch {
	case len(ids) == 0:
		return "", nil
	case len(ids) > 1:
		return "", &Error{Kind: Several, Action: gatewayAction, Err: fmt.Errorf("%d FlowLogIds are bound: want one", len(ids))}
	case !idForm.MatchString(ids[0]):
		return "", &Error{Kind: Malformed, Action: gatewayAction, Err: fmt.Errorf("FlowLogId %q is no id", c.redact(ids[0]))}
	}
	return ids[0], nil
}

// flowLog is the FlowLog of the id, checked. found is false where the API has none.
func (c *client) flowLog(ctx context.Context, id string) (f flowlog.FlowLog, found bool, err error) {
	var response *smartag.DescribeFlowLogsResponse
	answer, err := c.call(ctx, func() (requests.AcsRequest, responses.AcsResponse) {
		request := smartag.CreateDescribeFlowLogsRequest()
		request.FlowLogId = id
		response = smartag.CreateDescribeFlowLogsResponse()
		return request, response
	})
	if err != nil {
		return f, false, err
	}
	set, err := flowLogSet(answer, response)
	if err != nil {
		return f, false, &Error{Kind: Malformed, Action: flowLogsAction, Err: err}
	}
	if len(set) == 0 {
		return f, false, nil
	}
	f, err = c.theOne(set, response.FlowLogs.FlowLogSetType[0].FlowLogId, id)
	return f, err == nil, err
}

// flowLogSet is the list of FlowLogs as it was written: the SDK rounds numbers, and can't tell absent from empty.
func flowLogSet(answer object, response *smartag.DescribeFlowLogsResponse) ([]object, error) {
	inner, err := answer.object("FlowLogs")
	if err != nil {
		return nil, err
	}
	var set []object
	if !inner.given("FlowLogSetType") {
		return nil, errors.New("FlowLogSetType is missing")
	}
	if err := inner.into("FlowLogSetType", &set); err != nil {
		return nil, errors.New("FlowLogSetType is no list of objects")
	}
	if len(set) != len(response.FlowLogs.FlowLogSetType) || len(set) == 0 && response.TotalCount > 0 {
		return nil, fmt.Errorf("FlowLogSetType has %d elements, TotalCount is %d", len(set), response.TotalCount)
	}
	return set, nil
}

// theOne checks the FlowLog that was asked for.
func (c *client) theOne(set []object, got, id string) (flowlog.FlowLog, error) {
	switch {
	case len(set) > 1:
		return flowlog.FlowLog{}, &Error{Kind: Several, Action: flowLogsAction, Err: fmt.Errorf("%d FlowLogs came: want the one of id %s", len(set), id)}
	case got != id:
		return flowlog.FlowLog{}, &Error{Kind: AnotherFlowLog, Action: flowLogsAction, Err: fmt.Errorf("FlowLogId %q: want %q", c.redact(got), id)}
	}
	parameters := flowlog.Parameters{}
	for _, name := range described {
		if !set[0].given(name) {
			continue
		}
		value, err := set[0].scalar(name)
		if err != nil {
			return flowlog.FlowLog{}, &Error{Kind: Malformed, Action: flowLogsAction, Err: err}
		}
		parameters[name] = value
	}
	f, faults := flowlog.FromDescription(parameters)
	if len(faults) > 0 {
		for _, fault := range faults {
			fault.Value = c.redact(fault.Value)
		}
		return flowlog.FlowLog{}, &Error{Kind: Invalid, Action: flowLogsAction, Err: faults}
	}
	f.RegionId = c.region
	return f, nil
}

// list checks that the key, where it is given, holds strings, as many as the SDK decoded.
func (o object) list(key string, decoded []string) error {
	if _, found := o[key]; !found {
		return nil
	}
	var all []*string
	if err := o.into(key, &all); err != nil || all == nil || len(all) != len(decoded) {
		return fmt.Errorf("%s is no list of strings", key)
	}
	for _, one := range all {
		if one == nil {
			return fmt.Errorf("%s holds null", key)
		}
	}
	return nil
}
