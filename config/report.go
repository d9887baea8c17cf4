package config

import (
	"fmt"
	"strings"
	"time"
)

// Setting is one key of the configuration in force. It holds no secret.
type Setting struct {
	// Key is its path, Value its value as the file would have it, "" for none.
	Key, Value string
	// Origin says where the value comes from: FILE:LINE, default, default of REGION, environment.
	Origin string
}

// Report is what Check finds.
type Report struct {
	Agent *Agent
	// Settings are all keys that count, in the order of the reference.
	Settings []Setting
	// AccessKey says where the access key comes from, "" where none is needed.
	AccessKey string
}

// CheckOptions are what Check needs besides the file.
type CheckOptions struct {
	Env Environ
	// Now is the time at which a security token must not have ended.
	Now time.Time
	// NoCredentials leaves the access key alone: for a check on another machine than the device.
	NoCredentials bool
	// Values are looked at as Load does.
	Values []ValueCheck
}

// Check is Load, and also looks whether there is an access key now where one is needed: whether the
// credentials file is there, is the user's own, has mode 0600, and holds one. It tells all settings and where
// they come from.
func Check(path string, o CheckOptions) (*Report, error) {
	d, err := load(path, o.Values)
	if err != nil {
		return nil, err
	}
	if !o.NoCredentials {
		d.checkEnvironment(o.Env)
		d.checkCredentials(o.Env, o.Now)
	}
	if err := d.faults.sorted(); err != nil {
		return nil, err
	}
	r := &Report{Agent: &d.Agent, Settings: d.settings()}
	if d.NeedsCredentials() {
		r.AccessKey = "not looked for"
		if !o.NoCredentials {
			r.AccessKey = d.Credentials(o.Env, nil).Origin()
		}
		r.Settings = append(r.Settings, Setting{Key: "access key", Value: hidden, Origin: r.AccessKey})
	}
	return r, nil
}

// settings explains the draft.
func (d *decoder) settings() []Setting {
	shown := draftOf(&d.Agent)
	var all []Setting
	for _, k := range d.table {
		if d.applies(k.path) && d.stands(k.path) {
			all = append(all, d.setting(k, shown))
		}
	}
	return all
}

// applies says that a key counts here: those of api only without flowlog, and so on.
func (d *decoder) applies(path string) bool {
	switch parent(path) {
	case "api":
		return d.API != nil
	case "flowlog":
		return d.FlowLog != nil
	case "sls":
		return d.API != nil || d.FlowLog.OutputType.SLS()
	}
	return true
}

// stands says that a key is explained where it may be given in two ways: in the one in which it was.
func (d *decoder) stands(path string) bool {
	_, terms := d.places["filter.match"]
	switch path {
	case "filter":
		return !terms
	case "filter.match":
		return terms
	}
	return true
}

func (d *decoder) setting(k key, from *draft) Setting {
	s := Setting{Key: k.path, Value: valueLine(k, from), Origin: "default"}
	at, given := d.places[k.path]
	switch {
	case given:
		s.Origin = fmt.Sprintf("%s:%d", d.File, at.line)
	case k.derive != nil:
		s.Origin = "default of " + k.from + " " + d.Gateway.Region
	case k.path == "sls.endpoint" && d.FlowLog != nil:
		s.Value, s.Origin = SLSEndpoint(d.FlowLog.SlsRegionId), "default of SlsRegionId "+d.FlowLog.SlsRegionId
	case k.path == "sls.endpoint":
		s.Origin = "default of the FlowLog's SlsRegionId"
	case s.Value == "":
		s.Origin = "not given"
	}
	return s
}

// valueLine is a value on one line, as YAML would have it but for its length.
func valueLine(k key, from *draft) string {
	if k.pairs != nil && len(k.pairs(from)) > 0 {
		var texts []string
		for _, pair := range k.pairs(from) {
			texts = append(texts, pair[0]+": "+pair[1])
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	texts := k.show(from)
	if k.list && len(texts) > 0 {
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return oneLine(strings.Join(texts, ""))
}

// maxLine is how many characters of a text of several lines an explanation shows.
const maxLine = 128

// oneLine joins the lines of a text, with / between them, and shortens one that had several.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\t") {
		return text
	}
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	runes := []rune(strings.Join(lines, " / "))
	if len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return string(runes)
}
