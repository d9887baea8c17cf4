package api

import (
	"fmt"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// associateFlowLog binds a gateway to a FlowLog, whatever the FlowLog's status.
func (h *Handler) associateFlowLog(c *call) (rpc.Object, error) {
	return nil, h.change(c, func(tx *store.Tx) error {
		f, err := c.flowLog(&tx.State)
		if err != nil {
			return err
		}
		g, err := c.gateway(h.o.Inventory)
		if err != nil {
			return err
		}
		if err := bindable(g); err != nil {
			return err
		}
		switch bound, ok := tx.Bound(g.ID); {
		case !ok:
			tx.Bind(g.ID, f.FlowLogId)
		case bound != f.FlowLogId:
			return refuse(flowlog.OperationFailedAssociateFlowLog, fmt.Sprintf("gateway %q is bound to flow log %q", g.ID, bound))
		}
		return nil
	})
}

// bindable says why a gateway can't have a FlowLog: its edition comes before its model and version.
func bindable(g inventory.Gateway) error {
	switch {
	case !g.EditionHasFlowLogs():
		return refuse(flowlog.FeatureNotSupport, fmt.Sprintf("gateway %q has edition %q", g.ID, g.Edition))
	case !g.SupportsFlowLogs():
		return refuse(flowlog.OperationUnsupportedAssociateFlowLog, fmt.Sprintf("gateway %q is a %s of version %s", g.ID, g.Model, g.Version))
	}
	return nil
}

// disassociateFlowLog takes a binding away. What is not bound, or bound to another FlowLog, stays so.
func (h *Handler) disassociateFlowLog(c *call) (rpc.Object, error) {
	return nil, h.change(c, func(tx *store.Tx) error {
		f, err := c.flowLog(&tx.State)
		if err != nil {
			return err
		}
		id, err := c.gatewayID()
		if err != nil {
			return err
		}
		if bound, ok := tx.Bound(id); ok && bound == f.FlowLogId {
			tx.Unbind(id) // also a gateway that has left the inventory
			return nil
		}
		_, err = c.gateway(h.o.Inventory)
		return err
	})
}
