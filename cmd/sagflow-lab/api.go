package main

import (
	"fmt"

	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/lab/api"
)

// apiCmd is `sagflow-lab api`.
type apiCmd struct {
	Listen      string `default:"127.0.0.1:8180" placeholder:"HOST:PORT" help:"TCP address to serve at (default ${default}); port 0 takes a free one."`
	Store       string `required:"" placeholder:"FILE" help:"The database of FlowLogs and what they are bound to; made if absent, and locked while it is served."`
	Inventory   string `placeholder:"FILE" help:"YAML file of the devices (default: a few, among them one of each kind that can't be bound)."`
	Quota       int    `default:"${quota}" placeholder:"N" help:"How many FlowLogs there may be (default ${quota})."`
	Credentials string `env:"SAGFLOW_LAB_CREDENTIALS" placeholder:"FILE" help:"File of access keys, if the environment holds none; made if absent (default: sagflow-lab.credentials beside the store)."`
	Admin       string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Loopback address of the listener that takes faults (default ${default}: a free port)."`
	Seed        uint64 `default:"0" placeholder:"N" help:"Base of the seeds of faults that give none (default 0)."`
	AllowRemote bool   `help:"Let --listen be an address that others can reach."`
}

// Help is what --help shows below the flags.
func (*apiCmd) Help() string {
	return `Serves all twelve FlowLog actions so that the official SDKs work unchanged: query and form parameters,
signatures RPC 1.0 and ACS3-HMAC-SHA256, JSON and XML. The access keys are those of the environment
(ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN), else of the
file, which a device takes unchanged as its credentials-file.

When it is ready it says where on standard output, in one line of JSON:
  {"api":"http://127.0.0.1:8180","admin":"http://127.0.0.1:40123","credentials":"/…/sagflow-lab.credentials"}

Examples:
  sagflow-lab api --store lab.db
  sagflow-lab api --store lab.db --inventory devices.yaml --admin 127.0.0.1:8181
  sagflow-lab api --store lab.db --listen 127.0.0.1:0     a free port, for a script

An inventory:
  smart-access-gateways:
    - {id: sag-0nnf0a1b2c3d4e5f6, serial-number: sag1000lab0001, model: sag-1000, version: 1.7.0,
       edition: standard, account: "1234567890123456", region: cn-shanghai}

SIGINT and SIGTERM are its normal end, exit code 0. Each change is on disk before it is answered.`
}

// Validate finds wrong usage before anything is opened.
func (c *apiCmd) Validate() error {
	if c.Quota < 1 {
		return fmt.Errorf("--quota %d: want 1 or more", c.Quota)
	}
	return nil
}

// Run serves until it is told to end.
func (c *apiCmd) Run(env *environment) error {
	server, err := api.New(api.Options{
		Listen: c.Listen, AdminListen: c.Admin, AllowRemote: c.AllowRemote, Store: c.Store, Inventory: c.Inventory,
		Quota: c.Quota, Credentials: c.Credentials, Seed: c.Seed, Log: env.Log, Stdout: env.Stdout,
	})
	if err != nil {
		return &cli.UsageError{Command: "api", Err: err}
	}
	return server.Run(env.Context)
}
