package harden

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"testing"
)

// forbids says which measure alone forbids a probe, and by which error.
type forbids struct{ privileges, landlock, seccomp string }

// since are the versions of Landlock from which it forbids a probe, where that isn't the first.
func since() map[string]int {
	return map[string]int{
		"truncate what is read": 3, "connect to another port": abiTCP, "listen on another port": abiTCP,
		"signal the parent": abiScoped, "signal a parent's thread": abiScoped, "use an abstract socket": abiScoped,
	}
}

// forbidden are all probes but the needs.
func forbidden() map[string]forbids {
	const perm, acces, nosys = "EPERM", "EACCES", "ENOSYS"
	return map[string]forbids{
		"read outside":           {landlock: acces},
		"read root's file":       {acces, acces, ""},
		"list the root":          {landlock: acces},
		"write outside":          {landlock: acces},
		"write what is read":     {acces, acces, ""},
		"truncate what is read":  {acces, acces, ""},
		"replace what is read":   {acces, acces, ""},
		"move a file outside":    {landlock: acces},
		"make a FIFO":            {"", acces, perm},
		"make a link":            {"", acces, nosys},
		"give a file away":       {perm, "", perm},
		"write a kernel setting": {acces, acces, ""},

		"execute a program":                   {"", acces, perm},
		"start a program":                     {"", acces, perm},
		"start a program in a user namespace": {"", acces, perm},
		"trace the parent":                    {perm, perm, perm},
		"read the parent's memory":            {"", "", perm}, // the probe asks for no octet, which the others let pass
		"signal the parent":                   {perm, perm, perm},
		"signal a parent's thread":            {perm, perm, perm},
		"limit the parent":                    {perm, "", perm},
		"become root":                         {perm, "", perm},
		"become root's group":                 {perm, "", perm},
		"take root's groups":                  {perm, "", perm},
		"raise a capability":                  {perm, "", perm},
		"raise CAP_NET_ADMIN":                 {perm, "", perm},
		"map executable memory":               {"", "", perm},
		"make memory executable":              {"", "", perm},
		"allow core dumps":                    {"", "", perm},
		"fork without a new name":             {"", "", nosys},
		"type into the terminal":              {"", "", perm},

		"mount":                   {perm, perm, perm},
		"make a mount namespace":  {perm, "", perm},
		"make a user namespace":   {"", "", perm},
		"enter a namespace":       {perm, "", perm},
		"change the root":         {perm, "", perm},
		"load a BPF program":      {perm, "", perm},
		"read performance events": {"", "", perm},
		"read a keyring":          {"", "", perm},
		"reboot":                  {perm, "", perm},
		"set the clock":           {"", "", perm},
		"make an io_uring":        {"", "", perm},
		"handle page faults":      {"", "", perm},
		"call what is unused":     {"", "", nosys},
		"filter system calls":     {"", "", perm},

		"connect to another port": {landlock: acces},
		"listen on another port":  {landlock: acces},
		"use an abstract socket":  {landlock: perm},
	}
}

// differing are forbidden by seccomp, and elsewhere by kernels that lack them. "" is for what the filter can't see: on 386
// the arguments of socketcall(2).
func differing() map[string]string {
	d := map[string]string{
		"load a kernel": "EPERM", "load a module": "EPERM", "call what is new": "ENOSYS",
		"use TCP by another name": "EPROTONOSUPPORT", "use a family of no use": "EAFNOSUPPORT",
	}
	if runtime.GOARCH == "386" {
		d["use TCP by another name"], d["use a family of no use"] = "", ""
	}
	return d
}

// off leaves measures out.
func off(some ...Measure) map[Measure]string {
	m := map[Measure]string{}
	for _, one := range some {
		m[one] = "tried without"
	}
	return m
}

// TestMeasures: each measure by itself forbids what it is for and nothing else, and all of them together what any of them
// does; what the device needs works always. On threads that were there before as on later ones.
func TestMeasures(t *testing.T) {
	needRoot(t)
	for name, test := range map[string]struct {
		off  map[Measure]string
		want func(forbids) string
	}{
		"none":       {off(Measures()...), func(forbids) string { return "" }},
		"privileges": {off(NoNewPrivs, Landlock, Seccomp), func(f forbids) string { return f.privileges }},
		"landlock":   {off(Privileges, Seccomp), func(f forbids) string { return f.landlock }},
		"seccomp":    {off(Privileges, Landlock), func(f forbids) string { return f.seccomp }},
		"all":        {nil, all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := makePlace(t)
			o := p.options()
			o.User, o.Off = unprivileged, test.off
			r := run(t, orders{Options: o, Place: p, Probes: tries(&o)}, nil)
			compare(t, &r, o.on(Seccomp), test.want)
		})
	}
}

// all is which measure comes first: the system call, then the rights to it.
func all(f forbids) string { return cmp.Or(f.seccomp, f.landlock, f.privileges) }

// tries are the names of all probes. Without Landlock and seccomp, to execute a program would work, and the child be gone.
func tries(o *Options) []string {
	return slices.DeleteFunc(namesOf(probes()), func(n string) bool {
		return n == "execute a program" && !o.on(Landlock) && !o.on(Seccomp)
	})
}

// compare finds fault with what a child found. What isn't forbidden need not succeed, but must not fail as if it were.
func compare(t *testing.T, r *results, filtered bool, want func(forbids) string) {
	t.Helper()
	if r.Error != "" {
		t.Fatal(r.Error)
	}
	known := forbidden()
	for _, when := range []map[string]string{r.Before, r.After} {
		for _, name := range slices.Sorted(maps.Keys(when)) {
			got := when[name]
			f, isForbidden := known[name]
			lacking, isDiffering := differing()[name]
			if r.Report.LandlockABI < since()[name] {
				f.landlock = ""
			}
			switch {
			case isDiffering && (!filtered || lacking == "" || got == lacking):
			case isDiffering:
				t.Errorf("%s: %q, want %q", name, got, lacking)
			case !isForbidden && got != "":
				t.Errorf("%s: %q, and the device needs it", name, got)
			case isForbidden && want(f) != "" && got != want(f):
				t.Errorf("%s: %q, want %q", name, got, want(f))
			case isForbidden && want(f) == "" && got != "" && slices.Contains([]string{f.privileges, f.landlock, f.seccomp}, got):
				t.Errorf("%s: %q, and nothing that is on forbids it", name, got)
			}
		}
	}
	if len(r.Before) < 60 || len(r.Before) != len(r.After) {
		t.Errorf("%d and %d probes were tried", len(r.Before), len(r.After))
	}
}

// TestEveryProbeIsExpected: a probe that is neither needed nor forbidden would prove nothing.
func TestEveryProbeIsExpected(t *testing.T) {
	for name := range probes() {
		_, forbidden := forbidden()[name]
		_, differing := differing()[name]
		_, needed := needs()[name]
		if n := map[bool]int{true: 1}; n[forbidden]+n[differing]+n[needed] != 1 {
			t.Errorf("%s: forbidden %v, differing %v, needed %v", name, forbidden, differing, needed)
		}
	}
	for name := range forbidden() {
		if probes()[name] == nil {
			t.Errorf("there is no probe %q", name)
		}
	}
}
