// Command sagflow-lab is everything that is not on the device: the Smartag API as an emulator with a
// client of it, and Log Service as an emulator.
//
// Exit codes: 0 done, 1 an error or a refusal, 2 wrong usage, 130 interrupted.
package main

import (
	"context"
	"os"

	"github.com/sagflow/sagflow/internal/cli"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, stop := cli.Signals(context.Background())
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
