package api

import (
	"strconv"
	"strings"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// gatewayStatus is that of all gateways of the inventory.
const gatewayStatus = "Active"

// describeFlowLogSags lists the gateways that are bound to a FlowLog, by their ids.
func (h *Handler) describeFlowLogSags(c *call) (rpc.Object, error) {
	state := h.o.Store.State()
	f, err := c.flowLog(state)
	if err != nil {
		return nil, err
	}
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	ids := state.Gateways(f.FlowLogId)
	list := rpc.List{Item: "Sag"}
	for _, id := range cut(p, ids) {
		g, _ := h.o.Inventory.Lookup(id)
		g.ID = id // one that left the inventory has no name
		list.Values = append(list.Values, sag(g))
	}
	return p.answer(len(ids), "Sags", list), nil
}

// describeUnbindFlowLogSags lists the region's gateways that are not bound, whether they could be or not.
func (h *Handler) describeUnbindFlowLogSags(c *call) (rpc.Object, error) {
	state := h.o.Store.State()
	list := rpc.List{Item: "Sag"}
	for _, g := range h.region(c) {
		if _, bound := state.Bound(g.ID); !bound && c.exact("ResourceGroupId", g.ResourceGroupID) {
			list.Values = append(list.Values, sag(g))
		}
	}
	return rpc.Object{{Name: "Count", Value: len(list.Values)}, {Name: "Sags", Value: list}}, nil
}

func sag(g inventory.Gateway) rpc.Object {
	return rpc.Object{
		{Name: "SmartAGId", Value: g.ID},
		{Name: "Name", Value: g.Name},
		{Name: "Description", Value: g.Description},
	}
}

// region returns the gateways of the call's region, in the inventory's order.
func (h *Handler) region(c *call) []inventory.Gateway {
	var here []inventory.Gateway
	for _, g := range h.o.Inventory.All() {
		if g.Region == c.region {
			here = append(here, g)
		}
	}
	return here
}

// describeSmartAccessGatewayAttribute tells one gateway. FlowLogIds is there also if it is not bound: by
// that a device knows.
func (h *Handler) describeSmartAccessGatewayAttribute(c *call) (rpc.Object, error) {
	g, err := c.gateway(h.o.Inventory)
	if err != nil {
		return nil, err
	}
	bound := rpc.List{Item: "FlowLogId"}
	if id, ok := h.o.Store.State().Bound(g.ID); ok {
		bound.Values = append(bound.Values, id)
	}
	device := rpc.Object{
		{Name: "SerialNumber", Value: g.SerialNumber},
		{Name: "SoftwareVersion", Value: g.Version},
	}
	o := rpc.Object{
		{Name: "SmartAGId", Value: g.ID},
		{Name: "Name", Value: g.Name},
		{Name: "Description", Value: g.Description},
		{Name: "Status", Value: gatewayStatus},
		{Name: "SerialNumber", Value: g.SerialNumber},
		{Name: "FlowLogIds", Value: bound},
		{Name: "AclIds", Value: rpc.List{Item: "AclId"}},
		{Name: "QosIds", Value: rpc.List{Item: "QosId"}},
		{Name: "Devices", Value: rpc.List{Item: "Device", Values: []any{device}}},
		{Name: "Links", Value: rpc.List{Item: "Link"}},
	}
	return withGroup(o, g.ResourceGroupID), nil
}

// describeSmartAccessGateways lists the region's gateways that pass all filters, in the inventory's order.
func (h *Handler) describeSmartAccessGateways(c *call) (rpc.Object, error) {
	if err := c.checkComparator(); err != nil {
		return nil, err
	}
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	var found []inventory.Gateway
	for _, g := range h.region(c) {
		if c.wantsGateway(g) {
			found = append(found, g)
		}
	}
	list := rpc.List{Item: "SmartAccessGateway"}
	for _, g := range cut(p, found) {
		list.Values = append(list.Values, describeGateway(g))
	}
	return p.answer(len(found), "SmartAccessGateways", list), nil
}

// checkComparator refuses what would make SoftwareVersion another filter than the exact one.
func (c *call) checkComparator() error {
	value, given := c.Parameters["VersionComparator"]
	if !given {
		return nil
	}
	return wrong(flowlog.NewFault(flowlog.InvalidParameter, "VersionComparator", value, "it left out: SoftwareVersion is compared for equality"))
}

// wantsGateway says whether a gateway passes all filters. No gateway has what the last ones ask for.
func (c *call) wantsGateway(g inventory.Gateway) bool {
	return c.exact("SmartAGId", g.ID) &&
		c.listed("SmartAGIds", g.ID) &&
		c.exact("SerialNumber", g.SerialNumber) &&
		c.exact("Name", g.Name) &&
		c.exact("Status", gatewayStatus) &&
		c.exact("SoftwareVersion", g.Version) &&
		c.exact("HardwareType", g.Model) &&
		c.exact("ResourceGroupId", g.ResourceGroupID) &&
		c.exact("AclIds", "") && c.exact("AssociatedCcnId", "") && c.exact("ApplicationBandwidthPackageId", "")
}

// listed says whether a value passes the filter of the repeated parameter name.1, name.2 and so on.
func (c *call) listed(name, value string) bool {
	given := false
	for key, one := range c.Parameters {
		index, ok := strings.CutPrefix(key, name+".")
		if _, err := strconv.ParseUint(index, 10, 16); !ok || err != nil {
			continue
		}
		if one == value {
			return true
		}
		given = true
	}
	return !given
}

// describeGateway is a SmartAccessGateway.
func describeGateway(g inventory.Gateway) rpc.Object {
	account, _ := strconv.ParseInt(g.Account, 10, 64) // the inventory checked it
	o := rpc.Object{
		{Name: "SmartAGId", Value: g.ID},
		{Name: "SmartAGUid", Value: account},
		{Name: "Name", Value: g.Name},
		{Name: "Description", Value: g.Description},
		{Name: "Status", Value: gatewayStatus},
		{Name: "SerialNumber", Value: g.SerialNumber},
		{Name: "HardwareVersion", Value: g.Model},
		{Name: "SoftwareVersion", Value: g.Version},
		{Name: "Links", Value: rpc.List{Item: "Link"}},
	}
	return withGroup(o, g.ResourceGroupID)
}
