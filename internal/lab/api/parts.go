package api

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/api/store"
	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// parts are what a running server has open.
type parts struct {
	keys        *keys.Store
	store       *store.Store
	handler     *Handler
	plan        *fault.Plan
	rpc         *rpc.Server
	api, admin  net.Listener
	credentials string
}

// open opens all parts, or none.
func (s *Server) open() (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	for _, step := range []func(*parts) error{s.openKeys, s.openResources, s.openProtocol, s.openListeners} {
		if err := step(p); err != nil {
			return p, err
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

// openResources opens the inventory and the store.
func (s *Server) openResources(p *parts) (err error) {
	inv := inventory.Default()
	if s.o.Inventory != "" {
		if inv, err = inventory.Read(s.o.Inventory); err != nil {
			return err
		}
	}
	if p.store, err = store.Open(s.o.Store); err != nil {
		return err
	}
	for gateway, flowLog := range p.store.State().Bindings() {
		if _, ok := inv.Lookup(gateway); !ok {
			s.o.Log.Warn("a gateway that is bound is not in the inventory: its binding is kept until it is disassociated",
				"gateway", gateway, "flow-log", flowLog)
		}
	}
	p.handler, err = NewHandler(HandlerOptions{
		Store: p.store, Inventory: inv, Quota: s.o.Quota, Random: s.o.Random, Log: s.o.Log,
	})
	return err
}

// openProtocol makes what turns requests into calls.
func (s *Server) openProtocol(p *parts) (err error) {
	p.plan = fault.New(fault.Options{Actions: Actions(), Seed: s.o.Seed, Now: s.o.Now, Log: s.o.Log})
	p.rpc, err = rpc.New(rpc.Options{
		Handler: p.handler, Keys: p.keys, Actions: Actions(), Version: Version, Product: Product,
		Now: s.o.Now, Faults: p.plan, Log: s.o.Log, Random: s.o.Random,
	})
	return err
}

func (s *Server) openListeners(p *parts) (err error) {
	if p.api, err = listen(s.o.Listen, s.o.AllowRemote); err != nil {
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
	for _, l := range []net.Listener{p.api, p.admin} {
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
