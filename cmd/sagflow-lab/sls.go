package main

import (
	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/lab/sls"
)

// slsCmd is `sagflow-lab sls`. Without a command it serves.
type slsCmd struct {
	Serve slsServeCmd `cmd:"" default:"withargs" help:"Serve Log Service; the word serve may be left out."`
	Dedup slsDedupCmd `cmd:"" help:"Count the records in a store, and those that came more than once."`
}

// Help is what --help shows below the flags.
func (*slsCmd) Help() string {
	return `Examples:
  sagflow-lab sls --listen 127.0.0.1:8190 --store logs
  sagflow-lab sls dedup --store logs
  sagflow-lab sls serve --help`
}

// slsServeCmd is `sagflow-lab sls`, with flags alone or behind the word serve.
type slsServeCmd struct {
	Listen      string `default:"127.0.0.1:8190" placeholder:"HOST:PORT" help:"TCP address to serve at (default ${default}); port 0 takes a free one."`
	Store       string `required:"" placeholder:"DIR" help:"The directory of projects, logstores and logs; made if absent, and locked while it is served."`
	Strict      bool   `help:"Refuse what is written to a project or logstore that nobody made, as the cloud does (default: make both)."`
	Credentials string `env:"SAGFLOW_LAB_CREDENTIALS" placeholder:"FILE" help:"File of access keys, if the environment holds none; made if absent (default: sagflow-lab.credentials beside the store)."`
	Admin       string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Loopback address of the listener that takes faults (default ${default}: a free port)."`
	Seed        uint64 `default:"0" placeholder:"N" help:"Base of the seeds of faults that give none (default 0)."`
	AllowRemote bool   `help:"Let --listen be an address that others can reach."`
}

// Help is what --help shows below the flags.
func (*slsServeCmd) Help() string {
	return `Takes what devices write to Log Service, keeps it on disk, and answers searches, so that the official SDKs
work unchanged: signatures v1 and v4, security tokens, lz4, zstd, deflate and no compression. The access keys
are those of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
ALIBABA_CLOUD_SECURITY_TOKEN), else of the file, which a device takes unchanged as its credentials-file.
docs/lab-sls.md says how to point a client at it, and what it does not do.

When it is ready it says where on standard output, in one line of JSON:
  {"sls":"http://127.0.0.1:8190","admin":"http://127.0.0.1:40123","credentials":"/…/sagflow-lab.credentials"}

Examples:
  sagflow-lab sls --store logs
  sagflow-lab sls --store logs --strict --admin 127.0.0.1:8191
  sagflow-lab sls --store logs --listen 127.0.0.1:0     a free port, for a script

SIGINT and SIGTERM are its normal end, exit code 0. Each write is on disk before it is answered with 200.`
}

// Run serves until it is told to end.
func (c *slsServeCmd) Run(env *environment) error {
	server, err := sls.New(sls.Options{
		Listen: c.Listen, AdminListen: c.Admin, AllowRemote: c.AllowRemote, Store: c.Store, Strict: c.Strict,
		Credentials: c.Credentials, Seed: c.Seed, Log: env.Log, Stdout: env.Stdout,
	})
	if err != nil {
		return &cli.UsageError{Command: "sls serve", Err: err}
	}
	return server.Run(env.Context)
}
