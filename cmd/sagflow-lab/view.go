package main

import (
	"errors"

	"github.com/sagflow/sagflow/config/flowlog"
)

// listCmd is `sagflow-lab flowlog list`.
type listCmd struct {
	flowLogID
	FlowLogName     *string `placeholder:"TEXT" help:"Only those of exactly this Name."`
	Description     *string `placeholder:"TEXT" help:"Only those of exactly this Description."`
	OutputType      *string `placeholder:"TYPE" help:"Only those of this OutputType: sls, netflow or all."`
	Status          *string `placeholder:"STATUS" help:"Only those that are Active or Inactive."`
	ResourceGroupID *string `name:"resource-group-id" placeholder:"ID" help:"Only those of this resource group."`
	paging
}

// Run lists FlowLogs.
func (c *listCmd) Run(env *environment, f *flowlogCmd) error {
	s, err := f.open(env)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Client.FlowLogs(env.Context, given(c.values(), map[string]*string{
		"FlowLogId": c.FlowLogID, "FlowLogName": c.FlowLogName, "Description": c.Description,
		"OutputType": c.OutputType, "Status": c.Status, "ResourceGroupId": c.ResourceGroupID,
	}))
	if err != nil {
		return err
	}
	return s.Printer.FlowLogs(found)
}

// showCmd is `sagflow-lab flowlog show`.
type showCmd struct {
	FlowLogID string `name:"flow-log-id" required:"" placeholder:"ID" help:"The FlowLog: fl- and 17 of a-z and 0-9."`
}

// Run shows a FlowLog.
func (c *showCmd) Run(env *environment, f *flowlogCmd) error {
	s, err := f.open(env)
	if err != nil {
		return err
	}
	defer s.Close()
	found, bound, err := s.Client.FlowLog(env.Context, c.FlowLogID)
	if err != nil {
		return err
	}
	return s.Printer.FlowLog(found, bound)
}

// sagsCmd is `sagflow-lab flowlog sags`.
type sagsCmd struct {
	flowLogID
	SmartAGID *string `name:"smart-ag-id" placeholder:"ID" help:"Show this device and its FlowLog (DescribeSmartAccessGatewayAttribute)."`
	Unbound   bool    `help:"Only devices that no FlowLog is bound to (DescribeUnbindFlowLogSags)."`
	paging
}

// Help is what --help shows below the flags.
func (*sagsCmd) Help() string {
	return `Without flags it lists all devices of the region, with --flow-log-id those that the FlowLog is bound to.

Examples:
  sagflow-lab flowlog sags
  sagflow-lab flowlog sags --unbound -o id
  sagflow-lab flowlog sags --smart-ag-id sag-0nnf0a1b2c3d4e5f6`
}

// Validate finds flags that ask for two lists at once.
func (c *sagsCmd) Validate() error {
	asked := 0
	for _, one := range []bool{c.FlowLogID != nil, c.SmartAGID != nil, c.Unbound} {
		if one {
			asked++
		}
	}
	if asked > 1 {
		return errors.New("--flow-log-id, --smart-ag-id and --unbound: want at most one of them")
	}
	if (c.SmartAGID != nil || c.Unbound) && (c.PageNumber != nil || c.PageSize != nil) {
		return errors.New("--page-number and --page-size: --smart-ag-id and --unbound have no pages, leave them out")
	}
	return nil
}

// Run lists devices.
func (c *sagsCmd) Run(env *environment, f *flowlogCmd) error {
	s, err := f.open(env)
	if err != nil {
		return err
	}
	defer s.Close()
	switch {
	case c.SmartAGID != nil:
		gateway, err := s.Client.Gateway(env.Context, flowlog.Parameters{"SmartAGId": *c.SmartAGID})
		if err != nil {
			return err
		}
		return s.Printer.Gateway(gateway)
	case c.Unbound || c.FlowLogID != nil:
		return c.bound(env, s)
	}
	all, err := s.Client.Gateways(env.Context, given(c.values()))
	if err != nil {
		return err
	}
	return s.Printer.Gateways(all)
}

// bound lists the devices of a FlowLog, or those of none.
func (c *sagsCmd) bound(env *environment, s session) error {
	read, p := s.Bound, given(c.values(), map[string]*string{"FlowLogId": c.FlowLogID})
	if c.Unbound {
		read, p = s.Unbound, nil
	}
	found, err := read(env.Context, p)
	if err != nil {
		return err
	}
	return s.Sags(found)
}
