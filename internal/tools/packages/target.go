package main

import (
	"fmt"
	"slices"
	"strings"
)

// target is an architecture that packages are made for.
type target struct {
	arch string   // as in the names of files
	env  []string // of the go command
	nfpm string   // as nfpm calls it, which knows what each format does
	lab  bool     // sagflow-lab is packed, too
}

// targets: the routers' processors have no floating point unit, and their kernels don't emulate one.
func targets() []target {
	return []target{
		{arch: "amd64", env: []string{"GOARCH=amd64", "GOAMD64=v1"}, nfpm: "amd64", lab: true},
		{arch: "arm64", env: []string{"GOARCH=arm64", "GOARM64=v8.0"}, nfpm: "arm64", lab: true},
		{arch: "arm", env: []string{"GOARCH=arm", "GOARM=7,softfloat"}, nfpm: "arm7"},
		{arch: "mipsle", env: []string{"GOARCH=mipsle", "GOMIPS=softfloat"}, nfpm: "mipsle"},
		{arch: "mips", env: []string{"GOARCH=mips", "GOMIPS=softfloat"}, nfpm: "mips"},
	}
}

// formats are nfpm's that packages are made in.
func formats() []string { return []string{"deb", "rpm", "apk"} }

func architectures() []string {
	var names []string
	for _, t := range targets() {
		names = append(names, t.arch)
	}
	return names
}

// choose returns the targets of these names, all for none.
func choose(names []string) ([]target, error) {
	all := targets()
	for _, name := range names {
		if !slices.Contains(architectures(), name) {
			return nil, fmt.Errorf("-arch %q: want of %s", name, strings.Join(architectures(), ", "))
		}
	}
	return slices.DeleteFunc(all, func(t target) bool { return len(names) > 0 && !slices.Contains(names, t.arch) }), nil
}

// programs are what is packed for a target.
func (t *target) programs() []string {
	if t.lab {
		return []string{"sagflow", "sagflow-lab"}
	}
	return []string{"sagflow"}
}
