package api

import (
	"strconv"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// describeFlowLogs lists the region's FlowLogs that pass all filters, in the order in which they were made.
func (h *Handler) describeFlowLogs(c *call) (rpc.Object, error) {
	if err := c.checkFilters(); err != nil {
		return nil, err
	}
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	state := h.o.Store.State()
	var found []flowlog.FlowLog
	for _, f := range state.FlowLogs() {
		if f.RegionId == c.region && c.wants(f) {
			found = append(found, f)
		}
	}
	list := rpc.List{Item: "FlowLogSetType"}
	for _, f := range cut(p, found) {
		list.Values = append(list.Values, describe(f, state))
	}
	return p.answer(len(found), "FlowLogs", list), nil
}

// checkFilters checks the filters that only some values may have.
func (c *call) checkFilters() error {
	if _, given := c.Parameters["FlowLogId"]; given {
		if _, err := c.flowLogID(); err != nil {
			return err
		}
	}
	outputType, _ := flowlog.RuleOf("OutputType")
	if err := c.check(outputType); err != nil {
		return err
	}
	return c.check(flowlog.Rule{
		Name: "Status", Values: []string{string(flowlog.Active), string(flowlog.Inactive)},
		MissingCode: flowlog.IllegalParamStatus, IllegalCode: flowlog.IllegalParamStatus,
	})
}

// wants says whether a FlowLog passes all filters.
func (c *call) wants(f flowlog.FlowLog) bool {
	return c.exact("FlowLogId", f.FlowLogId) &&
		c.exact("FlowLogName", f.Name) &&
		c.exact("Description", f.Description) &&
		c.exact("OutputType", string(f.OutputType)) &&
		c.exact("Status", string(f.Status)) &&
		c.exact("ResourceGroupId", f.ResourceGroupId)
}

// describe is a FlowLogSetType: NetflowServerPort is a string here.
func describe(f flowlog.FlowLog, s *store.State) rpc.Object {
	port := ""
	if f.NetflowServerPort != 0 {
		port = strconv.Itoa(f.NetflowServerPort)
	}
	o := rpc.Object{
		{Name: "FlowLogId", Value: f.FlowLogId},
		{Name: "Name", Value: f.Name},
		{Name: "Description", Value: f.Description},
		{Name: "Status", Value: string(f.Status)},
		{Name: "OutputType", Value: string(f.OutputType)},
		{Name: "ActiveAging", Value: f.ActiveAging},
		{Name: "InactiveAging", Value: f.InactiveAging},
		{Name: "SlsRegionId", Value: f.SlsRegionId},
		{Name: "ProjectName", Value: f.ProjectName},
		{Name: "LogstoreName", Value: f.LogstoreName},
		{Name: "NetflowServerIp", Value: f.NetflowServerIp},
		{Name: "NetflowServerPort", Value: port},
		{Name: "NetflowVersion", Value: f.NetflowVersion},
		{Name: "TotalSagNum", Value: len(s.Gateways(f.FlowLogId))},
	}
	return withGroup(o, f.ResourceGroupId)
}

// withGroup adds a resource group that is set.
func withGroup(o rpc.Object, group string) rpc.Object {
	if group == "" {
		return o
	}
	return append(o, rpc.Field{Name: "ResourceGroupId", Value: group})
}
