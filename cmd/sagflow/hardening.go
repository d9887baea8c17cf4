package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/harden"
)

// hardening is what a device gives up once it has opened what it needs.
type hardening struct {
	device *config.Agent
	o      harden.Options
	report atomic.Pointer[harden.Report]
	log    *slog.Logger
}

// offByFile is the reason for a measure that the configuration switches off.
const offByFile = "switched off by hardening.%s of the configuration"

// newHardening says what a device needs from here on: path is its configuration, and writes are further files that it
// opens for writing later; they exist by then.
func newHardening(path string, device *config.Agent, log *slog.Logger, writes ...string) (*hardening, error) {
	h := &hardening{device: device, log: log}
	s := &device.Live.Hardening
	h.o = harden.Options{User: s.User, KeepNetRaw: true, KeepNetAdmin: device.Live.Promiscuous, Off: map[harden.Measure]string{}}
	for m, one := range map[harden.Measure]struct {
		on  bool
		key string
	}{
		harden.Privileges: {s.DropPrivileges, "drop-privileges"}, harden.NoNewPrivs: {s.NoNewPrivs, "no-new-privs"},
		harden.Landlock: {s.Landlock, "landlock"}, harden.Seccomp: {s.Seccomp, "seccomp"},
	} {
		if !one.on {
			h.o.Off[m] = fmt.Sprintf(offByFile, one.key)
		}
	}
	if err := h.paths(path, writes); err != nil {
		return nil, err
	}
	return h, h.ports()
}

// paths are what is read and written later. Folders are named, since a file that is replaced is another one.
func (h *hardening) paths(path string, writes []string) error {
	read := []string{filepath.Dir(path)}
	if file := h.device.CredentialsFile; file != "" {
		read = append(read, filepath.Dir(file), file)
	}
	write := []string{h.device.StateDirectory}
	for _, w := range writes {
		if w != "" && w != "-" {
			write = append(write, w)
		}
	}
	for list, names := range map[*[]string][]string{&h.o.ReadPaths: read, &h.o.WritePaths: write} {
		for _, name := range names {
			whole, err := filepath.Abs(name)
			if err != nil {
				return fmt.Errorf("find folder %q: %w", name, err)
			}
			if whole != "/" {
				*list = append(*list, whole)
			}
		}
	}
	return nil
}

// ports are those of the Smartag API and of Log Service. A proxy may have any.
func (h *hardening) ports() error {
	h.o.ConnectTCP = []uint16{443}
	h.o.ListenTCP = []uint16{0} // a connection is bound to a free port first, so that it is known as our own
	endpoints := []string{h.device.SLS.Endpoint}
	if h.device.API != nil {
		endpoints = append(endpoints, h.device.API.Endpoint)
	}
	for _, endpoint := range endpoints {
		u, err := url.Parse(endpoint)
		if err != nil {
			return fmt.Errorf("take the port of %q: %w", endpoint, err)
		}
		port := u.Port()
		if port == "" && u.Scheme == "http" {
			port = "80"
		}
		if n, err := strconv.ParseUint(port, 10, 16); err == nil {
			h.o.ConnectTCP = append(h.o.ConnectTCP, uint16(n))
		}
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		h.o.AnyTCP = h.o.AnyTCP || os.Getenv(name) != ""
	}
	return nil
}

// drop gives up the privileges of root, before a file is made: what it makes is the user's from the start.
func (h *hardening) drop() error {
	if _, off := h.o.Off[harden.Privileges]; off || os.Geteuid() != 0 {
		return nil
	}
	if _, err := user.Lookup(h.o.User); errors.As(err, new(user.UnknownUserError)) {
		h.log.Warn("there is no such user: root goes on, with the capability to capture alone; add the user, or name another as hardening.user",
			"user", h.o.User)
		h.o.User = ""
	}
	first := h.o
	first.Off = map[harden.Measure]string{}
	for _, m := range harden.Measures() {
		if m != harden.Privileges {
			first.Off[m] = "its turn comes later"
		}
	}
	_, err := harden.Apply(first)
	return err
}

// apply takes all measures, once all is open.
func (h *hardening) apply() error {
	report, err := harden.Apply(h.o)
	if err != nil {
		return err
	}
	h.report.Store(&report)
	h.log.Info("hardened", "measures", strings.Join(report.Lines(), "; "))
	return nil
}

// lines say what is in force, for the status.
func (h *hardening) lines() []string {
	if r := h.report.Load(); r != nil {
		return r.Lines()
	}
	return nil
}
