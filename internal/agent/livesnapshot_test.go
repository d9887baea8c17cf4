package agent

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// Whenever the status is taken its sums hold, while two workers end flows and put their records all the time.
func TestLiveSnapshotsAreExact(t *testing.T) {
	n := newNetwork(t, 2)
	o, _ := liveOptions(t, n)
	source := newScripted()
	o.ActiveAging, o.InactiveAging, o.Version, o.MaxFlows = 0, 0, "", 20 // nearly each packet ends a flow
	o.Device = &DeviceOptions{Source: source, StateDirectory: t.TempDir()}
	l, finish := started(t, o)
	n.up(1, tap.Link{Index: 2, Name: "eth0", Up: true})
	station := newStation(t)
	d := flowLogTo("V9", station.port, 60, 10)
	d.FlowLog.NetflowServerIp = "127.0.0.1"
	if err := source.set(d); err != nil {
		t.Fatal(err)
	}
	sent := 0
	for range 300 {
		for i, w := range n.of(2) {
			var frames []capture.Frame
			for range 500 {
				f := frameAt(time.Now(), byte(i))
				f.Data = udpFrame(byte(sent), uint16(sent>>8))
				frames = append(frames, f)
				sent++
			}
			w.send(frames...)
		}
		var a *Account
		if err := l.visits.do(t.Context(), func() { a = l.snapshot() }); err != nil {
			t.Fatal(err)
		}
		if !a.Exact {
			t.Fatalf("%+v", a.Sums)
		}
	}
	if s := finish(); s.Frames != uint64(sent) {
		t.Errorf("%d frames, %d sent", s.Frames, sent)
	}
	station.stop()
}
