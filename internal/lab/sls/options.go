package sls

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

const (
	defaultListen      = "127.0.0.1:8190"
	defaultAdminListen = "127.0.0.1:0"
	// credentialsName is the credentials file beside the store, if no other is named. The Smartag API's is the same.
	credentialsName = "sagflow-lab.credentials"
)

// Options are what a Server is made of. Store is required.
type Options struct {
	// Listen is HOST:PORT of the service, by default 127.0.0.1:8190; AdminListen that of the admin listener for
	// faults, by default 127.0.0.1:0. Port 0 is any free one. AdminListen is always on loopback.
	Listen, AdminListen string
	// AllowRemote lets Listen be another address than a loopback one.
	AllowRemote bool
	// Store is the store's directory, made if absent.
	Store string
	// Strict answers a write to what isn't there with ProjectNotExist or LogStoreNotExist, as the cloud does.
	// Else the write makes its project and logstore.
	Strict bool
	// Credentials is the file of access keys, made if absent; "" is sagflow-lab.credentials beside the store.
	// It is not used if the environment holds a pair.
	Credentials string
	// Getenv looks the environment up; nil is os.Getenv.
	Getenv func(string) string
	// Seed is the base of the seeds of faults that give none.
	Seed uint64
	// Log is the component's logger; nil is none.
	Log *slog.Logger
	// Now is the server's clock; nil is time.Now.
	Now func() time.Time
	// Random makes request ids and keys; nil is crypto/rand. It is read by one goroutine at a time.
	Random io.Reader
	// Stdout takes the line that says where the server is; nil is none.
	Stdout io.Writer
}

// withDefaults fills in what is left out.
func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = defaultListen
	}
	if o.AdminListen == "" {
		o.AdminListen = defaultAdminListen
	}
	if o.Credentials == "" && o.Store != "" {
		o.Credentials = filepath.Join(beside(o.Store), credentialsName)
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	o.Random = &lockedReader{r: o.Random}
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	return o
}

// beside is the folder that holds a store, also one that is named as ".": the store takes no other files in.
func beside(store string) string {
	if path, err := filepath.Abs(store); err == nil {
		store = path
	}
	return filepath.Dir(filepath.Clean(store))
}

// check says what is wrong before anything is opened.
func (o Options) check() error {
	if o.Store == "" {
		return errors.New("no store directory is given")
	}
	if err := checkAddress(o.Listen, o.AllowRemote); err != nil {
		return fmt.Errorf("listen address %w", err)
	}
	if err := checkAddress(o.AdminListen, false); err != nil {
		return fmt.Errorf("admin listen address %w", err)
	}
	return nil
}

// checkAddress takes HOST:PORT with a loopback host, or any host if remote is allowed.
func checkAddress(address string, remote bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q: want HOST:PORT, such as %s: %w", address, defaultListen, err)
	}
	if remote || host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return fmt.Errorf("%q: want a loopback address such as %s: others could reach it", address, defaultListen)
}
