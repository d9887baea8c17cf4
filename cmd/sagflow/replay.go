package main

import (
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/filter"
)

// replayCmd is `sagflow replay`.
type replayCmd struct {
	Files []string `arg:"" name:"file" help:"Captures, read one after the other: pcap or pcapng, plain, gz or zstd; - is standard input."`

	Config         string     `short:"c" placeholder:"AGENT.YAML" help:"Be this device: its FlowLog says where records go and how they age, and is followed while packets are read."`
	Netflow        []hostPort `placeholder:"HOST:PORT" help:"Send the records to this collector; repeatable."`
	NetflowVersion string     `enum:"V5,V9,V10" default:"V9" placeholder:"V9" help:"NetFlow version: ${enum} (V10 is IPFIX; default V9)."`
	Records        string     `placeholder:"FILE" help:"Write the records as JSON lines to FILE (- standard output)."`
	Summary        string     `placeholder:"FILE" help:"Write every counter and the sums as JSON to FILE (- standard output)."`
	Quiet          bool       `short:"q" help:"No progress bar and no summary on standard error."`

	ActiveAging   seconds `default:"300" placeholder:"S" help:"End a record when a packet comes S seconds after its first one (default 300; 0 never)."`
	InactiveAging seconds `default:"15" placeholder:"S" help:"End a record after S seconds without a packet (default 15; 0 never)."`
	MaxFlows      int     `default:"${maxFlows}" placeholder:"N" help:"Flows in the table at once, over all workers; then the oldest idle one is ended (default 4000000, on 32-bit machines 1000000; 0 as memory allows)."`
	Fragments     string  `enum:"zero,first" default:"zero" placeholder:"zero" help:"Ports of later fragments: ${enum} (those of the datagram's first fragment; default zero)."`
	TCPEnd        bool    `name:"tcp-end" help:"End a TCP record with the packet that carries FIN or RST."`
	Key           string  `placeholder:"tos,vlan" help:"Additional parts of the flow key: tos, vlan or both."`
	Filter        string  `placeholder:"TERMS" help:"Count only packets that match, as in 'proto tcp port 80,443 not net 10.0.0.0/8'."`
	Workers       int     `default:"1" placeholder:"N" help:"Shards of the flow table, each with its goroutine (default 1); the records do not depend on it."`

	Speed speed  `default:"max" placeholder:"max" help:"How fast to read: max, 1 (as recorded) or N times as fast (default max)."`
	Loop  int    `default:"1" placeholder:"N" help:"Read the captures N times, with times that go on rising (default 1; 0 for ever)."`
	Times string `enum:"capture,now" default:"capture" placeholder:"capture" help:"Times of the records: ${enum} (moved so that the first packet is now; default capture)."`

	ExportRate        int     `default:"${exportRate}" placeholder:"N" help:"Records a second to each collector; reading slows, nothing is dropped (default ${exportRate}; 0 no limit)."`
	ObservationDomain domain  `default:"0" placeholder:"N" help:"Observation domain (IPFIX), source id (V9); its low 16 bits are V5's engine type and id (default 0)."`
	SourceAddress     address `placeholder:"IP" help:"Send from this address."`
	MTU               int     `name:"mtu" default:"1500" placeholder:"N" help:"Largest IP packet sent, headers included (default 1500); discovery only lowers it."`
	TemplatePackets   int     `default:"64" placeholder:"N" help:"Repeat the templates after N datagrams (default 64; 0 never by number)."`
	TemplateInterval  seconds `default:"60" placeholder:"S" help:"Repeat the templates after S seconds of wall-clock time (default 60; 0 never by time)."`
	StatsInterval     seconds `default:"60" placeholder:"S" help:"Send IPFIX statistics every S seconds of wall-clock time, and at the end (default 60; 0 only at the end)."`
}

// Help is what --help shows below the flags.
func (*replayCmd) Help() string {
	return `With neither --netflow nor --records it prints the flows with the most octets.

Examples:
  sagflow replay office.pcap                                   what is in this capture?
  sagflow replay --records - --active-aging 0 --inactive-aging 0 office.pcapng.gz
                                                               one JSON line for each flow
  sagflow replay --netflow 192.0.2.9:2055 --netflow-version V10 --times now --speed 1 office.pcap
                                                               as if it were happening now
  zstd -dc big.pcap.zst | sagflow replay --netflow 127.0.0.1:9995 --export-rate 0 --summary sums.json -
  sagflow replay -c agent.yaml --speed 1 --times now --loop 0 office.pcap
                                                               a device whose FlowLog may change meanwhile

Damaged captures: what was read before the damage is exported and summed, the error names file and
byte, and the exit code is 1. Interrupted (SIGINT, SIGTERM): the flows so far are flushed, exit code 130.
With -c and Log Service: delivery is awaited for the shutdown-timeout; what then stays in the spool, the
next start delivers, and the exit code is 3, also where Log Service refused records for good. A second interrupt ends all waiting.`
}

// Run replays.
func (c *replayCmd) Run(env *environment, line *kong.Context) error {
	o, err := c.options()
	if err == nil && c.Config != "" {
		err = c.follow(&o, env, line)
	}
	if err != nil {
		return err
	}
	o.Stdin, o.Stdout, o.Stderr, o.Log, o.Progress = env.Stdin, env.Stdout, env.Stderr, env.Log, env.Terminal
	r, err := agent.NewReplay(o)
	if err != nil {
		return err
	}
	return r.Run(env.Context, env.Hurry)
}

// options turns flags into a replay's options.
func (c *replayCmd) options() (agent.ReplayOptions, error) {
	o := agent.ReplayOptions{
		Files: c.Files, Loop: c.Loop, Speed: float64(c.Speed), TimesNow: c.Times == "now",
		Options: agent.Options{
			ActiveAging: time.Duration(c.ActiveAging), InactiveAging: time.Duration(c.InactiveAging),
			MaxFlows: c.MaxFlows, TCPEnd: c.TCPEnd, Workers: c.Workers, Version: agent.Version(c.NetflowVersion),
			ExportRate: c.ExportRate, Domain: uint32(c.ObservationDomain), SourceAddress: c.SourceAddress.Addr,
			MTU: c.MTU, TemplatePackets: c.TemplatePackets, TemplateInterval: time.Duration(c.TemplateInterval),
			StatsInterval: time.Duration(c.StatsInterval), Records: c.Records, Summary: c.Summary, Quiet: c.Quiet,
		},
	}
	for _, h := range c.Netflow {
		o.Collectors = append(o.Collectors, string(h))
	}
	if c.Fragments == "first" {
		o.Fragments = flowtable.FragmentsFirst
	}
	return o, c.addKeyAndFilter(&o)
}

func (c *replayCmd) addKeyAndFilter(o *agent.ReplayOptions) error {
	if c.Key != "" {
		var k keyParts
		if err := k.UnmarshalText([]byte(c.Key)); err != nil {
			return &agent.OptionError{Option: "--key", Value: c.Key, Want: err.Error()}
		}
		o.KeyToS, o.KeyVLAN = k.tos, k.vlan
	}
	if c.Filter == "" {
		return nil
	}
	f, err := filter.Parse(c.Filter)
	if err != nil {
		return &agent.OptionError{Option: "--filter", Value: fmt.Sprintf("%q", c.Filter), Want: err.Error()}
	}
	o.Filter = f
	return nil
}
