package main

import (
	"os"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

// flowlogCmd is `sagflow-lab flowlog`: its flags hold for each command below it.
type flowlogCmd struct {
	Endpoint    string        `env:"SAGFLOW_LAB_ENDPOINT" default:"http://127.0.0.1:8180" placeholder:"URL" help:"The API: scheme and host (default ${default})."`
	Region      string        `default:"cn-shanghai" placeholder:"ID" help:"RegionId of every call: ${regions} (default ${default})."`
	Credentials string        `env:"SAGFLOW_LAB_CREDENTIALS" placeholder:"FILE" help:"Read the access key from this file, if the environment holds none."`
	AllowHTTP   []string      `name:"allow-http" placeholder:"HOST" help:"Talk plain http to this host, though it is not on loopback; repeatable."`
	Timeout     time.Duration `default:"${timeout}" placeholder:"10s" help:"How long one call may take (default ${timeout})."`
	Output      string        `short:"o" enum:"table,json,id" default:"table" placeholder:"table|json|id" help:"Print a table, the API's JSON, or ids alone (default ${default})."`

	Create       createCmd       `cmd:"" help:"Create a FlowLog (CreateFlowLog)."`
	Modify       modifyCmd       `cmd:"" help:"Change a FlowLog (ModifyFlowLogAttribute)."`
	Delete       deleteCmd       `cmd:"" help:"Delete a FlowLog (DeleteFlowLog)."`
	Activate     activateCmd     `cmd:"" help:"Activate a FlowLog (ActiveFlowLog)."`
	Deactivate   deactivateCmd   `cmd:"" help:"Deactivate a FlowLog (DeactiveFlowLog)."`
	Associate    associateCmd    `cmd:"" help:"Bind a FlowLog to a device (AssociateFlowLog)."`
	Disassociate disassociateCmd `cmd:"" help:"Unbind a FlowLog from a device (DisassociateFlowLog)."`
	List         listCmd         `cmd:"" help:"List FlowLogs (DescribeFlowLogs)."`
	Show         showCmd         `cmd:"" help:"Show one FlowLog and its devices (DescribeFlowLogs, DescribeFlowLogSags)."`
	Sags         sagsCmd         `cmd:"" help:"List devices (DescribeSmartAccessGateways, DescribeFlowLogSags, DescribeUnbindFlowLogSags)."`
}

// Help is what --help shows below the flags.
func (*flowlogCmd) Help() string {
	return `The access key comes from ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and
ALIBABA_CLOUD_SECURITY_TOKEN, else from --credentials. Flags are named after the API's parameters; one
that is not given is not sent, one that is given empty is sent empty.

Examples:
  sagflow-lab flowlog sags --credentials lab.credentials
  sagflow-lab flowlog create --output-type netflow --netflow-server-ip 127.0.0.1 --credentials lab.credentials
  sagflow-lab flowlog list -o json --credentials lab.credentials

Exit codes: 0 done, 1 an error or the API's refusal, 2 wrong usage, 130 interrupted.`
}

// session is what a command calls and prints by.
type session struct {
	*flowlogcli.Client
	*flowlogcli.Printer
}

// open returns a session; the caller closes it.
func (c *flowlogCmd) open(env *environment) (session, error) {
	client, err := flowlogcli.New(flowlogcli.Options{
		Endpoint: c.Endpoint, AllowHTTP: c.AllowHTTP, Region: c.Region, Timeout: c.Timeout,
		Credentials: credentials.New(credentials.Options{File: c.Credentials, Getenv: os.Getenv}),
	})
	return session{client, &flowlogcli.Printer{
		Out: env.Stdout, Format: flowlogcli.Format(c.Output), Width: cli.Width(env.Stdout),
	}}, err
}
