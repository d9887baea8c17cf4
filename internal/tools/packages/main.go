// Command packages makes what is installed: deb, rpm, apk, and a tarball for OpenWrt, of each architecture, with a bill of
// materials beside them and SHA256SUMS of all. It runs in the repository's root.
//
//  1. The programs are built, static and stripped, into a folder that ends with the run.
//  2. nfpm packs what deploy/packages/*.yaml list, in its three formats.
//  3. The tarball is written here: it is to be unpacked over a root, as there is no package of ours in OpenWrt's feeds.
//  4. cyclonedx-gomod reads from each program what it was linked from.
//
// The same commit makes the same octets, whenever and wherever: no time of the clock, no path of the machine, no mode of a
// checkout gets into a package. The time of all files is SOURCE_DATE_EPOCH, or else the commit's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	var o options
	flag.StringVar(&o.out, "o", "dist", "the folder to write to; what is in it is removed")
	flag.StringVar(&o.version, "version", "", "the version, as git describe has it (default: what it says)")
	arch := flag.String("arch", "", "only these of "+strings.Join(architectures(), ",")+", comma-separated")
	flag.StringVar(&o.goCommand, "go", "go", "the go command")
	flag.Parse()
	if *arch != "" {
		o.only = strings.Split(*arch, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "packages:", err)
		os.Exit(1)
	}
}
