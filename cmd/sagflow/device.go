package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/smartag"
	"github.com/sagflow/sagflow/internal/agent"
)

// flowLogFlags are the flags whose meaning the FlowLog has.
var flowLogFlags = []string{"netflow", "netflow-version", "active-aging", "inactive-aging"}

// follow makes a replay do what the FlowLog of the configuration's device says.
func (c *replayCmd) follow(o *agent.ReplayOptions, env *environment, line *kong.Context) error {
	for _, p := range line.Path {
		if p.Flag != nil && slices.Contains(flowLogFlags, p.Flag.Name) {
			return &agent.OptionError{
				Option: "--" + p.Flag.Name,
				Want:   "not together with -c (--config): there the FlowLog says it; leave one of them out",
			}
		}
	}
	device, err := config.Load(c.Config, os.Getenv, filterChecks()...)
	if err != nil {
		return err
	}
	o.Collectors, o.Version, o.ActiveAging, o.InactiveAging = nil, "", 0, 0
	o.Device, err = deviceOptions(device, env, nil)
	return err
}

// dialer makes TCP connections; nil is the system's way.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// deviceOptions are how a device is followed.
func deviceOptions(device *config.Agent, env *environment, dial dialer) (*agent.DeviceOptions, error) {
	keys := device.Credentials(os.Getenv, env.Log)
	source, err := sourceOf(device, keys, env, dial)
	if err != nil {
		return nil, err
	}
	return &agent.DeviceOptions{
		Source: source, Gateway: device.Gateway, Program: version,
		StateDirectory: device.StateDirectory, StateOptional: device.StateOptional,
		LogService: &agent.LogServiceOptions{
			Settings: device.SLS, Credentials: keys, AllowHTTP: device.AllowHTTP, ShutdownTimeout: device.ShutdownTimeout, Dial: dial,
		},
	}, nil
}

// literalRetry is how soon a FlowLog of the device's own file is tried again that can't be put in force.
const literalRetry = 5 * time.Second

// sourceOf is where a device's FlowLog comes from: its own file, or the Smartag API.
func sourceOf(device *config.Agent, keys *credentials.Reader, env *environment, dial dialer) (config.Source, error) {
	if device.FlowLog != nil {
		return config.NewLiteral(config.LiteralOptions{FlowLog: *device.FlowLog, Retry: literalRetry}), nil
	}
	source, err := smartag.New(smartag.Options{
		GatewayID: device.Gateway.ID, Region: device.Gateway.Region,
		Endpoint: device.API.Endpoint, PollInterval: device.API.PollInterval,
		Credentials:    keys,
		StateDirectory: device.StateDirectory, StateOptional: device.StateOptional,
		AllowHTTP: device.AllowHTTP, Log: env.Log, Dial: dial,
	})
	if err != nil {
		return nil, fmt.Errorf("use the Smartag API: %w", err)
	}
	return source, nil
}
