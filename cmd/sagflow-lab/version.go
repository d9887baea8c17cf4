package main

import (
	"fmt"
	"runtime"
)

// versionCmd is `sagflow-lab version`.
type versionCmd struct{}

// Run prints the version.
func (*versionCmd) Run(env *environment) error {
	_, err := fmt.Fprintf(env.Stdout, "%s %s %s %s/%s\n", name, version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
