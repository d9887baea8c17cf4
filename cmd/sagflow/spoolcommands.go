package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/spoolcli"
)

// batchID is the ID of a batch.
type batchID spool.ID

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *batchID) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil || n == 0 {
		return fmt.Errorf("%q: want a batch's ID, a number, as sagflow spool list prints it", text)
	}
	*b = batchID(n)
	return nil
}

// selection is what the arguments and flags of a command mean.
func selection(ids []batchID, setAside, all bool) spoolctl.Selection {
	s := spoolctl.Selection{SetAside: setAside, All: all}
	for _, id := range ids {
		s.IDs = append(s.IDs, spool.ID(id))
	}
	return s
}

// oneWay says what is wrong where batches are not named in exactly one way.
func oneWay(s spoolctl.Selection, want string) error {
	ways := 0
	for _, chosen := range []bool{len(s.IDs) > 0, s.SetAside, s.All} {
		if chosen {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("say which batches, in one way: " + want)
	}
	return nil
}

// spoolListCmd is `sagflow spool list`.
type spoolListCmd struct {
	SetAside bool `xor:"what" help:"Only batches that are set aside."`
	Totals   bool `xor:"what" help:"No batches, but all counts: what waits, what was delivered, what was dropped and why."`
}

// Run lists batches.
func (c *spoolListCmd) Run(env *environment, of *spoolCmd) error {
	return of.use(env, false, func(ctx context.Context, s spoolctl.Control, p *spoolcli.Printer) error {
		if c.Totals {
			return p.Totals(ctx, s)
		}
		return p.List(ctx, s, selection(nil, c.SetAside, !c.SetAside))
	})
}

// spoolShowCmd is `sagflow spool show`.
type spoolShowCmd struct {
	ID batchID `arg:"" name:"id" help:"The batch's ID, as sagflow spool list prints it."`
}

// Run shows a batch.
func (c *spoolShowCmd) Run(env *environment, of *spoolCmd) error {
	return of.use(env, false, func(ctx context.Context, s spoolctl.Control, p *spoolcli.Printer) error {
		return p.Show(ctx, s, spool.ID(c.ID))
	})
}

// spoolExportCmd is `sagflow spool export`.
type spoolExportCmd struct {
	IDs      []batchID `arg:"" optional:"" name:"id" help:"The IDs of batches, as sagflow spool list prints them."`
	All      bool      `help:"All batches."`
	SetAside bool      `help:"All batches that are set aside."`
	To       string    `placeholder:"DIR" help:"Write a file for each batch to DIR, named by its ID, and batches.jsonl, which describes them; else all records go to standard output."`
	Raw      bool      `help:"Write log groups as they are sent, uncompressed (protobuf), instead of records as JSON lines."`
}

// Help is what --help shows below the flags.
func (*spoolExportCmd) Help() string {
	return `Records are JSON lines with the keys and forms of Log Service: __time__, __topic__, __source__,
__tag__:boot and the other tags, then the record's own keys. --raw without --to takes one batch.

Examples:
  sagflow spool export 4711 | jq .srcaddr
  sagflow spool export --set-aside --to refused
  sagflow spool export 4711 --raw >4711.pb`
}

// Validate finds wrong usage.
func (c *spoolExportCmd) Validate() error {
	if c.Raw && c.To == "" && len(c.IDs) != 1 {
		return errors.New("--raw: want --to DIR, as log groups can't be told apart in one stream; or one ID")
	}
	return oneWay(selection(c.IDs, c.SetAside, c.All), "IDs, --set-aside or --all")
}

// Run exports batches.
func (c *spoolExportCmd) Run(env *environment, of *spoolCmd) error {
	if c.Raw && c.To == "" && cli.Width(env.Stdout) > 0 {
		return errors.New("export --raw: octets are nothing for a terminal; want --to DIR, or >FILE")
	}
	return of.use(env, false, func(ctx context.Context, s spoolctl.Control, p *spoolcli.Printer) error {
		p.Progress = p.Progress && (c.To != "" || p.Width == 0)
		return p.Export(ctx, s, spoolcli.ExportOptions{Selection: selection(c.IDs, c.SetAside, c.All), Directory: c.To, Raw: c.Raw})
	})
}

// spoolRetryCmd is `sagflow spool retry`.
type spoolRetryCmd struct {
	IDs      []batchID `arg:"" optional:"" name:"id" help:"The IDs of batches that are set aside."`
	SetAside bool      `help:"All batches that are set aside."`
}

// Help is what --help shows below the flags.
func (*spoolRetryCmd) Help() string {
	return `A batch that was refused is sent again, behind all others and under a new ID; its age starts anew. A
batch that is queued needs no retry: it is sent as soon as Log Service takes it.

Examples:
  sagflow spool retry 4711 4712
  sagflow spool retry --set-aside`
}

// Validate finds wrong usage.
func (c *spoolRetryCmd) Validate() error {
	return oneWay(selection(c.IDs, c.SetAside, false), "IDs or --set-aside")
}

// Run queues batches again.
func (c *spoolRetryCmd) Run(env *environment, of *spoolCmd) error {
	return of.use(env, true, func(ctx context.Context, s spoolctl.Control, p *spoolcli.Printer) error {
		return p.Retry(ctx, s, selection(c.IDs, c.SetAside, false))
	})
}

// spoolDropCmd is `sagflow spool drop`.
type spoolDropCmd struct {
	IDs      []batchID `arg:"" optional:"" name:"id" help:"The IDs of batches, as sagflow spool list prints them."`
	All      bool      `help:"All batches, queued and set aside."`
	SetAside bool      `help:"All batches that are set aside."`
}

// Help is what --help shows below the flags.
func (*spoolDropCmd) Help() string {
	return `The records of a dropped batch are gone: they are counted as dropped, operator. Nothing asks again. A
batch that is on its way to Log Service at that moment may still arrive. --all means those that are
there when it begins.

Examples:
  sagflow spool drop 4711 4712
  sagflow spool drop --set-aside`
}

// Validate finds wrong usage.
func (c *spoolDropCmd) Validate() error {
	return oneWay(selection(c.IDs, c.SetAside, c.All), "IDs, --set-aside or --all")
}

// Run drops batches.
func (c *spoolDropCmd) Run(env *environment, of *spoolCmd) error {
	return of.use(env, true, func(ctx context.Context, s spoolctl.Control, p *spoolcli.Printer) error {
		return p.Drop(ctx, s, selection(c.IDs, c.SetAside, c.All))
	})
}
