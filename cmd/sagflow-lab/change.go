package main

import (
	"context"
	"errors"
	"maps"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

// createCmd is `sagflow-lab flowlog create`.
type createCmd struct {
	attributes
	ResourceGroupID *string `name:"resource-group-id" placeholder:"ID" help:"${ResourceGroupId}"`
}

// Help is what --help shows below the flags.
func (*createCmd) Help() string {
	return `Examples:
  sagflow-lab flowlog create --name office --output-type netflow --netflow-server-ip 192.0.2.9
  sagflow-lab flowlog create --output-type sls --sls-region-id cn-shanghai --project-name p --logstore-name l
  ID=$(sagflow-lab flowlog create --output-type netflow --netflow-server-ip 192.0.2.9 -o id)`
}

// Run creates a FlowLog.
func (c *createCmd) Run(env *environment, f *flowlogCmd) error {
	s, err := f.open(env)
	if err != nil {
		return err
	}
	defer s.Close()
	p := c.parameters()
	maps.Copy(p, given(map[string]*string{"ResourceGroupId": c.ResourceGroupID}))
	answer, err := s.Create(env.Context, p)
	if err != nil {
		return err
	}
	return s.Done("created "+answer.FlowLogId, answer.FlowLogId, answer)
}

// modifyCmd is `sagflow-lab flowlog modify`.
type modifyCmd struct {
	flowLogID
	attributes
}

// Help is what --help shows below the flags.
func (*modifyCmd) Help() string {
	return `What is not given stays as it is. A FlowLog may be changed while it is bound, and while it is Inactive.

Examples:
  sagflow-lab flowlog modify --flow-log-id ID --netflow-server-ip 192.0.2.10 --netflow-version V10
  sagflow-lab flowlog modify --flow-log-id ID --active-aging 60 --inactive-aging 10`
}

// Validate finds a change that changes nothing.
func (c *modifyCmd) Validate() error {
	if len(c.attributes.parameters()) == 0 {
		return errors.New("want at least one parameter to change, as --netflow-server-ip")
	}
	return nil
}

// Run changes a FlowLog.
func (c *modifyCmd) Run(env *environment, f *flowlogCmd) error {
	p := c.attributes.parameters()
	maps.Copy(p, c.flowLogID.parameters())
	return act(env, f, "modified "+c.text(), p, (*flowlogcli.Client).Modify)
}

// deleteCmd is `sagflow-lab flowlog delete`.
type deleteCmd struct{ flowLogID }

// Run deletes a FlowLog.
func (c *deleteCmd) Run(env *environment, f *flowlogCmd) error {
	return act(env, f, "deleted "+c.text(), c.parameters(), (*flowlogcli.Client).Delete)
}

// activateCmd is `sagflow-lab flowlog activate`.
type activateCmd struct{ flowLogID }

// Run activates a FlowLog.
func (c *activateCmd) Run(env *environment, f *flowlogCmd) error {
	return act(env, f, "activated "+c.text(), c.parameters(), (*flowlogcli.Client).Activate)
}

// deactivateCmd is `sagflow-lab flowlog deactivate`.
type deactivateCmd struct{ flowLogID }

// Run deactivates a FlowLog.
func (c *deactivateCmd) Run(env *environment, f *flowlogCmd) error {
	return act(env, f, "deactivated "+c.text(), c.parameters(), (*flowlogcli.Client).Deactivate)
}

// associateCmd is `sagflow-lab flowlog associate`.
type associateCmd struct{ binding }

// Run binds a FlowLog to a device.
func (c *associateCmd) Run(env *environment, f *flowlogCmd) error {
	return act(env, f, "associated "+c.text()+" with "+text(c.SmartAGID), c.parameters(), (*flowlogcli.Client).Associate)
}

// disassociateCmd is `sagflow-lab flowlog disassociate`.
type disassociateCmd struct{ binding }

// Run unbinds a FlowLog from a device.
func (c *disassociateCmd) Run(env *environment, f *flowlogCmd) error {
	return act(env, f, "disassociated "+c.text()+" from "+text(c.SmartAGID), c.parameters(), (*flowlogcli.Client).Disassociate)
}

// act makes one call that answers nothing but its RequestId, and says what was done.
func act[R responses.AcsResponse](env *environment, f *flowlogCmd, words string, p flowlog.Parameters,
	call func(*flowlogcli.Client, context.Context, flowlog.Parameters) (R, error),
) error {
	s, err := f.open(env)
	if err != nil {
		return err
	}
	defer s.Close()
	answer, err := call(s.Client, env.Context, p)
	if err != nil {
		return err
	}
	return s.Done(words, p["FlowLogId"], answer)
}
