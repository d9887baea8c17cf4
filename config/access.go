package config

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

// NeedsCredentials says that requests are to be signed: the FlowLog comes from the API, or sends to Log
// Service.
func (a *Agent) NeedsCredentials() bool {
	return a.API != nil || a.FlowLog != nil && a.FlowLog.OutputType.SLS()
}

// Credentials returns where the device's access key comes from: the environment, else CredentialsFile.
// It has not looked there yet. log may be nil.
func (a *Agent) Credentials(env Environ, log *slog.Logger) *credentials.Reader {
	return credentials.New(credentials.Options{File: a.CredentialsFile, Getenv: env, Log: log})
}

// checkEnvironment reports an access key that can't be found for as long as the process lives.
func (d *decoder) checkEnvironment(env Environ) {
	if d.bad["credentials-file"] || !d.NeedsCredentials() {
		return
	}
	_, there, err := credentials.FromEnvironment(env)
	switch {
	case err != nil:
		d.fault(d.placeOf("credentials-file", place{1, 1}), Fault{Key: "credentials-file", Problem: err.Error()})
	case !there && d.CredentialsFile == "":
		d.fault(place{1, 1}, Fault{
			Key: "credentials-file", Problem: "not given",
			Want: "it, or an access key in the environment (" + secretVariables + "), to sign requests with",
		})
	}
}

// checkCredentials reports an access key that can't be used now.
func (d *decoder) checkCredentials(env Environ, now time.Time) {
	if d.bad["credentials-file"] || !d.NeedsCredentials() {
		return
	}
	reader := credentials.New(credentials.Options{File: d.CredentialsFile, Getenv: env, Owner: d.successor()})
	c, err := reader.Get()
	at := d.placeOf("credentials-file", place{1, 1})
	for _, one := range split(err) {
		d.fault(at, Fault{Key: "credentials-file", Problem: one.Error()})
	}
	if err == nil && !c.Expires.IsZero() && c.Expires.Before(now) {
		d.fault(at, Fault{
			Key: "credentials-file", Problem: fmt.Sprintf("the security token ended at %s", c.Expires.Format(time.RFC3339)), Want: "a new one",
		})
	}
}

// successor is the id of the user that root goes on as, and that the credentials file is to be of; 0 for none.
func (d *decoder) successor() int {
	if os.Geteuid() != 0 || !d.Live.Hardening.DropPrivileges {
		return 0
	}
	u, err := user.Lookup(d.Live.Hardening.User)
	if err != nil {
		return 0
	}
	id, err := strconv.Atoi(u.Uid)
	if err != nil {
		return 0
	}
	return id
}

// split takes joined errors apart.
func split(err error) []error {
	if joined := interface{ Unwrap() []error }(nil); errors.As(err, &joined) {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}
