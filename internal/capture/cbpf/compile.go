package cbpf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/bpf"
)

// Link types that CompileLink knows (pcap-linktype(7)).
const (
	LinkEthernet = 1
	LinkRaw      = 101 // IP without anything before it, as tunnels have it
)

// Timeout is how long tcpdump may take; names of hosts are looked up meanwhile.
const Timeout = 10 * time.Second

// Compile makes a program of a filter in tcpdump's language (pcap-filter(7)), for an interface that is up and
// may be captured from. An error is or wraps ErrNoTcpdump, ErrNoInterface, a *DeviceError, a *FilterError, or
// that of ctx.
func Compile(ctx context.Context, text, iface string) ([]bpf.RawInstruction, error) {
	if _, err := net.InterfaceByName(iface); err != nil {
		return nil, fmt.Errorf("compile filter for interface %q: %w", iface, ErrNoInterface)
	}
	return compile(ctx, text, iface, "-i", iface)
}

// CompileLink makes a program of a filter in tcpdump's language, for all interfaces of a link type: no interface
// need be up. Where the loopback interface can't be opened, "vlan" is refused: the program would look for tags
// where the kernel has none. An error is or wraps ErrNoTcpdump, a *FilterError, or that of ctx.
func CompileLink(ctx context.Context, text string, link uint16) ([]bpf.RawInstruction, error) {
	if link == LinkRaw {
		return compile(ctx, text, "", "-y", "RAW")
	}
	if link != LinkEthernet {
		return nil, fmt.Errorf("compile filter %q: link type %d, want %d (Ethernet) or %d (raw IP)", shorten(text), link, LinkEthernet, LinkRaw)
	}
	if lo := loopback(); lo != "" {
		program, err := compile(ctx, text, lo, "-i", lo)
		if device := (*DeviceError)(nil); !errors.As(err, &device) {
			return program, err
		}
	}
	if wordVLAN.MatchString(text) {
		return nil, &FilterError{text, "\"vlan\" can be compiled only where the loopback interface is up and may be captured from (CAP_NET_RAW)"}
	}
	return compile(ctx, text, "", "-y", "EN10MB")
}

// wordVLAN finds the one primitive whose program depends on whether an interface could be opened.
var wordVLAN = regexp.MustCompile(`\bvlan\b`)

// loopback returns the name of the loopback interface, "" where there is none.
func loopback() string {
	all, err := net.Interfaces()
	if err != nil {
		return ""
	}
	for _, one := range all {
		if one.Flags&net.FlagLoopback != 0 {
			return one.Name
		}
	}
	return ""
}

// maxText is the longest text; the kernel takes 128 KiB as one argument (execve(2)).
const maxText = 100_000

// compile runs tcpdump with what says for which link type.
func compile(ctx context.Context, text, iface string, link ...string) ([]bpf.RawInstruction, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, &FilterError{text, "it is empty"}
	case strings.ContainsRune(text, 0):
		return nil, &FilterError{text, "it has an octet of 0"}
	case len(text) > maxText:
		return nil, &FilterError{text, fmt.Sprintf("it has %d octets, want at most %d", len(text), maxText)}
	}
	program, err := find(os.Getenv("PATH"))
	if err != nil {
		return nil, err
	}
	// Nothing behind -- is an option, and no shell reads any of it.
	out, message, err := execute(ctx, program, append(append([]string{"-ddd"}, link...), "-s", "0", "--", text))
	switch {
	case err != nil:
		return nil, fmt.Errorf("compile filter %q: %w", shorten(text), err)
	case message != "":
		return nil, blame(message, text, iface)
	}
	instructions, err := Parse(out)
	if err != nil {
		return nil, fmt.Errorf("compile filter %q: read what %s -ddd prints: %w", shorten(text), program, err)
	}
	return instructions, nil
}

// find returns the path of tcpdump, of which PATH may lack the folder.
func find(path string) (string, error) {
	for _, folder := range append(filepath.SplitList(path), "/usr/sbin", "/usr/bin") {
		file := filepath.Join(folder, "tcpdump")
		if info, err := os.Stat(file); filepath.IsAbs(file) && err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", ErrNoTcpdump
}

// execute runs tcpdump to its end. It returns what it printed, or what it said of why it didn't.
func execute(ctx context.Context, program string, args []string) (out, message string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, Timeout, fmt.Errorf("tcpdump gave no answer within %v; are there names to look up?", Timeout))
	defer cancel()
	var stdout, stderr capped
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Dir = []string{"LC_ALL=C"}, "/"
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	exit := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return stdout.kept.String(), "", nil
	case ctx.Err() != nil:
		return "", "", context.Cause(ctx)
	case errors.As(err, &exit) && stderr.kept.Len() > 0:
		return "", stderr.kept.String(), nil
	}
	return "", "", fmt.Errorf("run %s: %w", program, err)
}

// blame says whether the interface or the filter is at fault: tcpdump begins with the interface's name where it
// can't be opened.
func blame(message, text, iface string) error {
	var lines []string
	for line := range strings.Lines(message) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "tcpdump: ")
		if line != "" && !strings.HasPrefix(line, "WARNING:") {
			lines = append(lines, line)
		}
	}
	message = strings.Join(lines, " ")
	if rest, ok := strings.CutPrefix(message, iface+": "); ok && iface != "" {
		return &DeviceError{iface, shorten(rest)}
	}
	return &FilterError{text, shorten(message)}
}

// capped keeps the first megabyte of what is written to it: a program of the greatest length takes 120 KiB.
type capped struct{ kept bytes.Buffer }

// Write never fails, so that tcpdump is not stopped by it.
func (c *capped) Write(p []byte) (int, error) {
	c.kept.Write(p[:min(len(p), max(0, 1<<20-c.kept.Len()))])
	return len(p), nil
}
