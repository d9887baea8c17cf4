package harden

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCovers: a reload that asks for no more is fine; what it asks for in vain is named.
func TestCovers(t *testing.T) {
	dir := t.TempDir()
	state, link := filepath.Join(dir, "state"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(state, 0o700), os.Symlink(state, link)); err != nil {
		t.Fatal(err)
	}
	inForce := Options{
		User: "sagflow", KeepNetRaw: true, ReadPaths: []string{"/opt/sagflow"}, WritePaths: []string{state},
		ConnectTCP: []uint16{443}, ListenTCP: []uint16{9105},
	}
	without := func(m ...Measure) func(*Options) {
		return func(o *Options) {
			o.Off = map[Measure]string{}
			for _, one := range m {
				o.Off[one] = "x"
			}
		}
	}
	for name, c := range map[string]struct {
		before func(*Options) // another start
		change func(*Options)
		more   []string
	}{
		"the same":              {nil, func(*Options) {}, nil},
		"less":                  {nil, func(o *Options) { *o = Options{User: "sagflow"} }, nil},
		"below":                 {nil, func(o *Options) { o.ReadPaths = []string{"/opt/sagflow/x/y", "/etc/other", state + "/x"} }, nil},
		"by a link":             {nil, func(o *Options) { o.WritePaths = []string{link, filepath.Join(link, "new", "er")} }, nil},
		"beside":                {nil, func(o *Options) { o.ReadPaths = []string{"/opt/sagflow2"} }, []string{`reading "/opt/sagflow2"`}},
		"above":                 {nil, func(o *Options) { o.WritePaths = []string{dir} }, []string{`writing "` + dir + `"`}},
		"out of it":             {nil, func(o *Options) { o.WritePaths = []string{state + "/../other"} }, []string{`writing "` + state + `/../other"`}},
		"writing what is read":  {nil, func(o *Options) { o.WritePaths = []string{"/opt/sagflow"} }, []string{`writing "/opt/sagflow"`}},
		"DNS":                   {nil, func(o *Options) { o.ConnectTCP = []uint16{53, 443} }, nil},
		"ports":                 {nil, func(o *Options) { o.ConnectTCP, o.ListenTCP = []uint16{8443}, []uint16{443} }, []string{"TCP to port 8443", "listening on TCP port 443"}},
		"any port":              {nil, func(o *Options) { o.AnyTCP = true }, []string{"TCP to any port"}},
		"any port before":       {func(o *Options) { o.AnyTCP = true }, func(o *Options) { o.ConnectTCP = []uint16{1} }, nil},
		"another user":          {nil, func(o *Options) { o.User = "root" }, []string{`user "root"`}},
		"capabilities":          {nil, func(o *Options) { o.KeepNetAdmin = true }, []string{"CAP_NET_ADMIN"}},
		"another capability":    {func(o *Options) { o.KeepNetRaw = false }, func(o *Options) { o.KeepNetRaw = true }, []string{"CAP_NET_RAW"}},
		"a measure off":         {nil, without(Seccomp), []string{"seccomp switched to off"}},
		"a measure on":          {without(Landlock), func(o *Options) { o.Off = nil }, []string{"landlock switched to on"}},
		"paths without a fence": {without(Landlock), func(o *Options) { o.ReadPaths, o.AnyTCP = []string{"/x"}, true }, nil},
		"rights as they were":   {without(Privileges), func(o *Options) { o.User, o.KeepNetAdmin = "x", true }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			now := inForce
			if c.before != nil {
				c.before(&now)
			}
			wanted := now
			c.change(&wanted)
			err := now.Covers(&wanted)
			restart := (*RestartError)(nil)
			if errors.As(err, &restart) != (c.more != nil) {
				t.Fatalf("error %v", err)
			}
			if restart == nil {
				return
			}
			if diff := cmp.Diff(c.more, restart.More); diff != "" {
				t.Error(diff)
			}
			if want := "restart needed, the hardening in force does not allow: " + c.more[0]; err.Error()[:len(want)] != want {
				t.Errorf("error %q", err)
			}
		})
	}
}
