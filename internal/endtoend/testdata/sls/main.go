// Command sls is the lab's Log Service as a process that tests can kill.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/sagflow/sagflow/internal/cli"
	"github.com/sagflow/sagflow/internal/lab/sls"
)

func main() {
	o := sls.Options{Stdout: os.Stdout}
	flag.StringVar(&o.Listen, "listen", "", "HOST:PORT of the service")
	flag.StringVar(&o.AdminListen, "admin", "", "HOST:PORT of the admin listener")
	flag.StringVar(&o.Store, "store", "", "directory of the store")
	flag.StringVar(&o.Credentials, "credentials", "", "file of the access keys")
	flag.BoolVar(&o.Strict, "strict", false, "answer as the cloud does where there is no project or logstore")
	flag.Parse()
	o.Log = cli.Logger("text", "warn", os.Stderr)
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "sls:", err)
		os.Exit(1)
	}
}

func run(o sls.Options) error {
	ctx, stop := cli.Signals(context.Background())
	defer stop()
	server, err := sls.New(o)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}
