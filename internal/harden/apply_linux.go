package harden

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// Apply takes the measures, for all threads of the process and for good, and reports what is in force then. After an error
// that is no *OptionError the process is half hardened and must end. It may be called again, with measures that the first
// call left out, or with fewer paths: Landlock allows what all calls allowed.
func Apply(o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	var a *account
	if o.User != "" && o.on(Privileges) {
		var err error
		if a, err = lookUp(o.User); err != nil {
			return Report{}, err
		}
	}
	said, err := o.apply(a)
	if err != nil {
		return Report{}, err
	}
	r, err := Current()
	if err != nil {
		return Report{}, err
	}
	return r, o.compare(&r, said)
}

// outcome is what the measures themselves have to say.
type outcome struct {
	impossible map[Measure]string
	skipped    []string
}

func (o *Options) apply(a *account) (outcome, error) {
	said := outcome{impossible: map[Measure]string{}}
	if o.on(Privileges) {
		if err := errors.Join(o.drop(a), o.usable()); err != nil {
			return said, err
		}
	}
	if o.on(NoNewPrivs) {
		if err := noNewPrivs(); err != nil {
			return said, err
		}
	}
	if o.on(Landlock) {
		why, err := o.restrict(&said.skipped)
		if err != nil {
			return said, err
		}
		said.impossible[Landlock] = why
	}
	if o.on(Seccomp) {
		why, err := filterCalls()
		if err != nil {
			return said, err
		}
		said.impossible[Seccomp] = why
	}
	return said, nil
}

// compare puts reasons to what was read back, and makes an error of a measure that was taken and isn't in force.
func (o *Options) compare(r *Report, said outcome) error {
	r.Skipped = said.skipped
	var wrong []error
	for _, m := range Measures() {
		f := r.Finding(m)
		switch why := said.impossible[m]; {
		case !o.on(m) && f.State != InForce:
			*f = Finding{Off, o.Off[m]}
		case !o.on(m):
			f.Why = strings.TrimPrefix(f.Why+", though not by this program: "+o.Off[m], ", ")
		case why != "":
			*f = Finding{Impossible, why}
		case f.State != InForce:
			wrong = append(wrong, fmt.Errorf("harden the process: %s was switched on, and the kernel tells: %s", m, f.Why))
		}
	}
	if o.on(Privileges) {
		wrong = append(wrong, o.compareRights(r))
	}
	return errors.Join(wrong...)
}

// compareRights looks at the user and the capabilities that were asked for.
func (o *Options) compareRights(r *Report) error {
	kept := names(o.kept())
	for _, c := range r.Capabilities {
		if !contains(kept, c) {
			return fmt.Errorf("harden the process: %s is still there", c)
		}
	}
	switch {
	case o.User == "" && r.UID == 0:
		r.Privileges.Why += "; no user is named, so that it stays root"
	case o.User == "" || r.User == o.User:
	case r.UID == 0:
		return fmt.Errorf("harden the process: it is root still, and not %q", o.User)
	default:
		r.Privileges.Why += fmt.Sprintf("; only root can become %q", o.User)
	}
	return nil
}

// noNewPrivs sets the flag for all threads.
func noNewPrivs() error {
	if _, err := cap.Prctlw(prSetNoNewPrivs, 1); err != nil {
		return fmt.Errorf("set no_new_privs: %w", os.NewSyscallError("prctl", err))
	}
	return nil
}
