package smartag

import (
	"context"
	"fmt"

	"github.com/sagflow/sagflow/config/flowlog"
)

// maxPulls is how often a pull starts over where an id is bound whose FlowLog is not there.
const maxPulls = 3

// binding is what is bound to the device.
type binding struct {
	bound   bool
	flowLog flowlog.FlowLog
}

// pull asks what is bound. An id without its FlowLog may be a deletion under way: unbound is what two pulls in a
// row agree on.
func (c *client) pull(ctx context.Context) (binding, error) {
	missing := ""
	for range maxPulls {
		id, err := c.boundID(ctx)
		if err != nil || id == "" {
			return binding{}, err
		}
		f, found, err := c.flowLog(ctx, id)
		if err != nil {
			return binding{}, err
		}
		if found {
			return binding{bound: true, flowLog: f}, nil
		}
		if id == missing {
			return binding{}, nil
		}
		missing = id
	}
	return binding{}, &Error{Kind: Unsettled, Err: fmt.Errorf("each of %d pulls named another FlowLog, and none is there", maxPulls)}
}
