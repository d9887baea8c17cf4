package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/flowlog"
)

const secretVariables = credentials.EnvAccessKeyID + ", " + credentials.EnvAccessKeySecret + ", " + credentials.EnvSecurityToken

// complete checks what concerns several keys, and fills the defaults in. Keys that are missing are
// reported at the start of their section, or at root.
func (d *decoder) complete(root place) {
	d.chooseSource()
	d.fillDefaults()
	for _, k := range d.table {
		if _, given := d.places[k.path]; !given && !d.bad[k.path] && !d.bad[parent(k.path)] && k.needed != nil && k.needed(d.draft) {
			d.fault(d.placeOf(k.path, root), Fault{Key: k.path, Problem: "not given", Want: k.want})
		}
	}
	d.checkHTTP("api.endpoint", d.api.Endpoint)
	d.checkHTTP("sls.endpoint", d.SLS.Endpoint)
	d.buildFlowLog()
	d.checkHardening()
	d.finish()
	d.checkSocket()
}

// placeOf is where a key stands, or else its section, or else root.
func (d *decoder) placeOf(path string, root place) place {
	for ; path != ""; path = parent(path) {
		if at, ok := d.places[path]; ok {
			return at
		}
	}
	return root
}

// chooseSource decides between the API and a FlowLog in the file.
func (d *decoder) chooseSource() {
	literal, ok := d.places["flowlog"]
	api, both := d.places["api"]
	switch {
	case !ok && d.bad["flowlog"]:
		// It is misspelt: what the API would need is not to be asked for.
	case !ok:
		d.API = &d.api
	case both:
		at, key := literal, "flowlog"
		if api.line > literal.line || api.line == literal.line && api.column > literal.column {
			at, key = api, "api"
		}
		d.fault(at, Fault{Key: key, Problem: "api and flowlog are both given", Want: "one of them: the FlowLog comes from the API or is written here"})
	}
}

// fillDefaults gives each key that is not in the file its default, as if it were written.
func (d *decoder) fillDefaults() {
	for _, k := range d.table {
		if _, given := d.places[k.path]; given || parent(k.path) == "flowlog" {
			continue
		}
		text := k.value
		if k.derive != nil && !d.bad["smart-access-gateway.region"] && d.Gateway.Region != "" {
			text = k.derive(d.draft)
		}
		if text != "" {
			k.take(d.draft, text)
		}
	}
}

// checkHTTP refuses plain http off loopback.
func (d *decoder) checkHTTP(path, endpoint string) {
	host := plainHTTP(endpoint)
	if at, given := d.places[path]; given && !d.bad[path] && host != "" && !slices.Contains(d.AllowHTTP, host) {
		d.fault(at, Fault{Key: path, Value: endpoint, Problem: "plain http off loopback", Want: "https, or allow-http: [" + host + "]"})
	}
}

// buildFlowLog checks a FlowLog in the file by the API's rules.
func (d *decoder) buildFlowLog() {
	at, given := d.places["flowlog"]
	if !given || d.bad["flowlog"] && len(d.parameters) == 0 {
		return
	}
	d.parameters["RegionId"] = d.Gateway.Region
	built, faults := flowlog.Create(d.parameters)
	delete(d.parameters, "RegionId")
	for _, f := range faults {
		path := "flowlog." + f.Parameter
		if f.Parameter == "RegionId" || d.bad[path] {
			continue
		}
		d.fault(d.placeOf(path, at), d.parameterFault(path, f))
	}
	if len(faults) == 0 {
		d.FlowLog = &built
	}
}

// parameterFault says of a parameter what the API would answer.
func (d *decoder) parameterFault(path string, f *flowlog.Fault) Fault {
	one := Fault{Key: path, Value: shown(f.Value), Problem: f.Code, Want: f.Want}
	switch {
	case f.Absent:
		one.Problem = "not given (" + f.Code + ")"
	case f.Value == "":
		one.Problem = "empty (" + f.Code + ")"
	}
	rule, _ := flowlog.RuleOf(f.Parameter)
	if bare := strings.TrimSuffix(f.Value, "s"); rule.Unit == "s" && bare != f.Value && rule.Check(bare) == nil {
		one.Want = bare + ", without a unit: " + f.Want
	}
	return one
}

// mostSocket is the longest path of a unix socket (unix(7): sun_path, of which one octet ends it).
const mostSocket = 107

// checkSocket refuses a path that no socket can have, the folder of the file before it counted.
func (d *decoder) checkSocket() {
	const path = "pprof-socket"
	if at, given := d.places[path]; given && !d.bad[path] && len(d.Live.PprofSocket) > mostSocket {
		d.fault(at, Fault{
			Key: path, Value: shown(d.Live.PprofSocket), Problem: fmt.Sprintf("%d octets are too long for a unix socket", len(d.Live.PprofSocket)),
			Want: fmt.Sprintf("a path of at most %d, the folder of this file included where it is not absolute", mostSocket),
		})
	}
}
