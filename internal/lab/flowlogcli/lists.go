package flowlogcli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"

	"github.com/sagflow/sagflow/config/flowlog"
)

const (
	// pageSize is the API's largest.
	pageSize = 50
	// maxPages ends the reading of a list that does not.
	maxPages = 1000
)

// Item is one entry of a list.
type Item[T any] struct {
	// Raw is the entry as it was answered.
	Raw   json.RawMessage
	Value T
}

// FlowLogs calls DescribeFlowLogs: for all pages, unless the parameters name a page or its size.
func (c *Client) FlowLogs(ctx context.Context, p flowlog.Parameters) ([]Item[smartag.FlowLogSetType], error) {
	return paged(p, func(p flowlog.Parameters) (page[smartag.FlowLogSetType], error) {
		response := smartag.CreateDescribeFlowLogsResponse()
		err := c.call(ctx, smartag.CreateDescribeFlowLogsRequest(), response, p)
		return newPage(c, "DescribeFlowLogs", response, "FlowLogs", "FlowLogSetType", response.FlowLogs.FlowLogSetType, response.TotalCount, err)
	})
}

// Bound calls DescribeFlowLogSags: the devices that a FlowLog is bound to.
func (c *Client) Bound(ctx context.Context, p flowlog.Parameters) ([]Item[smartag.Sag], error) {
	return paged(p, func(p flowlog.Parameters) (page[smartag.Sag], error) {
		response := smartag.CreateDescribeFlowLogSagsResponse()
		err := c.call(ctx, smartag.CreateDescribeFlowLogSagsRequest(), response, p)
		return newPage(c, "DescribeFlowLogSags", response, "Sags", "Sag", response.Sags.Sag, response.TotalCount, err)
	})
}

// Unbound calls DescribeUnbindFlowLogSags: the devices that could be bound. It has no pages.
func (c *Client) Unbound(ctx context.Context, p flowlog.Parameters) ([]Item[smartag.Sag], error) {
	response := smartag.CreateDescribeUnbindFlowLogSagsResponse()
	err := c.call(ctx, smartag.CreateDescribeUnbindFlowLogSagsRequest(), response, p)
	all, err := newPage(c, "DescribeUnbindFlowLogSags", response, "Sags", "Sag", response.Sags.Sag, response.Count, err)
	return all.items, err
}

// Gateways calls DescribeSmartAccessGateways: all devices.
func (c *Client) Gateways(ctx context.Context, p flowlog.Parameters) ([]Item[smartag.SmartAccessGateway], error) {
	return paged(p, func(p flowlog.Parameters) (page[smartag.SmartAccessGateway], error) {
		response := smartag.CreateDescribeSmartAccessGatewaysResponse()
		err := c.call(ctx, smartag.CreateDescribeSmartAccessGatewaysRequest(), response, p)
		return newPage(c, "DescribeSmartAccessGateways", response, "SmartAccessGateways", "SmartAccessGateway", response.SmartAccessGateways.SmartAccessGateway, response.TotalCount, err)
	})
}

// FlowLog returns one FlowLog and the devices it is bound to, or a *NotFoundError.
func (c *Client) FlowLog(ctx context.Context, id string) (Item[smartag.FlowLogSetType], []Item[smartag.Sag], error) {
	p := flowlog.Parameters{"FlowLogId": id}
	found, err := c.FlowLogs(ctx, p)
	if err != nil {
		return Item[smartag.FlowLogSetType]{}, nil, err
	}
	for _, f := range found { // an endpoint that ignores the filter must not show another one
		if f.Value.FlowLogId == id {
			bound, err := c.Bound(ctx, p)
			return f, bound, err
		}
	}
	return Item[smartag.FlowLogSetType]{}, nil, &NotFoundError{FlowLogID: id, Region: c.o.Region}
}

// page is one answer's part of a list.
type page[T any] struct {
	items []Item[T]
	total int
}

// newPage pairs an answer's values, which lie in outer.inner, with their text.
func newPage[T any](c *Client, action string, response responses.AcsResponse, outer, inner string, values []T, total int, err error) (page[T], error) {
	p := page[T]{total: total}
	if err != nil {
		return p, err
	}
	var body map[string]json.RawMessage
	var list map[string][]json.RawMessage
	if json.Unmarshal(response.GetHttpContentBytes(), &body) != nil || json.Unmarshal(body[outer], &list) != nil ||
		len(list[inner]) != len(values) {
		return p, &AnswerError{Action: action, Endpoint: c.endpoint(), Problem: fmt.Sprintf("there is no list %s.%s", outer, inner)}
	}
	for i, v := range values {
		p.items = append(p.items, Item[T]{Raw: list[inner][i], Value: v})
	}
	return p, nil
}

// paged reads page after page, or the one that the parameters ask for.
func paged[T any](p flowlog.Parameters, read func(flowlog.Parameters) (page[T], error)) ([]Item[T], error) {
	_, number := p["PageNumber"]
	_, size := p["PageSize"]
	if number || size {
		one, err := read(p)
		return one.items, err
	}
	var all []Item[T]
	for n := 1; n <= maxPages; n++ {
		q := maps.Clone(p)
		if q == nil {
			q = flowlog.Parameters{}
		}
		q["PageNumber"], q["PageSize"] = strconv.Itoa(n), strconv.Itoa(pageSize)
		one, err := read(q)
		if err != nil {
			return nil, err
		}
		all = append(all, one.items...)
		if len(one.items) == 0 || len(all) >= one.total {
			break
		}
	}
	return all, nil
}
