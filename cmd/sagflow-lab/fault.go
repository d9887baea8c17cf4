package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/faultcli"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

// faultCmd is `sagflow-lab fault`.
type faultCmd struct {
	Admin string `default:"http://127.0.0.1:8181" placeholder:"URL" help:"The server's admin listener: its --admin (default ${default})."`

	Add   faultAddCmd   `cmd:"" help:"Add a fault."`
	List  faultListCmd  `cmd:"" help:"List the faults in force and what they did."`
	Clear faultClearCmd `cmd:"" help:"Take faults away."`
	Kinds faultKindsCmd `cmd:"" help:"List the kinds of faults with their parameters."`
	Log   faultLogCmd   `cmd:"" help:"Show which calls took a fault."`
}

// Help is what --help shows below the flags.
func (*faultCmd) Help() string {
	return `Examples:
  sagflow-lab fault add --kind latency --set delay=2s
  sagflow-lab fault add --kind status --action DescribeFlowLogs --count 3 --set status=500
  sagflow-lab fault add --kind cut-body --probability 0.2 --seed 7
  sagflow-lab fault add --kind answer --action PutLogs --where Project=flows --set code=WriteQuotaExceed
  sagflow-lab fault list
  sagflow-lab fault clear`
}

// ask lets f ask the listener.
func (c *faultCmd) ask(f func(*faultcli.Client) error) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	return f(client)
}

// client returns a client of the listener.
func (c *faultCmd) client() (*faultcli.Client, error) {
	u, err := url.Parse(c.Admin)
	if err == nil && u.Hostname() != "" && u.Hostname() != "localhost" {
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() {
			return nil, &flowlogcli.OptionError{Option: "--admin", Value: c.Admin, Want: "a listener on loopback, as http://127.0.0.1:8181"}
		}
	}
	client, err := faultcli.New(c.Admin)
	if err != nil {
		return nil, &flowlogcli.OptionError{Option: "--admin", Value: c.Admin, Want: strings.TrimPrefix(err.Error(), "want ")}
	}
	return client, nil
}

// faultAddCmd is `sagflow-lab fault add`.
type faultAddCmd struct {
	Kind        string            `required:"" placeholder:"KIND" help:"What goes wrong; 'sagflow-lab fault kinds' lists them."`
	Action      string            `default:"*" placeholder:"ACTION" help:"Of which action, as DescribeFlowLogs or PutLogs (default: of all)."`
	Where       map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Only of calls with this parameter; repeatable."`
	After       uint64            `placeholder:"N" help:"Let N such calls pass first."`
	Count       uint64            `placeholder:"N" help:"Of how many calls (default: of all)."`
	Probability float64           `default:"1" placeholder:"P" help:"Of each call with this probability, above 0 and at most 1 (default 1)."`
	Seed        *uint64           `placeholder:"N" help:"Which calls are hit depends on it alone."`
	Set         map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"A parameter of the kind; repeatable."`
}

// Run adds a fault.
func (c *faultAddCmd) Run(env *environment, f *faultCmd) error {
	return f.ask(func(client *faultcli.Client) error {
		rule, err := client.Add(env.Context, fault.Rule{
			Action: c.Action, Kind: c.Kind, Where: c.Where, After: c.After, Count: c.Count,
			Probability: &c.Probability, Seed: c.Seed, Parameters: c.Set,
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "added fault %s: %s of %s\n", rule.ID, rule.Kind, rule.Action)
		return err
	})
}

// faultListCmd is `sagflow-lab fault list`.
type faultListCmd struct{}

// Run lists the faults in force.
func (*faultListCmd) Run(env *environment, f *faultCmd) error {
	return f.list(env, func(s faultcli.Standing) error { return faultcli.PrintRules(env.Stdout, s.Faults) })
}

// faultKindsCmd is `sagflow-lab fault kinds`.
type faultKindsCmd struct{}

// Run lists the kinds of faults.
func (*faultKindsCmd) Run(env *environment, f *faultCmd) error {
	return f.list(env, func(s faultcli.Standing) error { return faultcli.PrintKinds(env.Stdout, s.Kinds) })
}

// list prints what is in force and what may be asked for.
func (c *faultCmd) list(env *environment, show func(faultcli.Standing) error) error {
	return c.ask(func(client *faultcli.Client) error {
		all, err := client.List(env.Context)
		if err != nil {
			return err
		}
		return show(all)
	})
}

// faultLogCmd is `sagflow-lab fault log`.
type faultLogCmd struct{}

// Run shows the log.
func (*faultLogCmd) Run(env *environment, f *faultCmd) error {
	return f.ask(func(client *faultcli.Client) error {
		l, err := client.Log(env.Context)
		if err != nil {
			return err
		}
		return faultcli.PrintLog(env.Stdout, l)
	})
}

// faultClearCmd is `sagflow-lab fault clear`.
type faultClearCmd struct {
	ID string `arg:"" optional:"" help:"The fault's id (default: all)."`
}

// Run takes faults away.
func (c *faultClearCmd) Run(env *environment, f *faultCmd) error {
	return f.ask(func(client *faultcli.Client) error {
		n, err := client.Remove(env.Context, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "removed %d\n", n)
		return err
	})
}
