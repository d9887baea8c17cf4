// Command sagflow is the device: it turns packets into flow records and exports them.
//
// Exit codes: 0 done, 1 an error (what was read before it was exported), 2 wrong usage, 3
// records stay in the spool (the next start delivers them), 130 interrupted (the flows so far were flushed).
package main

import (
	"context"
	"os"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, hurry, stop := signals(context.Background())
	code := run(ctx, hurry, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
