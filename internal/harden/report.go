package harden

import (
	"cmp"
	"fmt"
	"strings"
)

// State is whether a measure protects the process.
type State string

// The states of a measure.
const (
	InForce    State = "in force"
	Off        State = "off"
	Impossible State = "not possible"
)

// Finding is the state of one measure.
type Finding struct {
	State State `json:"state"`
	// Why says why it is off or not possible, or how far it goes.
	Why string `json:"why,omitempty"`
}

// Report is what is in force, as the kernel tells it, for all threads of the process together.
type Report struct {
	Privileges Finding `json:"privileges"`
	NoNewPrivs Finding `json:"no-new-privs"`
	Landlock   Finding `json:"landlock"`
	Seccomp    Finding `json:"seccomp"`

	// UID, GID and Groups are whose process it is, User the name of UID, if it has one.
	UID    int    `json:"uid"`
	GID    int    `json:"gid"`
	Groups []int  `json:"groups"`
	User   string `json:"user,omitempty"`
	// Capabilities are those that any thread has, or may take back: effective and permitted. Bounding are those that it could
	// get from a program that it executes, were it not for NoNewPrivs.
	Capabilities []string `json:"capabilities"`
	Bounding     []string `json:"bounding"`
	// SeccompMode is disabled, strict or filter, SeccompFilters how many there are, systemd's included.
	SeccompMode    string `json:"seccomp-mode"`
	SeccompFilters int    `json:"seccomp-filters"`
	// LandlockABI is the version that the kernel has, 0 for none.
	LandlockABI int `json:"landlock-abi"`
	// Threads are how many were asked.
	Threads int `json:"threads"`

	// Skipped are paths of the options that could not be allowed, with the reason. Apply knows them, Current doesn't.
	Skipped []string `json:"skipped,omitempty"`
}

// Finding is the state of a measure by its name.
func (r *Report) Finding(m Measure) *Finding {
	return map[Measure]*Finding{
		Privileges: &r.Privileges, NoNewPrivs: &r.NoNewPrivs, Landlock: &r.Landlock, Seccomp: &r.Seccomp,
	}[m]
}

// Lines are the report for people, a line for each measure and one for each path that was left out.
func (r *Report) Lines() []string {
	lines := make([]string, 0, len(Measures())+len(r.Skipped))
	for _, m := range Measures() {
		f := r.Finding(m)
		line := fmt.Sprintf("%s %s", m, f.State)
		if f.Why != "" {
			line += ": " + f.Why
		}
		lines = append(lines, line)
	}
	for _, s := range r.Skipped {
		lines = append(lines, "not allowed "+s)
	}
	return lines
}

// whose says in words which user and which capabilities there are.
func (r *Report) whose() string {
	name := cmp.Or(r.User, "without a name")
	return fmt.Sprintf("uid %d (%s), %s", r.UID, name, listOf(r.Capabilities, "no capability"))
}

func listOf(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(words, ", ")
}
