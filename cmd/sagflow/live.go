package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/agent/operation"
	"github.com/sagflow/sagflow/internal/capture/own"
	"github.com/sagflow/sagflow/internal/capture/ring"
	"github.com/sagflow/sagflow/internal/capture/routes"
)

// runCmd is `sagflow run`.
type runCmd struct {
	Config  string `short:"c" required:"" placeholder:"AGENT.YAML" help:"The device's configuration."`
	Records string `placeholder:"FILE" help:"Write the records as JSON lines to FILE too (- standard output): to look at, not for months."`
	Summary string `placeholder:"FILE" help:"At the end, write every counter and the sums as JSON to FILE (- standard output)."`
	Quiet   bool   `short:"q" help:"No summary on standard error at the end."`
}

// Help is what --help shows below the flags.
func (*runCmd) Help() string {
	return `Captures from the interfaces of the configuration, counts flows, and exports them as the FlowLog says, until it is
told to stop. It needs CAP_NET_RAW. Interfaces may come, go, and come back; a change of the FlowLog takes effect while it runs.

Examples:
  sagflow check /etc/sagflow/agent.yaml          first: is the configuration right?
  sagflow run -c /etc/sagflow/agent.yaml
  sagflow run -c agent.yaml --records -          see the flows as they end
  sagflow status -c /etc/sagflow/agent.yaml      what it is doing

SIGTERM or SIGINT: the flows so far are flushed and sent, and the exit code is 0. With Log Service, delivery is awaited for the
shutdown-timeout; what then stays in the spool, the next start delivers, and the exit code is 3. A second signal ends all waiting.`
}

// Run captures.
func (c *runCmd) Run(env *environment) error {
	device, err := config.Load(c.Config, os.Getenv, filterChecks()...)
	if err != nil {
		return err
	}
	manager, err := newManager(env, device.ShutdownTimeout, device.Live.ExportRate)
	if err != nil {
		return err
	}
	defer manager.close()
	o, err := c.options(device, env)
	if err != nil {
		return err
	}
	hard, err := newHardening(c.Config, device, env.Log, c.Summary)
	if err != nil {
		return err
	}
	var live *agent.Live
	server := operation.New(operation.Options{
		Listen: device.Metrics, PprofSocket: device.Live.PprofSocket, Live: true, Version: version, Log: env.Log,
		Status: func() *agent.Status { return live.Status() },
	})
	if _, err := server.Open(); err != nil { // before privileges are dropped: its port may need them
		return err
	}
	defer func() { _ = server.Close() }()
	if err := hard.drop(); err != nil {
		return err
	}
	source, err := c.reloading(&o, hard, env)
	if err != nil {
		return err
	}
	o.Device.Source = source
	o.Ready = func() error {
		if err := hard.apply(); err != nil {
			return err
		}
		manager.ready()
		return nil
	}
	o.Device.Hardening = hard.lines
	if live, err = agent.NewLive(o.LiveOptions); err != nil {
		return err
	}
	source.apply = func(ctx context.Context, next *config.Agent, changed []string) error {
		err := o.capture.change(ctx, live, next, changed)
		if err == nil {
			manager.rate.Store(int64(next.Live.ExportRate))
		}
		return err
	}
	manager.watch(live, source)
	stop := serve(server, env)
	defer stop()
	return live.Run(env.Context, env.Hurry)
}

// reloading makes the source of the FlowLog one that a reload replaces, as far as the hardening in force allows.
func (c *runCmd) reloading(o *liveOptions, hard *hardening, env *environment) (*reloader, error) {
	return newReloader(c.Config, o.Device.Source, func(d *config.Agent) (config.Source, error) {
		next, err := newHardening(c.Config, d, env.Log, c.Summary)
		if err != nil {
			return nil, err
		}
		next.o.User = hard.o.User                 // as it was found at the start
		next.o.KeepNetAdmin = hard.o.KeepNetAdmin // the kernel asks for it seldom: whether it does is tried
		if err := hard.o.Covers(&next.o); err != nil {
			return nil, err
		}
		return sourceOf(d, d.Credentials(os.Getenv, env.Log), env, o.dial)
	})
}

