package config

import (
	"path/filepath"

	"github.com/sagflow/sagflow/config/flowlog"
)

// draft is an Agent in the making: its parts are there though they may not be given in the end.
type draft struct {
	Agent
	api        API
	parameters flowlog.Parameters
}

// newDraft is a draft of a file that says nothing.
func newDraft(file string) *draft {
	return &draft{Agent: Agent{File: file}, parameters: flowlog.Parameters{}}
}

// draftOf turns an Agent into the draft of a file that says the same.
func draftOf(a *Agent) *draft {
	d := &draft{Agent: *a, parameters: flowlog.Parameters{}}
	if a.API != nil {
		d.api = *a.API
	}
	if a.FlowLog != nil {
		d.parameters = a.FlowLog.Parameters()
	}
	return d
}

// finish makes relative paths absolute: they start at the configuration's folder.
func (d *draft) finish() {
	folder, err := filepath.Abs(filepath.Dir(d.File))
	if err != nil {
		// Only where the working folder is gone. The paths then fail where they are used.
		return
	}
	for _, p := range []*string{&d.CredentialsFile, &d.StateDirectory, &d.Live.PprofSocket} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(folder, *p)
		}
	}
}
