package sls

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// parts are what a running server has open.
type parts struct {
	keys        *keys.Store
	store       *store.Store
	handler     *Handler
	plan        *fault.Plan
	sls, admin  net.Listener
	credentials string
}

// open opens all parts, or none.
func (s *Server) open() (*parts, error) {
	p := &parts{}
	for _, step := range []func(*parts) error{s.openKeys, s.openStore, s.openHandler, s.openListeners} {
		if err := step(p); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

func (s *Server) openKeys(p *parts) (err error) {
	p.keys, err = keys.Open(keys.Options{
		File: s.o.Credentials, Getenv: s.o.Getenv, Random: s.o.Random, Now: s.o.Now, Log: s.o.Log,
	})
	if err != nil || p.keys.File() == "" {
		return err
	}
	if p.credentials, err = filepath.Abs(p.keys.File()); err != nil {
		return fmt.Errorf("find credentials file %q: %w", p.keys.File(), err)
	}
	return nil
}

func (s *Server) openStore(p *parts) (err error) {
	p.store, err = store.Open(s.o.Store, s.o.Log)
	return err
}

func (s *Server) openHandler(p *parts) (err error) {
	p.plan = fault.New(fault.Options{Kinds: Kinds(), Actions: Actions(), Seed: s.o.Seed, Now: s.o.Now, Log: s.o.Log})
	p.handler, err = NewHandler(HandlerOptions{
		Store: p.store, Keys: p.keys, Faults: p.plan, Strict: s.o.Strict, Now: s.o.Now, Log: s.o.Log, Random: s.o.Random,
	})
	return err
}

func (s *Server) openListeners(p *parts) (err error) {
	if p.sls, err = listen(s.o.Listen, s.o.AllowRemote); err != nil {
		return err
	}
	p.admin, err = listen(s.o.AdminListen, false)
	return err
}

// listen listens, and makes sure that a name such as localhost led to a loopback address.
func listen(address string, remote bool) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := checkAddress(l.Addr().String(), remote); err != nil {
		return nil, errors.Join(fmt.Errorf("listen address %q leads to %w", address, err), l.Close())
	}
	return l, nil
}

// close closes what is open.
func (p *parts) close() error {
	var errs []error
	for _, l := range []net.Listener{p.sls, p.admin} {
		if l == nil {
			continue
		}
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if p.store != nil {
		errs = append(errs, p.store.Close())
	}
	return errors.Join(errs...)
}
