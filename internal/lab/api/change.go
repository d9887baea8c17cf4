package api

import (
	"fmt"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// createFlowLog makes an Active FlowLog: the parameters are checked before the quota.
func (h *Handler) createFlowLog(c *call) (rpc.Object, error) {
	f, faults := flowlog.Create(c.parameters())
	if len(faults) > 0 {
		return nil, wrong(faults[0])
	}
	err := h.o.Store.Update(func(tx *store.Tx) (err error) {
		if tx.Len() >= h.o.Quota {
			return refuse(flowlog.QuotaExceededFlowlog, fmt.Sprintf("there are %d flow logs, and the quota is %d", tx.Len(), h.o.Quota))
		}
		if f.FlowLogId, err = h.newID(tx); err != nil {
			return err
		}
		return tx.Create(f)
	})
	if err != nil {
		return nil, err
	}
	h.o.Log.Info("carried out", "action", c.Action, "request", c.RequestID, "flow-log", f.FlowLogId)
	answer := rpc.Object{{Name: "FlowLogId", Value: f.FlowLogId}}
	if group, sent := c.Parameters["ResourceGroupId"]; sent {
		answer = append(answer, rpc.Field{Name: "ResourceGroupId", Value: group})
	}
	return answer, nil
}

// newID makes an id that no FlowLog has.
func (h *Handler) newID(tx *store.Tx) (string, error) {
	const tries = 100
	for range tries {
		id := flowlog.NewID(h.o.Random)
		if _, taken := tx.FlowLog(id); !taken {
			return id, nil
		}
	}
	return "", fmt.Errorf("make a FlowLogId: the random source gave %d that are taken", tries)
}

// modifyFlowLogAttribute changes what is given. A resource group is no parameter of this action.
func (h *Handler) modifyFlowLogAttribute(c *call) (rpc.Object, error) {
	parameters := c.parameters()
	delete(parameters, "ResourceGroupId")
	return nil, h.change(c, func(tx *store.Tx) error {
		f, err := c.flowLog(&tx.State)
		if err != nil {
			return err
		}
		changed, faults := f.Modify(parameters)
		if len(faults) > 0 {
			return wrong(faults[0])
		}
		if changed == f {
			return nil
		}
		return tx.Replace(changed)
	})
}

// deleteFlowLog removes a FlowLog that is not bound, Active or not.
func (h *Handler) deleteFlowLog(c *call) (rpc.Object, error) {
	return nil, h.change(c, func(tx *store.Tx) error {
		f, err := c.flowLog(&tx.State)
		if err != nil {
			return err
		}
		if bound := tx.Gateways(f.FlowLogId); len(bound) > 0 {
			return refuse(flowlog.DependencyViolationFlowLog, fmt.Sprintf("flow log %q is bound to %q", f.FlowLogId, bound))
		}
		tx.Delete(f.FlowLogId)
		return nil
	})
}

// setStatus is ActiveFlowLog and DeactiveFlowLog.
func setStatus(status flowlog.Status) action {
	return func(h *Handler, c *call) (rpc.Object, error) {
		return nil, h.change(c, func(tx *store.Tx) error {
			f, err := c.flowLog(&tx.State)
			if err != nil {
				return err
			}
			if f.Status == status {
				return refuse(flowlog.IncorrectStatusFlowLog, fmt.Sprintf("flow log %q is %s already", f.FlowLogId, status))
			}
			f.Status = status
			return tx.Replace(f)
		})
	}
}
