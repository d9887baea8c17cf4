package api

import (
	"strconv"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// The limits of lists. The largest page number is the largest number that the rules read.
const (
	maxPageSize     = 50
	defaultPageSize = 10
	maxPageNumber   = 999_999_999
)

// call is one request with its region.
type call struct {
	*rpc.Request
	region string
}

// newCall checks RegionId, which comes first in all actions.
func newCall(r *rpc.Request) (*call, error) {
	rule, _ := flowlog.RuleOf("RegionId")
	region, given := r.Parameters["RegionId"]
	if !given && r.RegionID != "" {
		region, given = r.RegionID, true
	}
	if !given {
		return nil, wrong(rule.Missing())
	}
	return &call{Request: r, region: region}, wrong(rule.Check(region))
}

// parameters are those for the rule table.
func (c *call) parameters() flowlog.Parameters {
	p := make(flowlog.Parameters, len(c.Parameters)+1)
	for name, value := range c.Parameters {
		p[name] = value
	}
	p["RegionId"] = c.region
	return p
}

// check checks a parameter that may be absent.
func (c *call) check(rule flowlog.Rule) error {
	value, given := c.Parameters[rule.Name]
	if !given {
		return nil
	}
	return wrong(rule.Check(value))
}

// flowLogID returns FlowLogId, which must be given.
func (c *call) flowLogID() (string, error) {
	id, given := c.Parameters["FlowLogId"]
	if id == "" {
		fault := flowlog.NewFault(flowlog.MissingParamFlowLogID, "FlowLogId", "", "the FlowLogId of a FlowLog of "+c.region)
		fault.Absent = !given
		return "", wrong(fault)
	}
	return id, nil
}

// flowLog finds the FlowLog that FlowLogId names in the call's region.
func (c *call) flowLog(s *store.State) (flowlog.FlowLog, error) {
	id, err := c.flowLogID()
	if err != nil {
		return flowlog.FlowLog{}, err
	}
	f, ok := s.FlowLog(id)
	if !ok || f.RegionId != c.region {
		return flowlog.FlowLog{}, wrong(flowlog.NewFault(flowlog.InvalidFlowLogIDNotFound, "FlowLogId", id, "the FlowLogId of a FlowLog of "+c.region))
	}
	return f, nil
}

// gatewayID returns SmartAGId, which must be given.
func (c *call) gatewayID() (string, error) {
	id, given := c.Parameters["SmartAGId"]
	if id == "" {
		fault := flowlog.NewFault(flowlog.MissingParameter, "SmartAGId", "", "the SmartAGId of a gateway of "+c.region)
		fault.Absent = !given
		return "", wrong(fault)
	}
	return id, nil
}

// gateway finds the gateway that SmartAGId names in the call's region.
func (c *call) gateway(inv *inventory.Inventory) (inventory.Gateway, error) {
	id, err := c.gatewayID()
	if err != nil {
		return inventory.Gateway{}, err
	}
	g, ok := inv.Lookup(id)
	if !ok || g.Region != c.region {
		return inventory.Gateway{}, c.noGateway(id)
	}
	return g, nil
}

func (c *call) noGateway(id string) error {
	return wrong(flowlog.NewFault(flowlog.InvalidSmartAGIDNotFound, "SmartAGId", id, "the SmartAGId of a gateway of "+c.region))
}

// page is what of a list is asked for.
type page struct{ number, size int }

// page reads PageNumber and PageSize.
func (c *call) page() (page, error) {
	number, err := c.integer("PageNumber", maxPageNumber, 1)
	if err != nil {
		return page{}, err
	}
	size, err := c.integer("PageSize", maxPageSize, defaultPageSize)
	return page{number, size}, err
}

// integer reads a parameter from 1 to largest.
func (c *call) integer(name string, largest, absent int) (int, error) {
	value, given := c.Parameters[name]
	if !given {
		return absent, nil
	}
	rule := flowlog.Rule{
		Name: name, Integer: true, Min: 1, Max: largest,
		MissingCode: flowlog.InvalidParameter, IllegalCode: flowlog.InvalidParameter,
	}
	if err := wrong(rule.Check(value)); err != nil {
		return 0, err
	}
	return strconv.Atoi(value)
}

// cut returns the page of a list.
func cut[T any](p page, all []T) []T {
	from := min(int64(p.number-1)*int64(p.size), int64(len(all)))
	to := min(from+int64(p.size), int64(len(all)))
	return all[from:to]
}

// answer is the head of a list's answer, and the list.
func (p page) answer(total int, name string, list rpc.List) rpc.Object {
	return rpc.Object{
		{Name: "TotalCount", Value: total},
		{Name: "PageNumber", Value: p.number},
		{Name: "PageSize", Value: p.size},
		{Name: name, Value: list},
	}
}

// exact says whether a value passes the filter name: it is absent, or the same.
func (c *call) exact(name, value string) bool {
	want, given := c.Parameters[name]
	return !given || want == value
}
