package agent

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
)

// taker is a Log Service that takes everything.
type taker struct{ requests []client.Request }

func (s *taker) Put(_ context.Context, r *client.Request) error {
	s.requests = append(s.requests, *r)
	return nil
}

func (s *taker) Resolve(d spool.Destination) (spool.Destination, error) { return d, nil }

func (s *taker) Refresh() (bool, error) { return false, nil }

// The reading flushes at each pause; what it has put by then waits for its batch to fill up or to be old enough.
func TestFlushMakesNoBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := new(taker)
		sender, err := sls.NewSender(sls.SenderOptions{Client: service})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = sender.Run(t.Context()) }()
		session, err := sender.Session(sls.SessionOptions{
			Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "http://127.0.0.1:1", Project: "flows", Logstore: "all"}, BatchAge: 3 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		out := &slsOutput{session}
		go func() { _ = out.Run(t.Context()) }()
		group := exporter.NewGroup(exporter.GroupOptions{}, out)
		for range 20 {
			b := group.Get()
			b.Records = append(b.Records, flowtable.Record{IPVersion: 4})
			if err := group.Put(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			if err := group.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if len(service.requests) != 0 {
			t.Errorf("%d batches after 2 s, want none before 3 s", len(service.requests))
		}
		if err := out.Finish(t.Context()); err != nil {
			t.Error(err)
		}
		if c := out.Counters(); c.Batches != 1 || c.Acknowledged.Records != 20 {
			t.Errorf("%d records in %d batches, want 20 in one", c.Acknowledged.Records, c.Batches)
		}
	})
}