// serve serves metrics until it is stopped.
func serve(server *operation.Server, env *environment) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := server.Run(ctx); err != nil {
			env.Log.Error("metrics are served no more", "error", err)
		}
	})
	return func() { cancel(); done.Wait() }
}

// liveOptions are those of a device, with what the command needs of them again.
type liveOptions struct {
	agent.LiveOptions
	dial    dialer
	capture *capturer
}

// options turns a configuration into those of a live device.
func (c *runCmd) options(device *config.Agent, env *environment) (liveOptions, error) {
	if len(device.Interfaces) == 0 {
		return liveOptions{}, fmt.Errorf("%s: interfaces: none is named: name the interfaces to capture from, as interfaces: [eth0]", c.Config)
	}
	o := liveOptions{LiveOptions: agent.LiveOptions{
		Options: agent.Options{
			Records: c.Records, Summary: c.Summary, Quiet: c.Quiet, Stdout: env.Stdout, Stderr: env.Stderr, Log: env.Log,
		},
		Sampling: device.Live.Sampling, QueueRecords: device.Live.ExportQueue,
	}}
	meter(&o.Options, &device.Live)
	if device.Live.OwnTraffic != "count" {
		o.Own = new(own.Set)
		o.dial = o.Own.Dial
	}
	var err error
	if o.Filter, err = matchFilter(c.Config, device.Live.Match); err != nil {
		return o, err
	}
	if o.Device, err = deviceOptions(device, env, o.dial); err != nil {
		return o, err
	}
	if limit := device.Live.MemoryLimit; limit > 0 {
		if err := bound(&o.LiveOptions, o.Device.LogService, limit); err != nil {
			return o, fmt.Errorf("%s: %w", c.Config, err)
		}
	}
	if err := c.capturing(&o, device, env); err != nil {
		return o, err
	}
	return o, stepClock(&o.LiveOptions)
}

// meter sets what says how packets become records, and records datagrams.
func meter(o *agent.Options, s *config.LiveSettings) {
	o.MaxFlows, o.Workers, o.TCPEnd = s.MaxFlows, s.Workers, s.TCPEnd
	o.ExportRate, o.MTU, o.Domain, o.SourceAddress = s.ExportRate, s.MTU, s.ObservationDomain, s.SourceAddress
	o.TemplatePackets, o.TemplateInterval, o.StatsInterval = s.TemplatePackets, s.TemplateInterval, s.StatsInterval
	if s.Fragments == "first" {
		o.Fragments = flowtable.FragmentsFirst
	}
	for _, part := range s.Key {
		o.KeyToS, o.KeyVLAN = o.KeyToS || part == "tos", o.KeyVLAN || part == "vlan"
	}
}

// directionOf is a direction of the configuration.
func directionOf(text string) ring.Direction {
	switch text {
	case "out":
		return ring.Out
	case "both":
		return ring.Both
	}
	return ring.In
}

// capturing makes the capture, and compiles its filter.
func (c *runCmd) capturing(o *liveOptions, device *config.Agent, env *environment) error {
	var err error
	if o.capture, err = newCapture(env.Context, c.Config, device, env.Log); err != nil {
		return err
	}
	by := o.capture.Capture
	o.Follow, o.Open, o.Names, o.NoDirection = by.Follow, by.Open, by.Interfaces, by.Directionless
	s := &device.Live
	if !s.OutportLookup {
		return nil
	}
	table, err := routes.New(routes.Options{})
	if err != nil {
		return fmt.Errorf("%s: outport-lookup: %w", c.Config, err)
	}
	go func() { // it ends with the process
		if err := table.Run(env.Context); err != nil {
			env.Log.Error("output interfaces are looked up no more", "error", err)
		}
	}()
	o.Outports = table.Resolve
	return nil
}
