package config

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

func theFlowLog() flowlog.FlowLog {
	return flowlog.FlowLog{RegionId: "cn-shanghai", Status: flowlog.Active, OutputType: flowlog.OutputNetflow, ActiveAging: 300, InactiveAging: 15}
}

func TestLiteralAppliesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := NewLiteral(LiteralOptions{FlowLog: theFlowLog()})
		if d := cmp.Diff(SourceStatus{}, l.Status()); d != "" {
			t.Error(d)
		}
		begin := time.Now()
		var got []Desired
		ended := make(chan error)
		go func() {
			ended <- l.Run(ctx, func(_ context.Context, d Desired) error { got = append(got, d); return nil })
		}()
		time.Sleep(24 * time.Hour)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if d := cmp.Diff([]Desired{{Bound: true, FlowLog: theFlowLog(), Origin: FromFile, Received: begin}}, got); d != "" || !got[0].Runs() {
			t.Error(d)
		}
		if d := cmp.Diff(SourceStatus{Origin: FromFile, LastGood: begin, LastPoll: begin, Polls: 1}, l.Status()); d != "" {
			t.Error(d)
		}
	})
}

func TestLiteralTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var log bytes.Buffer
		l := NewLiteral(LiteralOptions{FlowLog: theFlowLog(), Retry: time.Second, Log: slog.New(slog.NewTextHandler(&log, nil))})
		begin := time.Now()
		tries := 0
		go func() {
			_ = l.Run(ctx, func(context.Context, Desired) error {
				if tries++; tries < 3 {
					return errors.New("the port is taken")
				}
				return nil
			})
		}()
		time.Sleep(1500 * time.Millisecond)
		want := SourceStatus{LastPoll: begin.Add(time.Second), Polls: 2, Failed: 2, Error: "the port is taken", Since: begin}
		if d := cmp.Diff(want, l.Status()); d != "" {
			t.Error(d)
		}
		time.Sleep(time.Second)
		now := begin.Add(2 * time.Second)
		if d := cmp.Diff(SourceStatus{Origin: FromFile, LastGood: now, LastPoll: now, Polls: 3, Failed: 2}, l.Status()); d != "" {
			t.Error(d)
		}
		if n := strings.Count(log.String(), "the port is taken"); n != 2 {
			t.Errorf("%d lines", n)
		}
	})
}

func TestLiteralEndsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		err := NewLiteral(LiteralOptions{}).Run(ctx, func(context.Context, Desired) error { return errors.ErrUnsupported })
		if took := time.Since(begin); err != nil || took != time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// An end while it is being applied is no failure.
func TestLiteralEndsWhileItIsApplied(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var log bytes.Buffer
	l := NewLiteral(LiteralOptions{FlowLog: theFlowLog(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	err := l.Run(ctx, func(ctx context.Context, _ Desired) error { cancel(); return ctx.Err() })
	if err != nil || l.Status().Error != "" || log.Len() != 0 {
		t.Errorf("%v, %+v, log %q", err, l.Status(), log.String())
	}
}

var _ Source = (*Literal)(nil)
