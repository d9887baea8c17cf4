package config

import (
	"slices"
	"strings"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// DefaultStateDirectory is where a device keeps its state if not told otherwise.
const DefaultStateDirectory = "/var/lib/sagflow"

// key is a row of the table of keys. The table serves decoding, defaults, the printed form, the
// explanation and the reference: a new key is a new row and a field of Agent.
type key struct {
	path string
	field
	// needed says when it must be given, never if nil; needs says so in the reference.
	needed func(*draft) bool
	needs  string
	// value is the default as it would be written, "" for none. derive makes one of what else is given, from,
	// which says of what; it may be "" still.
	value  string
	derive func(*draft) string
	from   string
	// about is its line in the reference.
	about string
}

// sections are the keys that hold others.
func sections() map[string]string {
	return map[string]string{
		"smart-access-gateway": "The Smart Access Gateway that this device is.",
		"api":                  "Where the FlowLog is asked for. Without api and flowlog: the API of the region.",
		"flowlog":              "A FlowLog written here, instead of the API; `RegionId` is smart-access-gateway.region.",
		"sls":                  "Log Service.",
		"filter":               "The structured filter, in place of a text. It needs no tcpdump, and the flow table's own decoder finds what it looks at, beneath VLAN tags and labels too.",
		"hardening":            "What the device gives up once it has started. Each can be switched off; `sagflow status` tells what is in force.",
	}
}

// always and identity are conditions for needed.
func always(*draft) bool { return true }

func identity(d *draft) bool {
	return d.API != nil || flowlog.OutputType(d.parameters["OutputType"]).SLS()
}

// keys is the table, in the order of the reference.
func keys() []key {
	return slices.Concat(
		gatewayKeys(), captureKeys(), tableKeys(), exportKeys(), apiKeys(), flowLogKeys(),
		slsKeys(), spoolKeys(), deviceKeys(), hardeningKeys(),
	)
}

// gatewayKeys are the rows of which device this is.
func gatewayKeys() []key {
	return []key{
		{
			path:  "smart-access-gateway.id",
			field: one(func(d *draft) *string { return &d.Gateway.ID }, text("sag- and up to 60 of a-z, 0-9 and -, as sag-0nnf0a1b2c3d4e5f6", `sag-[a-z0-9][a-z0-9-]{0,59}`)),
			about: "Instance id. Log Service gets it as `Instance_id`.", needed: always, needs: "always",
		},
		{
			path:  "smart-access-gateway.serial-number",
			field: one(func(d *draft) *string { return &d.Gateway.SerialNumber }, text("up to 64 letters, digits, - and _, as sag1000lab0001", `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`)),
			about: "Serial number. Log Service gets it as `snid`.", needed: identity, needs: "by the API and Log Service",
		},
		{
			path:  "smart-access-gateway.account",
			field: one(func(d *draft) *string { return &d.Gateway.Account }, text(`the account's id in digits, as "1234567890123456"`, `[0-9]{1,20}`)),
			about: "Alibaba Cloud account that owns it; digits, in quotes or not. Log Service gets it as `ali-uid`.", needed: identity, needs: "by the API and Log Service",
		},
		{
			path:  "smart-access-gateway.region",
			field: one(func(d *draft) *string { return &d.Gateway.Region }, oneOf(regions())),
			about: "Region that serves it.", needed: always, needs: "always",
		},
	}
}

// apiKeys are the rows of where the FlowLog is asked for.
func apiKeys() []key {
	return []key{
		{
			path: "api.endpoint", field: one(func(d *draft) *string { return &d.api.Endpoint }, endpoint()),
			derive: func(d *draft) string { return APIEndpoint(d.Gateway.Region) }, from: "region",
			about: "Smartag API. Plain http only on loopback or to a host of allow-http.",
		},
		{
			path: "api.poll-interval", value: "1m",
			field: one(func(d *draft) *time.Duration { return &d.api.PollInterval }, duration(100*time.Millisecond, time.Hour)),
			about: "The longest time between two polls.",
		},
	}
}

// deviceKeys are the rows of the device's own state and access.
func deviceKeys() []key {
	return []key{
		{
			path: "credentials-file", field: one(func(d *draft) *string { return &d.CredentialsFile }, path("file")),
			needs: "by the API and Log Service, unless the environment has an access key",
			about: "Access key: INI of `[default]`, `type=access_key`, `access_key_id`, `access_key_secret`, `security_token`, with mode 0600. Read anew when it changes.",
		},
		{
			path: "state-directory", value: DefaultStateDirectory,
			field: one(func(d *draft) *string { return &d.StateDirectory }, path("folder")),
			about: "Where the device keeps the last good FlowLog, its status and the spool. Made with mode 0700.",
		},
		{
			path: "state-optional", value: "false", field: one(func(d *draft) *bool { return &d.StateOptional }, truth()),
			about: "Run also where state-directory can't be written, without a last good FlowLog and without a spool.",
		},
		{
			path: "metrics", field: one(func(d *draft) *string { return &d.Metrics }, hostPort()),
			about: "Where metrics are served, 127.0.0.1:9105 by custom; port 0 takes a free one. None without it. A replay serves none.",
		},
		{
			path: "pprof-socket", field: one(func(d *draft) *string { return &d.Live.PprofSocket }, path("unix socket")),
			about: "Unix socket where `/debug/pprof` is served, to find out what the process spends time and memory on. None without it. A replay serves none.",
		},
		{
			path: "allow-http", field: many(func(d *draft) *[]string { return &d.AllowHTTP }, host()),
			about: "Hosts off loopback that may be talked to in plain http. Their answers and records can be read and changed on the way.",
		},
	}
}

// flowLogKeys are the rows of a FlowLog in the file: the API's own parameters.
func flowLogKeys() []key {
	var table []key
	for _, rule := range flowlog.Rules() {
		if rule.Name != "RegionId" {
			table = append(table, flowLogKey(rule))
		}
	}
	return table
}

func flowLogKey(rule flowlog.Rule) key {
	k := key{
		path: "flowlog." + rule.Name, value: rule.Default, about: rule.Description,
		field: field{want: rule.Legal(), tag: tagText},
	}
	if rule.Integer {
		k.tag = tagInt
	}
	k.take = func(d *draft, text string) complaint {
		d.parameters[rule.Name] = text
		return complaint{}
	}
	k.show = func(d *draft) []string {
		if text, ok := d.parameters[rule.Name]; ok {
			return []string{text}
		}
		return nil
	}
	switch {
	case rule.Always:
		k.needs = "with flowlog"
	case len(rule.RequiredFor) > 0 && rule.Default == "":
		k.needs = "with OutputType " + outputTypes(rule.RequiredFor)
	}
	return k
}

// regions are those that the API serves.
func regions() []string {
	rule, _ := flowlog.RuleOf("RegionId")
	return rule.Values
}

func outputTypes(types []flowlog.OutputType) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return strings.Join(words, ", ")
}
