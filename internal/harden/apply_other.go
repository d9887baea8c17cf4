//go:build !linux

package harden

import (
	"errors"
	"runtime"
)

// errOther is all there is to say elsewhere.
var errOther = errors.New("harden the process: this needs Linux, and here is " + runtime.GOOS + ": switch all measures off")

// Apply takes the measures, which only Linux has: an error, unless all are off.
func Apply(o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	r := Report{}
	for _, m := range Measures() {
		if o.on(m) {
			return Report{}, errOther
		}
		*r.Finding(m) = Finding{Off, o.Off[m]}
	}
	return r, nil
}

// Current reads back what is in force, which only Linux tells.
func Current() (Report, error) { return Report{}, errOther }
