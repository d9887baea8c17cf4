package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// DefaultQuota is how many FlowLogs there may be if nothing else is said.
const DefaultQuota = 20

// HandlerOptions are what a Handler is made of. Store and Inventory are required.
type HandlerOptions struct {
	Store     *store.Store
	Inventory *inventory.Inventory
	// Quota is how many FlowLogs there may be, in all regions together; 0 is DefaultQuota.
	Quota int
	// Random makes FlowLogIds; nil is crypto/rand. It is read by one goroutine at a time.
	Random io.Reader
	// Log takes a line for each change; nil is none.
	Log *slog.Logger
}

// Handler carries out the actions. Any number of goroutines may use it; changes run one at a time.
type Handler struct{ o HandlerOptions }

// NewHandler returns a Handler.
func NewHandler(o HandlerOptions) (*Handler, error) {
	switch {
	case o.Store == nil, o.Inventory == nil:
		return nil, errors.New("make the Smartag API: it needs a store and an inventory")
	case o.Quota < 0:
		return nil, fmt.Errorf("make the Smartag API: quota %d: want 1 or more, or 0 for %d", o.Quota, DefaultQuota)
	case o.Quota == 0:
		o.Quota = DefaultQuota
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{o: o}, nil
}

// action carries out one action for a call whose RegionId is legal.
type action func(*Handler, *call) (rpc.Object, error)

// actionOf returns the action of that name.
func actionOf(name string) (action, bool) {
	for _, a := range actions() {
		if a.name == name {
			return a.do, true
		}
	}
	return nil, false
}

type named struct {
	name string
	do   action
}

// actions are all actions in the order of the documentation.
func actions() []named {
	return []named{
		{"CreateFlowLog", (*Handler).createFlowLog},
		{"ModifyFlowLogAttribute", (*Handler).modifyFlowLogAttribute},
		{"DeleteFlowLog", (*Handler).deleteFlowLog},
		{"ActiveFlowLog", setStatus(flowlog.Active)},
		{"DeactiveFlowLog", setStatus(flowlog.Inactive)},
		{"AssociateFlowLog", (*Handler).associateFlowLog},
		{"DisassociateFlowLog", (*Handler).disassociateFlowLog},
		{"DescribeFlowLogs", (*Handler).describeFlowLogs},
		{"DescribeFlowLogSags", (*Handler).describeFlowLogSags},
		{"DescribeUnbindFlowLogSags", (*Handler).describeUnbindFlowLogSags},
		{"DescribeSmartAccessGatewayAttribute", (*Handler).describeSmartAccessGatewayAttribute},
		{"DescribeSmartAccessGateways", (*Handler).describeSmartAccessGateways},
	}
}

// Actions returns the names of all actions. The slice is the caller's.
func Actions() []string {
	var names []string
	for _, a := range actions() {
		names = append(names, a.name)
	}
	return names
}

// Call carries out one action: rpc.Handler. A refusal wraps an *rpc.Error.
func (h *Handler) Call(_ context.Context, r *rpc.Request) (rpc.Object, error) {
	do, ok := actionOf(r.Action)
	if !ok {
		return nil, fmt.Errorf("call action %q: there is none of that name", r.Action)
	}
	c, err := newCall(r)
	if err != nil {
		return nil, err
	}
	return do(h, c)
}

// change runs an update and logs that it was done.
func (h *Handler) change(c *call, update func(*store.Tx) error) error {
	if err := h.o.Store.Update(update); err != nil {
		return err
	}
	h.o.Log.Info("carried out", "action", c.Action, "request", c.RequestID,
		"flow-log", c.Parameters["FlowLogId"], "gateway", c.Parameters["SmartAGId"])
	return nil
}
